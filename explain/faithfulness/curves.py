"""How fast the answer goes, and comes back, as a map's hottest pixels are exchanged first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explain.faithfulness.areas import by_heat, hottest, random_moves
from explain.faithfulness.scoring import Score, score_pictures
from model.calibration import Calibration

# The part of a map that must lie elsewhere in an order drawn by chance.
_CORE = 0.2


@dataclass(frozen=True)
class Curve:
    """Scores on the way from one picture to another.

    Attributes:
        shares: float64 (steps + 1,), share of the pixels exchanged so far, from 0 to 1.
        logits: float64 (steps + 1,), image logit at each.
    """

    shares: np.ndarray
    logits: np.ndarray

    @property
    def area(self) -> float:
        """Area under the logits by the trapezoidal rule: their mean on the way.

        In logits and not, as Petsiuk et al. have it, in probabilities: of a network that is sure, a probability stays
        at 1 until most of the evidence is gone. `area_under` with `probabilities` gives the published figure.
        """
        return area_under(self.shares, self.logits)

    def probabilities(self, calibration: Calibration) -> np.ndarray:
        """Gives calibrated probabilities of a fake, float64 (steps + 1,), 0..1."""
        return np.array([calibration.probability_fake(logit) for logit in self.logits])

    def to_dict(self) -> dict[str, Any]:
        """Gives the curve as JSON can hold it."""
        return {"shares": self.shares.tolist(), "logits": self.logits.tolist(), "area": self.area}


def area_under(shares: np.ndarray, values: np.ndarray) -> float:
    """Integrates values over shares by the trapezoidal rule.

    Args:
        shares: float (steps + 1,), rising.
        values: float (steps + 1,), any unit.

    Returns:
        The area, in that unit if the shares go from 0 to 1.
    """
    return float(np.trapezoid(values, shares))


def deletion_curve(score: Score, crop: np.ndarray, baseline: np.ndarray, heat: np.ndarray, *, steps: int = 10) -> Curve:
    """Exchanges a picture for a baseline, hottest pixels first: Petsiuk et al. 2018, "RISE".

    Times its sign, an answer that rests on the hottest pixels goes at once, so lower is better. The figure means
    nothing by itself, since the baseline may look fake or real: compare it with orders drawn by chance. The fairest
    baseline for a face blended into a photo is that photo before.

    Args:
        score: The network.
        crop: RGB (256, 256, 3), 0..255: the picture at the start.
        baseline: The same: the picture at the end.
        heat: float (256, 256), finite; larger is more evidence for the answer given.
        steps: Number of exchanges, 1 or more; each costs a forward pass.

    Returns:
        The curve.

    Raises:
        ValueError: If shapes differ, `steps` is below 1, or `heat` or a logit not finite.
    """
    start, end = np.asarray(crop, np.float32), np.asarray(baseline, np.float32)
    if start.shape != end.shape or start.shape[:2] != heat.shape or steps < 1:
        raise ValueError(
            "`crop` and `baseline` must have the same shape, `heat` the same rows and columns, `steps` be at least 1. "
            f"Received: {start.shape}, {end.shape}, {heat.shape}, steps={steps}"
        )
    rank = np.empty(heat.size, np.int64)
    rank[by_heat(heat)] = np.arange(heat.size)
    rank = rank.reshape(heat.shape)[..., None]
    counts = np.rint(np.linspace(0, heat.size, steps + 1))
    logits = score_pictures(score, [np.where(rank < count, end, start) for count in counts])
    return Curve(counts / heat.size, logits)


def insertion_curve(
    score: Score, crop: np.ndarray, baseline: np.ndarray, heat: np.ndarray, *, steps: int = 10
) -> Curve:
    """Exchanges a baseline for a picture, hottest pixels first: Petsiuk et al. 2018, "RISE".

    Times its sign, an answer that rests on the hottest pixels is there at once, so higher is better.

    Args:
        score: The network.
        crop: RGB (256, 256, 3), 0..255: the picture at the end.
        baseline: The same: the picture at the start.
        heat: float (256, 256), finite; larger is more evidence for the answer given.
        steps: Number of exchanges, 1 or more; each costs a forward pass.

    Returns:
        The curve.

    Raises:
        ValueError: As `deletion_curve`.
    """
    return deletion_curve(score, baseline, crop, heat, steps=steps)


def random_orders(heat: np.ndarray, count: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Gives maps as smooth as a given one that know nothing of the picture, to compare curves with.

    Args:
        heat: float (256, 256), finite.
        count: How many, 0 or more.
        generator: Where the choice comes from.

    Returns:
        float (256, 256) each: `heat` mirrored and moved around as on a torus, so that its hottest fifth overlaps with
        where it was no more than by chance.
    """
    return [move(heat) for move in random_moves(hottest(heat, _CORE), count, generator)]
