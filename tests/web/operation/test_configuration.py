"""Environment variables are checked before anything starts, and say what is wrong with them."""

import dataclasses
from pathlib import Path

import pytest

from web.operation.configuration import VARIABLES, ConfigurationError, read_configuration

# By variable: what it takes, as the configuration has it then, and what it doesn't take.
VALUES = {
    "GRADIO_SERVER_NAME": [("0.0.0.0", "0.0.0.0")],
    "GRADIO_SERVER_PORT": [("7861", 7861), "0", "65536", "http", "7860.5"],
    "GRADIO_ROOT_PATH": [("/unmask", "/unmask"), ("https://example.org/a/b", "https://example.org/a/b"), "a b", "/<b>"],
    "GRADIO_TEMP_DIR": [("uploads", Path("uploads"))],
    "UNMASK_DETECTOR": [("run/detector.json", Path("run/detector.json"))],
    "UNMASK_MCP": [("1", True), ("0", False), "maybe"],
    "UNMASK_TIMEOUT": [("2.5", 2.5), "0", "-1", "soon", "nan", "inf", "3601"],
    "UNMASK_UPLOAD_SECONDS": [("60", 60), "1", "1.5", "86401"],
    "UNMASK_UPLOAD_SPACE": [("100", 100), "15", "all"],
    "UNMASK_QUEUE": [("1", 1), "0", "1001"],
    "UNMASK_LOG_FORMAT": [("json", "json"), "JSON", "xml"],
    "UNMASK_METRICS": [("1", True), "everybody"],
    "UNMASK_FRAME_ANCESTORS": [
        ("'none'", "'none'"),
        ("'self' https://*.example.org:8443", "'self' https://*.example.org:8443"),
        "*",
        "'self'; script-src *",
        "https://a.example\nX-Header: 1",
        "'self', https://example.org",
    ],
}
NAMES = [variable.name for variable in VARIABLES.values()]
TAKEN = [(name, *value) for name, values in VALUES.items() for value in values if isinstance(value, tuple)]
REFUSED = [(name, value) for name, values in VALUES.items() for value in values if isinstance(value, str)]


def test_every_variable_is_tried_here():
    assert set(VALUES) == set(NAMES)


def test_without_variables_it_runs_for_one_person_on_this_machine():
    plain = read_configuration({})

    assert (plain.host, plain.port, plain.root_path) == ("127.0.0.1", None, "")
    assert (plain.mcp, plain.metrics, plain.log_format) == (False, False, "text")
    assert plain == read_configuration(dict.fromkeys(NAMES, " ")), "empty is as good as not set"


@pytest.mark.parametrize("name, value, meant", TAKEN)
def test_what_a_variable_takes(name, value, meant):
    (field,) = [field for field, variable in VARIABLES.items() if variable.name == name]

    changed = read_configuration({name: value, "HOME": "/root"})

    assert getattr(changed, field) == meant
    plain = read_configuration({})
    assert dataclasses.replace(changed, **{field: getattr(plain, field)}) == plain, "and nothing else changes"


@pytest.mark.parametrize("name, value", REFUSED)
def test_what_it_does_not_take_is_said_with_the_name_and_what_is_expected(name, value):
    with pytest.raises(ConfigurationError) as caught:
        read_configuration({name: value})

    words = str(caught.value)
    assert words.startswith(f"{name} must be ") and words.endswith(f"Received: {value!r}")
    assert "\n" not in words


def test_a_slip_of_the_pen_is_found():
    with pytest.raises(ConfigurationError, match=r"UNMASK_TIMEOUTS is not known\. Did you mean UNMASK_TIMEOUT\?"):
        read_configuration({"UNMASK_TIMEOUTS": "3"})
    with pytest.raises(ConfigurationError, match=r"UNMASK_X is not known\. Known: UNMASK_DETECTOR, UNMASK_MCP"):
        read_configuration({"UNMASK_X": "3"})


@pytest.mark.parametrize("name", ["GRADIO_ALLOWED_PATHS", "GRADIO_LOCAL_DEV_MODE"])
def test_what_would_open_the_server_is_refused(name):
    with pytest.raises(ConfigurationError, match=f"{name} must not be set"):
        read_configuration({name: "/"})


def test_the_command_line_comes_before_the_environment():
    given = {"GRADIO_SERVER_PORT": "1", "UNMASK_MCP": "0", "GRADIO_SERVER_NAME": "localhost"}

    chosen = read_configuration(given, port=2, mcp=True, host=None)

    assert (chosen.port, chosen.mcp, chosen.host) == (2, True, "localhost")
    assert read_configuration({"GRADIO_SERVER_PORT": "no number"}, port=2).port == 2, "and makes up for it"
    with pytest.raises(
        ConfigurationError, match=r"GRADIO_SERVER_PORT must be a port from 1 to 65535\. Received: '70000'"
    ):
        read_configuration({}, port=70000)
