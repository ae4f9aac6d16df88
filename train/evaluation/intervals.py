"""How far a figure can be trusted: 95 % bootstrap intervals over groups."""

from __future__ import annotations

from collections import defaultdict
from typing import TypedDict

import numpy as np

RESAMPLES = 1000


class Figure(TypedDict):
    """A figure with its 95 % interval."""

    value: float
    interval: list[float]


def resample_groups(groups: np.ndarray, cells: np.ndarray, seed: int, resamples: int = RESAMPLES) -> np.ndarray:
    """Draws whole groups with replacement: the frames of one video are no independent proof of anything.

    Efron 1979, "Bootstrap Methods: Another Look at the Jackknife"; drawn by groups as in Field & Welsh 2007,
    "Bootstrapping clustered data". Stratified: groups that have faces in the same cells (source and class) are one
    stratum, and each stratum gives as many groups as it has. So each resample has every source and
    both classes, and about as many faces of each as the data.

    Args:
        groups: (faces,), the group of each face.
        cells: (faces,), the source and class of each face, as one value.
        seed: Seed of the draw.
        resamples: How many resamples.

    Returns:
        uint16 (resamples, faces), how often each face was drawn.
    """
    names, group_of = np.unique(groups, return_inverse=True)
    cells_of: dict[int, set[str]] = defaultdict(set)
    for group, cell in zip(group_of.tolist(), cells.tolist(), strict=True):
        cells_of[group].add(cell)
    strata: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for group in range(len(names)):
        strata[tuple(sorted(cells_of[group]))].append(group)
    generator = np.random.default_rng(seed)
    drawn = np.zeros((resamples, len(names)), np.uint16)
    for key in sorted(strata):
        members = np.array(strata[key])
        chosen = members[generator.integers(0, len(members), (resamples, len(members)))]
        np.add.at(drawn, (np.arange(resamples)[:, None], chosen), 1)
    return drawn[:, group_of]


def with_interval(value: float, resampled: np.ndarray) -> Figure:
    """Adds the percentile interval of a figure's resamples.

    Args:
        value: The figure for the data as it is.
        resampled: (resamples,), the same figure for each resample.

    Returns:
        Value and the 2.5 % and 97.5 % quantiles of the resamples, to four digits.
    """
    low, high = np.quantile(resampled, [0.025, 0.975])
    return {"value": round(float(value), 4), "interval": [round(float(low), 4), round(float(high), 4)]}
