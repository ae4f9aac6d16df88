"""Hides the hottest part of a map and asks again: does the answer give way, and more than if another part is hidden?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from explain.faithfulness.areas import hottest, random_areas
from explain.faithfulness.scoring import Score, require_sign, score_pictures
from explain.imputation import IMPUTATIONS, Imputation
from model.calibration import Calibration

Support = Literal["yes", "partly", "no"]
_CONCLUSIONS: dict[Support, str] = {
    "yes": "The answer gave way, and more than for any other region tried, so this region mattered.",
    "partly": "Whether this region mattered more than others depends on how it is hidden: rely on this map with care.",
    "no": "That is no more than anywhere else: don't rely on this map.",
}


@dataclass(frozen=True)
class Hiding:
    """Image logits with the hottest part of a map hidden, and with other parts hidden.

    Attributes:
        share: Of the picture that was hidden each time, 0..1.
        sign: +1 if the answer leans towards fake, -1 if towards real.
        before: The logit of the picture as it is.
        marked: The logit after hiding the hottest part, by name of the imputation.
        elsewhere: The logits after hiding as much in other places, the same places for each imputation.
    """

    share: float
    sign: int
    before: float
    marked: dict[str, float]
    elsewhere: dict[str, tuple[float, ...]]

    @property
    def effects(self) -> dict[str, float]:
        """By how many logits the answer gave way to hiding the hottest part, by imputation; below 0: it grew firmer."""
        return {name: self.sign * (self.before - logit) for name, logit in self.marked.items()}

    @property
    def effects_elsewhere(self) -> dict[str, tuple[float, ...]]:
        """By how many logits the answer gave way to hiding each of the other places, by imputation."""
        return {name: tuple(self.sign * (self.before - x) for x in logits) for name, logits in self.elsewhere.items()}

    @property
    def summary(self) -> dict[str, tuple[float, float, float]]:
        """Effect of the hottest part, and mean and standard deviation of those elsewhere, in logits, by imputation."""
        others = self.effects_elsewhere
        return {
            name: (effect, float(np.mean(others[name])), float(np.std(others[name])))
            for name, effect in self.effects.items()
        }

    @property
    def exceeds(self) -> dict[str, bool]:
        """By imputation: whether the answer gave way, and more than for each of the other places.

        With 8 other places a map of no worth passes by chance in at most 1 of 9 cases.
        """
        others = self.effects_elsewhere
        return {name: effect > max(0.0, *others[name]) for name, effect in self.effects.items()}

    @property
    def supports(self) -> Support:
        """Whether the hottest part mattered: "yes" by every imputation, "no" by none, otherwise "partly"."""
        passed = list(self.exceeds.values())
        if all(passed):
            return "yes"
        return "partly" if any(passed) else "no"

    def probabilities(self, calibration: Calibration) -> dict[str, tuple[float, float]]:
        """Gives calibrated probabilities of a fake.

        Args:
            calibration: That of the detector.

        Returns:
            By imputation: after hiding the hottest part, and after hiding other parts, at the mean of their logits.
        """
        fake = calibration.probability_fake
        return {name: (fake(logit), fake(float(np.mean(self.elsewhere[name])))) for name, logit in self.marked.items()}

    def sentence(self, calibration: Calibration) -> str:
        """Says in plain words what hiding did, what that means, and how far it depends on the way of hiding.

        Args:
            calibration: That of the detector.

        Returns:
            Three sentences. The percentages are at the mean logit over imputations.
        """
        fake = calibration.probability_fake
        before, after = fake(self.before), fake(float(np.mean(list(self.marked.values()))))
        others = fake(float(np.mean(list(self.elsewhere.values()))))
        each = [fake(logit) for logit in self.marked.values()]
        low, high = _percent(min(each)), _percent(max(each))
        agree = f"all lead to {low}" if low == high else f"lead to between {low} and {high}"
        ways = f"The {len(each)} ways of hiding it ({', '.join(self.marked)}) {agree}"
        if len(each) == 1:
            ways = f"It was hidden in one way only ({next(iter(self.marked))})"
        return (
            f"Hiding the marked region moves the answer from {_percent(before)} fake to {_percent(after)}; "
            f"hiding as much elsewhere, to {_percent(others)}. {_CONCLUSIONS[self.supports]} "
            f"{ways}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Gives the figures as JSON can hold them."""
        return {
            "share": self.share,
            "before": self.before,
            "marked": dict(self.marked),
            "elsewhere": {name: list(logits) for name, logits in self.elsewhere.items()},
            "effects": self.effects,
            "supports": self.supports,
        }


def hide_and_rescore(
    score: Score,
    crop: np.ndarray,
    heat: np.ndarray,
    sign: int,
    *,
    generator: np.random.Generator,
    share: float = 0.2,
    count: int = 8,
    imputations: Mapping[str, Imputation] = IMPUTATIONS,
) -> Hiding:
    """Hides the hottest part of a map, and other parts of the same size and shape, and scores each picture.

    Costs 1 + imputations x (1 + count) forward passes.

    Args:
        score: The network.
        crop: RGB (256, 256, 3), 0..255.
        heat: float (256, 256), finite; larger is more evidence for the answer given.
        sign: +1 if the answer leans towards fake, -1 if towards real.
        generator: Where the other places and what imputations need of chance come from.
        share: Of the picture to hide each time, between 0 and 1.
        count: Number of other places, 1 or more.
        imputations: Ways to hide, by name.

    Returns:
        All logits.

    Raises:
        ValueError: If an argument is out of range, shapes don't fit, `heat` is not finite, or a logit is not.
    """
    require_sign(sign)
    if not 0 < share < 1 or count < 1 or not imputations:
        raise ValueError(
            "`share` must be between 0 and 1, `count` at least 1, and `imputations` must not be empty. "
            f"Received: share={share}, count={count}, imputations={list(imputations)}"
        )
    pixels = np.asarray(crop, np.float32)
    if pixels.shape != (*heat.shape, 3):
        raise ValueError(f"`heat` must have the size of `crop`. Received: shapes {heat.shape} and {pixels.shape}")
    marked = hottest(heat, share)
    areas = [marked, *random_areas(marked, count, generator)]
    (before,) = score_pictures(score, [pixels])
    after = {
        name: score_pictures(score, [imputation.hide(pixels, area, generator) for area in areas]).tolist()
        for name, imputation in imputations.items()
    }
    return Hiding(
        share,
        sign,
        float(before),
        {name: logits[0] for name, logits in after.items()},
        {name: tuple(logits[1:]) for name, logits in after.items()},
    )


def _percent(share: float) -> str:
    """Words a share, 0..1, as the page does: a percentage that never claims certainty."""
    if share > 0.99:
        return ">99%"
    return "<1%" if share < 0.01 else f"{100 * share:.0f}%"
