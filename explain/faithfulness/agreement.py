"""How far maps of different methods agree. Agreement is no evidence of truth, disagreement is one of doubt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from explain.faithfulness.areas import hottest
from explain.heatmap import Heatmap

# The grid of the shipped network's patches: finer than that, maps of patches hold nothing to compare.
_GRID = 16
_HOTTEST = 0.2


@dataclass(frozen=True)
class Agreement:
    """How alike two maps are.

    Attributes:
        correlation: Spearman's rank correlation, -1..1; NaN if a map is flat.
        overlap: Intersection over union of their hottest fifths, 0..1; 0.11 by chance.
    """

    correlation: float
    overlap: float


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Correlates the ranks of two maps: Spearman 1904.

    Args:
        first: float, any shape.
        second: float, the same shape.

    Returns:
        -1..1; NaN if one of them is the same everywhere.

    Raises:
        ValueError: If the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"both maps must have one shape. Received: {first.shape}, {second.shape}")
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return math.nan
    from scipy.stats import spearmanr  # loads slowly, and only this needs it

    return float(spearmanr(first.ravel(), second.ravel()).statistic)


def compare(first: Heatmap, second: Heatmap, sign: int = 1) -> Agreement:
    """Compares two maps of one crop on a grid of 16 x 16.

    Maps with a sign are compared as evidence for the answer. If one of them has none it tells only how much a place
    matters, so the other is taken without its sign as well.

    Args:
        first: A map.
        second: Another one of the same crop.
        sign: +1 if the answer leans towards fake, -1 if towards real.

    Returns:
        How alike they are.
    """
    signed = first.signed and second.signed
    grids = [_on_grid(sign * heatmap.on_crop() if signed else np.abs(heatmap.on_crop())) for heatmap in (first, second)]
    areas = [hottest(grid, _HOTTEST) for grid in grids]
    return Agreement(spearman(*grids), float((areas[0] & areas[1]).sum() / (areas[0] | areas[1]).sum()))


def compare_all(heatmaps: Mapping[str, Heatmap], sign: int = 1) -> dict[str, dict[str, Agreement]]:
    """Compares each map of a crop with every other.

    Args:
        heatmaps: The maps, by name of the method.
        sign: +1 if the answer leans towards fake, -1 if towards real.

    Returns:
        For each method, by name of the other method, how alike the two are.
    """
    result: dict[str, dict[str, Agreement]] = {name: {} for name in heatmaps}
    names = list(heatmaps)
    for position, name in enumerate(names):
        for other in names[position + 1 :]:
            result[name][other] = result[other][name] = compare(heatmaps[name], heatmaps[other], sign)
    return result


def _on_grid(heat: np.ndarray) -> np.ndarray:
    return cv2.resize(heat, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
