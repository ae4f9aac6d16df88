"""How a request ended is noted once, whoever ended it and however often its context changed."""

import contextvars
import logging
from types import SimpleNamespace

import gradio as gr
import pytest

from model.photo import PhotoError
from web.api.plain_words import in_plain_words
from web.errors import PhotoGoneError, with_cards
from web.operation.requests import saw
from web.progress import finish
from web.warmup import NotReadyError

TWO_FACES = SimpleNamespace(faces=[1, 2])


@pytest.fixture
def noted(caplog):
    """What was noted: (what, outcome, reason, faces) of each request."""
    caplog.set_level(logging.INFO, "web.requests")
    return lambda: [
        (one.what, one.outcome, one.reason, one.faces) for one in caplog.records if one.name == "web.requests"
    ]


def run(event):
    """Runs an event as Gradio does: every step in a copy of the first context."""
    steps, shown = with_cards("check", event, lambda card: card), []
    while True:
        try:
            shown.append(contextvars.copy_context().run(next, steps))
        except StopIteration:
            return shown


def raising(error):
    yield "working"
    raise error


def test_faces_are_counted_in_every_step_and_in_threads(noted):
    def event():
        yield saw(TWO_FACES)
        yield finish(lambda report: saw(TWO_FACES))

    assert run(event()) == [TWO_FACES, TWO_FACES]
    assert noted() == [("check", "answered", None, 4)]


def test_a_closed_event_was_given_up_and_is_closed_itself(noted):
    closed = []

    def event():
        try:
            yield "working"
        finally:
            closed.append(True)

    steps = with_cards("show", event(), lambda card: card)
    contextvars.copy_context().run(next, steps)
    steps.close()

    assert noted() == [("show", "given up", None, None)] and closed


@pytest.mark.parametrize(
    "error, outcome, reason",
    [
        (PhotoError("Too small."), "refused", "photo"),
        (PhotoGoneError(), "refused", "gone"),
        (NotReadyError("Not yet."), "failed", "not ready"),
        (ZeroDivisionError(), "failed", "error"),
    ],
)
def test_a_failure_of_the_page(error, outcome, reason, noted):
    assert len(run(raising(error))) == 2
    assert noted() == [("check", outcome, reason, None)]


@pytest.mark.parametrize(
    "error, outcome, reason",
    [
        (PhotoError("Too small."), "refused", "photo"),
        (ValueError("No such method."), "refused", "argument"),
        (NotReadyError("Not yet."), "failed", "not ready"),
        (ZeroDivisionError(), "failed", "error"),
    ],
)
def test_a_failure_of_an_endpoint(error, outcome, reason, noted):
    def inspect():
        saw(TWO_FACES)
        raise error

    with pytest.raises(gr.Error):
        in_plain_words(inspect)()
    assert noted() == [("inspect", outcome, reason, 2)]
