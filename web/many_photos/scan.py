"""What happens when several photos are checked."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

import gradio as gr

from explain.inspection import inspect_photo
from model.detector import Detector
from model.photo import PhotoError
from web import states
from web.errors import with_cards
from web.many_photos.files_input import Upload
from web.many_photos.findings import Findings
from web.many_photos.sources import MAX_PHOTOS, Source, Sources, open_sources
from web.operation.patience import TooLongError
from web.operation.requests import saw
from web.progress import AbandonedError, finish
from web.turns import Turns
from web.warmup import Warmup

_logger = logging.getLogger(__name__)

# The components that a scan fills, by name, in the order of its outputs.
OUTPUTS = ("progress", "results", "summary", "table", "csv", "stop")
# How often, in seconds, rows are sent.
_EVERY = 0.5

STOP = "Stop"
NO_FILES = states.card("refused", "photo", "No photos yet", "Choose photos first, or a ZIP of photos.")
WORKING = states.card("working", "working", "Looking at the photos", "The first rows appear in a moment.")
WARMING_UP = states.card(
    "working", "working", "Warming up", "The detector is still loading. Your photos are next; this takes some seconds."
)


def build_scan(warmup: Warmup, turns: Turns) -> Callable[[gr.Request, str, list[Upload]], Iterator[list[Any]]]:
    """Builds the function behind the button.

    Args:
        warmup: Where the detector comes from.
        turns: What visitors wait for: a "photo" is a scan, and a later "map" of it means that it is to stop.

    Returns:
        A generator function from a visitor's turn and uploads to values for `OUTPUTS`, again and again until all are
        looked at or the visitor waits no longer. It never raises, and one file's failure is that file's row.
    """

    def scan(request: gr.Request, turn: str, uploads: list[Upload]) -> Iterator[list[Any]]:
        turns.begin(request, turn)
        event = _scan(uploads, warmup, lambda: turns.over(request, turn, "map"))
        for shown in with_cards("scan", event, only_card):
            if turns.over(request, turn, "photo"):
                break
            yield shown
        if turns.over(request, turn, "photo"):
            # When an event ends, Gradio shows its last values once more; old rows must not come back so.
            yield only_card("")

    return scan


def only_card(card: str, *, going_on: bool = False) -> list[Any]:
    """Gives values for `OUTPUTS` that show a card and empty all else.

    Args:
        card: The card's HTML.
        going_on: Whether there is something to be stopped.

    Returns:
        The values.
    """
    return [card, gr.Column(visible=False), "", "", "", _stop_button(going_on)]


def progress(done: int, count: int) -> str:
    """Says how many photos are done."""
    words = f"{done} of {count} {'photo' if count == 1 else 'photos'}"
    bar = states.progress_bar("Photos checked", done / count)
    return (
        f'<section class="card scanning" aria-busy="true"><h2>{states.icon("working")}'
        f"Checking</h2><p>{escape(words)}</p>{bar}</section>"
    )


def left_out(count: int) -> str:
    """Says how many photos were too many; nothing if none were."""
    if not count:
        return ""
    return states.card(
        "refused",
        "photo",
        f"Only the first {MAX_PHOTOS} photos were checked",
        f"{count} more {'was' if count == 1 else 'were'} left out. Please check the rest in a second go.",
    )


def stopped(done: int, count: int) -> str:
    """Says when a scan was stopped."""
    when = f"after {done} of {count} photos" if done else "before the first photo"
    return f'<p class="stopped" role="status">Stopped {when}.</p>'


def _scan(uploads: Sequence[Upload], warmup: Warmup, is_over: Callable[[], bool]) -> Iterator[list[Any]]:
    if not uploads:
        yield only_card(NO_FILES)
        return
    yield only_card(WORKING if warmup.done else WARMING_UP, going_on=True)
    detector = warmup.detector()
    with open_sources(uploads) as sources:
        yield from _look_at(sources, detector, is_over)


def _look_at(sources: Sources, detector: Detector, is_over: Callable[[], bool]) -> Iterator[list[Any]]:
    findings, count, last = Findings(detector.calibration), len(sources.photos), -_EVERY
    for done, source in enumerate(sources.photos):
        now = time.monotonic()
        if done and now - last >= _EVERY:
            last = now
            yield _show(findings, progress(done, count), going_on=True)
        if is_over():
            yield _show(findings, stopped(done, count), going_on=False) if done else only_card(stopped(0, count))
            return
        _look_at_one(source, detector, findings)
    yield _show(findings, left_out(sources.left_out), going_on=False)


def _look_at_one(source: Source, detector: Detector, findings: Findings) -> None:
    try:
        data = source.read()
        # Each photo may take as long as a request: a thousand quick ones are no reason to stop, one endless one is.
        found = finish(lambda report: inspect_photo(data, (), detector=detector, report=report))
        findings.add(source.name, saw(found))
    except (PhotoError, TooLongError) as error:
        findings.add_error(source.name, str(error))
    except AbandonedError:
        raise
    except Exception:
        # Logged with its traceback: whatever one photo does to us, the others get their answers.
        _logger.exception("One of several photos could not be checked")
        findings.add_error(source.name, states.UNEXPECTED)


def _show(findings: Findings, above: str, *, going_on: bool) -> list[Any]:
    # Only the last one is announced: twice a second would be too often.
    role = "" if going_on else ' role="status"'
    summary = f'<p class="summary"{role}>{escape(findings.summary())}</p>'
    return [above, gr.Column(visible=True), summary, findings.rows, findings.csv, _stop_button(going_on)]


def _stop_button(visible: bool) -> gr.Button:
    return gr.Button(visible=visible) if visible else gr.Button(STOP, visible=False, interactive=True)
