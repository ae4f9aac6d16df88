"""Words for answers, the same on the page and in reports."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explain.inspection import FaceInspection
    from model.calibration import Calibration, Verdict

NO_NUMBER = "The network gave no usable number."
VERDICT_WORDS: dict[Verdict, str] = {"real": "Probably real", "uncertain": "Can't tell", "fake": "Probably fake"}


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


def zones_sentence(calibration: Calibration) -> str:
    """Says where the three answers begin and end."""
    low, high = 100 * calibration.real_below, 100 * calibration.fake_above
    return f"Below {low:.0f}% the answer is real, above {high:.0f}% fake, in between can't tell."
