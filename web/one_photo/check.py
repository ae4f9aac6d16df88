"""What happens when a photo is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from web import states
from web.errors import require_upload, with_cards
from web.one_photo import file_evidence, stability
from web.one_photo.answer import FIRST_METHOD, answer_photo
from web.one_photo.trust import trust_panels
from web.progress import finish
from web.warmup import Warmup

# The components that a check fills, by name, in the order of its outputs.
OUTPUTS = (
    "answer",
    "evidence",
    "face_view",
    "photo_view",
    "trust",
    "stability",
    "file_evidence",
    "file_views",
    "cautions",
)


def build_check(warmup: Warmup) -> Callable[[str | None, str], Iterator[list[Any]]]:
    """Builds the function behind the button.

    Args:
        warmup: Where the detector comes from.

    Returns:
        A generator function from an uploaded file and a key of `PALETTES` to values for `OUTPUTS`. It never raises.
    """

    def check(path: str | None, palette: str) -> Iterator[list[Any]]:
        yield from with_cards("check", _check(path, palette, warmup), only_card)

    return check


def only_card(card: str) -> list[Any]:
    """Gives values for `OUTPUTS` that show a card and empty all else."""
    return [card, gr.Column(visible=False), *["" for _ in OUTPUTS[2:]]]


def _check(path: str | None, palette: str, warmup: Warmup) -> Iterator[list[Any]]:
    if path is None:
        yield only_card(states.NO_PHOTO)
        return
    if not warmup.done:
        yield only_card(states.WARMING_UP)
    detector = warmup.detector()
    path = require_upload(path)
    answer = finish(lambda report: answer_photo(path, detector, palette, report))
    evidence = answer.evidence
    if evidence is None:
        yield only_card(answer.card)
        return
    trust = trust_panels(FIRST_METHOD, evidence.count)
    asked_later = [trust, stability.ASK, "", file_evidence.ASK_FOR_VIEWS]
    yield [answer.card, gr.Column(visible=True), evidence.faces, evidence.photo, *asked_later, answer.cautions]
