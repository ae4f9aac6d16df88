"""The verdict card: word, icon, percentage, the bar with its three zones, and what the number means."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from explain.wording import NO_NUMBER, VERDICT_WORDS, has_number, meaning, percent, zones_sentence
from web.states import Icon, icon

if TYPE_CHECKING:
    from explain.inspection import FaceInspection
    from model.calibration import Calibration, Verdict

_ICONS: dict[Verdict, Icon] = {"real": "check", "uncertain": "question", "fake": "warning"}


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
        parts.extend(f"<p>{escape(note)}</p>" for note in face.notes or (NO_NUMBER,))
    which = f'<p class="which">Face {number} of {count}, from left to right</p>' if count > 1 else ""
    return f'<section class="card {face.verdict} face face-{number}" role="status">{which}{"".join(parts)}</section>'


def probability_bar(probability: float, calibration: Calibration) -> str:
    """Draws a probability, 0..1, on a bar whose zones meet at the detector's thresholds, with their names."""
    # The label keeps clear of those at the ends, wherever the zone lies.
    middle = min(max(50 * (calibration.real_below + calibration.fake_above), 30), 70)
    label = f"{percent(probability)} fake. {zones_sentence(calibration)}"
    return (
        f'<div class="bar" role="img" aria-label="{escape(label)}">{zones(probability, calibration)}'
        f'<div class="zone-names"><span>real</span><span style="left:{middle:.2f}%">can\'t tell</span>'
        "<span>fake</span></div></div>"
    )


def zones(probability: float, calibration: Calibration) -> str:
    """Draws the three zones and where among them a probability, 0..1, lies; without words."""
    low, high = 100 * calibration.real_below, 100 * calibration.fake_above
    return (
        f'<div class="zones"><i class="real" style="width:{low:.2f}%"></i>'
        f'<i class="uncertain" style="width:{high - low:.2f}%"></i><i class="fake" style="width:{100 - high:.2f}%"></i>'
        f'<b style="left:{100 * probability:.2f}%"></b></div>'
    )
