"""What happens when a photo is checked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from explain.methods import METHODS
from web import states
from web.answer import answer_photo
from web.warmup import NotReadyError, Warmup

_logger = logging.getLogger(__name__)

# The components that a check fills, by name, in the order of its outputs.
OUTPUTS = (
    "answer",
    "evidence",
    *METHODS,
    "whole photo",
    "cautions",
)


def build_check(warmup: Warmup) -> Callable[[str | None], Iterator[list[Any]]]:
    """Builds the function behind the button.

    Args:
        warmup: Where the detector comes from.

    Returns:
        A generator function from an uploaded file to values for `OUTPUTS`. It never raises: Gradio would leave
        the last answer standing beside the new photo.
    """

    def check(path: str | None) -> Iterator[list[Any]]:
        if path is None:
            yield only_card(states.NO_PHOTO)
            return
        if not warmup.done:
            yield only_card(states.WARMING_UP)
        try:
            yield _answer(path, warmup)
        except NotReadyError as error:
            yield only_card(states.failure(str(error)))
        except Exception:
            _logger.exception("A photo could not be checked")
            yield only_card(states.failure(states.UNEXPECTED))

    return check


def only_card(card: str) -> list[Any]:
    """Gives values for `OUTPUTS` that show a card and empty all else."""
    return [card, gr.Column(visible=False), *["" for _ in OUTPUTS[2:]]]


def _answer(path: str, warmup: Warmup) -> list[Any]:
    detector = warmup.detector()
    answer = answer_photo(path, detector)
    if not answer.views:
        return only_card(answer.card)
    views = [answer.views[name] for name in METHODS]
    return [answer.card, gr.Column(visible=True), *views, answer.photo, answer.cautions]
