"""The log tells what happened, in either form, and nothing that a visitor brought along."""

import json
import logging
import subprocess
import sys

import pytest

from model.detector import DetectorError
from tests.web.serving import ROOT
from web.operation.logs import LineFormatter, TextFormatter, discreet_traceback

SECRET = "/home/anna/holiday.jpg"


def failed(kind=ValueError):
    """An exception with a cause, as logging takes it."""
    try:
        try:
            raise FileNotFoundError(2, "No such file", SECRET)
        except FileNotFoundError as error:
            raise kind(f"can't read {SECRET}") from error
    except kind as error:
        return (type(error), error, error.__traceback__)


def record(exc_info=None, **extra):
    made = logging.makeLogRecord({"name": "web.x", "levelname": "INFO", "msg": "request", "exc_info": exc_info})
    vars(made).update(extra)
    return made


def test_a_line_is_text_or_json_with_the_same_content():
    extra = {"what": "check", "outcome": "answered", "seconds": 0.25, "faces": None}

    text = TextFormatter().format(record(**extra))
    line = json.loads(LineFormatter().format(record(**extra)))

    assert text.endswith("INFO web.x: request what=check outcome=answered seconds=0.25")
    assert line.pop("time").endswith("Z")
    expected = {"level": "INFO", "logger": "web.x", "message": "request", "what": "check", "outcome": "answered"}
    assert line == {**expected, "seconds": 0.25}


@pytest.mark.parametrize("formatter", [TextFormatter(), LineFormatter()])
def test_of_an_error_it_says_where_and_what_kind_but_not_what_it_says(formatter):
    line = formatter.format(record(failed()))

    assert "ValueError" in line and "FileNotFoundError" in line and "test_logs.py" in line
    assert "anna" not in line


def test_what_is_wrong_with_the_installation_is_said():
    assert "can't read" in discreet_traceback(failed(DetectorError)[1])


def test_an_error_in_a_circle_ends():
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first

    assert discreet_traceback(first).count("KeyError") == 1


def test_gradios_tracebacks_are_discreet_too():
    """In a process of its own: it changes how this one logs."""
    program = f"""
import sys, traceback
from web.lifetime import lifetime_words
from web.operation.logs import start_logs
start_logs("json")
try:
    open({SECRET!r})
except OSError:
    traceback.print_exc()
try:
    lifetime_words({SECRET!r})
except TypeError:
    traceback.print_exc()
raise RuntimeError({SECRET!r})
"""
    errors = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True).stderr

    foreign, ours, uncaught = map(json.loads, errors.splitlines())
    assert foreign["kind"] == "FileNotFoundError" and "traceback" not in foreign, "a line for what others fail over"
    assert "lifetime_words" in ours["traceback"]
    assert uncaught["level"] == "CRITICAL" and "RuntimeError" in uncaught["traceback"]
    assert "anna" not in errors
