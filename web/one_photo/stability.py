"""What happens when a visitor asks whether the answer holds, and how it is shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from explain.inspection import inspect_photo
from explain.stability import CHANGES, Stability, Variant, check_stability
from explain.wording import VERDICT_WORDS, percent
from model.calibration import Calibration
from model.detector import Detector
from web import states
from web.card import zones
from web.errors import require_upload, with_cards
from web.operation.requests import saw
from web.progress import follow
from web.warmup import Warmup

_ABOUT = (
    "The photo is compressed, shrunk, blurred, cropped and mirrored as on its way through the internet, and the "
    f"detector is asked again for each of {len(CHANGES)} copies."
)
ASK = f'<p>{_ABOUT}</p><button type="button" class="ask">Change the photo and ask again</button>'


def build_stability(warmup: Warmup) -> Callable[[str | None], Iterator[str]]:
    """Builds the function behind "Change the photo and ask again".

    Args:
        warmup: Where the detector comes from.

    Returns:
        A generator function from an uploaded file to the HTML of the panel, for all faces. It never raises.
    """

    def stability(path: str | None) -> Iterator[str]:
        yield from with_cards("stability", _stability(path, warmup), lambda card: card)

    return stability


def stability_panel(stability: Stability, number: int, calibration: Calibration) -> str:
    """Builds what was found for one face.

    Args:
        stability: The answers for the changed copies.
        number: Which face it is, from 1.
        calibration: That of the detector.

    Returns:
        HTML; the style sheet hides it unless this face is the chosen one.
    """
    original = Variant("original", "as it is", math.nan, stability.original, stability.verdict)
    rows = "".join(_row(variant, stability, calibration) for variant in (original, *stability.variants))
    table = (
        '<table class="copies"><caption>The answer for each copy</caption><thead><tr><th scope="col">Copy</th>'
        '<th scope="col">From real to fake</th><th scope="col">Answer</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    return (
        f'<section class="holds face face-{number}" aria-label="Does the answer hold?">'
        f'<p class="finding">{escape(stability.sentence)}</p>{"" if stability.reason else table}</section>'
    )


def _row(variant: Variant, stability: Stability, calibration: Calibration) -> str:
    known = math.isfinite(variant.probability_fake)
    number = f"{percent(variant.probability_fake)} fake" if known else "no number"
    bar = zones(variant.probability_fake, calibration) if known else ""
    other = ' class="other"' if variant in stability.changed else ""
    words = VERDICT_WORDS[variant.verdict]
    return (
        f'<tr{other}><th scope="row">{escape(variant.title)}</th><td>{bar}</td>'
        f'<td class="{variant.verdict}">{number}<small>{words}</small></td></tr>'
    )


def _stability(path: str | None, warmup: Warmup) -> Iterator[str]:
    path, detector = require_upload(path), warmup.detector()
    yield _busy(0)
    found = yield from follow(lambda report: _ask_again(path, detector, report), _busy)
    yield "".join(stability_panel(one, number, detector.calibration) for number, one in enumerate(found, 1))


def _busy(share: float) -> str:
    return f"<p>{_ABOUT}</p>{states.progress_bar('Asking again', share)}"


def _ask_again(path: str, detector: Detector, report: Callable[[float], object]) -> Sequence[Stability]:
    inspection = saw(inspect_photo(path, (), detector=detector, report=report))
    count = len(inspection.faces)
    return [
        check_stability(
            inspection.photo, face, detector, report=lambda share, done=done: report((done + share) / count)
        )
        for done, face in enumerate(inspection.faces)
    ]
