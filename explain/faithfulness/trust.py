"""All that one crop can tell of whether its map is true, for less than a hundred forward passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explain.faithfulness.curves import Curve, deletion_curve, insertion_curve, random_orders
from explain.faithfulness.hiding import Hiding, hide_and_rescore
from explain.faithfulness.scoring import Score, require_sign
from explain.heatmap import Heatmap
from explain.imputation import IMPUTATIONS

_PLACES = 8
_STEPS = 8
_ORDERS = 2
_PASSES = 1 + len(IMPUTATIONS) * (1 + _PLACES) + 2 * (1 + _ORDERS) * (1 + _STEPS)


@dataclass(frozen=True)
class Trust:
    """What was measured of one map.

    Attributes:
        hiding: The answer with the hottest fifth hidden, and with as much hidden elsewhere.
        deletion: From the picture to the baseline, hottest first.
        insertion: From the baseline to the picture, hottest first.
        random_deletions: As `deletion`, for maps as smooth that know nothing of the picture.
        random_insertions: As `insertion`, for the same maps.
    """

    hiding: Hiding
    deletion: Curve
    insertion: Curve
    random_deletions: tuple[Curve, ...]
    random_insertions: tuple[Curve, ...]

    @property
    def deletion_advantage(self) -> float:
        """By how many logits, on average on the way, the answer goes earlier than in orders drawn by chance."""
        return self.hiding.sign * (_mean_area(self.random_deletions) - self.deletion.area)

    @property
    def insertion_advantage(self) -> float:
        """By how many logits, on average on the way, the answer is there earlier than in orders drawn by chance."""
        return self.hiding.sign * (self.insertion.area - _mean_area(self.random_insertions))

    def to_dict(self) -> dict[str, Any]:
        """Gives the figures as JSON can hold them; all numbers are finite."""
        return {
            "hiding": self.hiding.to_dict(),
            "deletion": self.deletion.to_dict(),
            "insertion": self.insertion.to_dict(),
            "random_deletions": [curve.to_dict() for curve in self.random_deletions],
            "random_insertions": [curve.to_dict() for curve in self.random_insertions],
            "deletion_advantage": self.deletion_advantage,
            "insertion_advantage": self.insertion_advantage,
        }


def measure_trust(
    score: Score,
    crop: np.ndarray,
    heatmap: Heatmap,
    sign: int,
    *,
    baseline: np.ndarray | None = None,
    seed: int = 0,
    report: Callable[[float], object] = lambda share: None,
) -> Trust:
    """Measures whether a map names the pixels that the answer rests on.

    Args:
        score: The network, `Probe.logits` for one.
        crop: RGB (256, 256, 3), 0..255.
        heatmap: A map of this crop.
        sign: +1 if the answer leans towards fake, -1 if towards real.
        baseline: RGB (256, 256, 3), 0..255, where deletion ends: of a face blended into a photo best that photo before.
            Without it the crop's mean colour, which of mean, grey, blur and the crop moved told maps from orders drawn
            by chance most often.
        seed: Of everything drawn by chance; the same seed gives the same figures.
        report: Called with the share, 0..1, of the work that is done.

    Returns:
        The figures.

    Raises:
        ValueError: If `sign` or a shape is wrong, or a logit not finite.
    """
    require_sign(sign)
    pixels = np.asarray(crop, np.float32)
    if baseline is None:
        baseline = np.full_like(pixels, pixels.mean(axis=(0, 1)))
    # What has no sign tells how much a place matters, for whichever answer.
    heat = sign * heatmap.on_crop() if heatmap.signed else heatmap.on_crop()
    generator = np.random.default_rng(seed)
    counted = _reporting(score, report)
    hiding = hide_and_rescore(counted, pixels, heat, sign, generator=generator, count=_PLACES)
    orders = [heat, *random_orders(heat, _ORDERS, generator)]
    deletion, *random_deletions = [deletion_curve(counted, pixels, baseline, order, steps=_STEPS) for order in orders]
    insertion, *random_insertions = [
        insertion_curve(counted, pixels, baseline, order, steps=_STEPS) for order in orders
    ]
    return Trust(hiding, deletion, insertion, tuple(random_deletions), tuple(random_insertions))


def _reporting(score: Score, report: Callable[[float], object]) -> Score:
    """Reports after each call which share of all pictures is scored."""
    done = 0

    def counted(pictures: np.ndarray) -> np.ndarray:
        nonlocal done
        logits = score(pictures)
        done += len(pictures)
        report(done / _PASSES)
        return logits

    return counted


def _mean_area(curves: tuple[Curve, ...]) -> float:
    return float(np.mean([curve.area for curve in curves]))
