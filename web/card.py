"""The verdict card: word, icon, percentage, the bar with its three zones, and what the number means."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from web.states import Icon, icon

if TYPE_CHECKING:
    from explain.inspection import FaceInspection
    from model.calibration import Calibration, Verdict

VERDICT_WORDS: dict[Verdict, str] = {"real": "Probably real", "uncertain": "Can't tell", "fake": "Probably fake"}
_ICONS: dict[Verdict, Icon] = {"real": "check", "uncertain": "question", "fake": "warning"}


def percent(share: float) -> str:
    """Words a share, 0..1, as a percentage that never claims certainty.

    Example:
        >>> percent(0.997), percent(0.934), percent(0.0)
        ('>99%', '93%', '<1%')
    """
    if share > 0.99:
        return ">99%"
    return "<1%" if share < 0.01 else f"{100 * share:.0f}%"


def has_number(face: FaceInspection, calibration: Calibration) -> bool:
    """Says whether the probability may be shown.

    Not if it is not a number, nor if the verdict overrules it, as for a face too small to judge: a percentage
    would be read as the answer.
    """
    return math.isfinite(face.probability_fake) and calibration.verdict(face.probability_fake) == face.verdict


def verdict_card(
    face: FaceInspection, number: int, count: int, calibration: Calibration, metrics: dict[str, Any]
) -> str:
    """Builds the card of one face.

    Args:
        face: The face.
        number: Which one it is, from 1.
        count: How many faces the photo has.
        calibration: Where the three zones meet.
        metrics: What validation measured; `accepted_error` is shown if it is there.

    Returns:
        HTML.
    """
    shown = has_number(face, calibration)
    heading = f"{icon(_ICONS[face.verdict])}{VERDICT_WORDS[face.verdict]}"
    figure = f'<span class="percent">{escape(percent(face.probability_fake))} fake</span>' if shown else ""
    parts = [f'<div class="verdict-line"><h2>{heading}</h2>{figure}</div>']
    if shown:
        parts.append(probability_bar(face.probability_fake, calibration))
        parts.append(f"<p>{escape(meaning(face.probability_fake, calibration, metrics))}</p>")
    else:
        parts.extend(f"<p>{escape(note)}</p>" for note in face.notes or ("The network gave no usable number.",))
    which = f'<p class="which">Face {number} of {count}, from left to right</p>' if count > 1 else ""
    return f'<section class="card {face.verdict} face face-{number}" role="status">{which}{"".join(parts)}</section>'


def probability_bar(probability: float, calibration: Calibration) -> str:
    """Draws a probability, 0..1, on a bar whose zones meet at the detector's thresholds."""
    low, high = 100 * calibration.real_below, 100 * calibration.fake_above
    # The label keeps clear of those at the ends, wherever the zone lies.
    middle = min(max((low + high) / 2, 30), 70)
    label = (
        f"{percent(probability)} fake. Below {low:.0f}% the answer is real, above {high:.0f}% fake, "
        "in between can't tell."
    )
    return (
        f'<div class="bar" role="img" aria-label="{escape(label)}">'
        f'<div class="zones"><i class="real" style="width:{low:.2f}%"></i>'
        f'<i class="uncertain" style="width:{high - low:.2f}%"></i><i class="fake" style="width:{100 - high:.2f}%"></i>'
        f'<b style="left:{100 * probability:.2f}%"></b></div>'
        f'<div class="zone-names"><span>real</span><span style="left:{middle:.2f}%">can\'t tell</span>'
        "<span>fake</span></div></div>"
    )


def meaning(probability: float, calibration: Calibration, metrics: dict[str, Any]) -> str:
    """Says what a probability means and how often verdicts were wrong.

    Args:
        probability: Calibrated probability of a fake, 0..1.
        calibration: Where the three zones meet.
        metrics: What validation measured.

    Returns:
        Plain text.
    """
    if probability > 0.99:
        share = "more than 99"
    else:
        share = "fewer than 1" if probability < 0.01 else f"about {100 * probability:.0f}"
    low, high = calibration.real_below, calibration.fake_above
    sentences = [
        f"Of 100 validation faces with this number, {share} were fake.",
        f'Between {100 * low:.0f}% and {100 * high:.0f}% the answer is "can\'t tell".',
    ]
    error = metrics.get("accepted_error")
    if error is not None:
        sentences.append(f"Outside it at most {100 * error:.3g}% of validation faces of each kind were called wrong.")
    return " ".join(sentences)
