"""Maps of an ensemble: those of its members, weighed like their logits and laid on one another."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np

from explain.methods.method import Maps
from explain.probe import Probe


def of_every_member(compute: Callable[[Probe], Maps]) -> Callable[[Probe], Maps]:
    """Makes a method that needs a feature map one for ensembles too, each of whose members has a map of its own.

    Args:
        compute: The method for a single network.

    Returns:
        The method; for an ensemble it computes the map of every member and adds them up.
    """

    @functools.wraps(compute)
    def run(probe: Probe) -> Maps:
        if not probe.members:
            return compute(probe)
        parts = []
        for number, (share, member) in enumerate(probe.members):
            member.report = lambda done, number=number: probe.report((number + done) / len(probe.members))
            parts.append((share, compute(member)))
        return add_maps(parts)

    return run


def add_maps(parts: Sequence[tuple[float, Maps]]) -> Maps:
    """Adds up maps that need not have the same cells.

    Each value is divided among the cells of the finest map in proportion to the area they share (first-order
    conservative remapping: Jones 1999, "First- and Second-Order Conservative Remapping Schemes for Grids in Spherical
    Coordinates"). So a map keeps its sum, and if the members' maps add up to their logits, the result adds up to the
    ensemble's. What lies beyond the outermost cells goes to these.

    Args:
        parts: What each map counts, and maps of the same faces, whose cells lie in rows and columns along the crop's.

    Returns:
        The weighted sum, on the cells of the map that has most of them; of several such the first.
    """
    finest = max((maps for _, maps in parts), key=lambda maps: maps.values[0].size)
    _, rows, columns = finest.values.shape
    total = np.zeros(finest.values.shape)
    for share, maps in parts:
        _, own_rows, own_columns = maps.values.shape
        down = _divide(maps.to_crop[1, [1, 2]], own_rows, finest.to_crop[1, [1, 2]], rows)
        across = _divide(maps.to_crop[0, [0, 2]], own_columns, finest.to_crop[0, [0, 2]], columns)
        total += share * (down @ maps.values.astype(np.float64) @ across.T)
    return Maps(total.astype(np.float32), finest.to_crop)


def _divide(source: np.ndarray, source_cells: int, target: np.ndarray, target_cells: int) -> np.ndarray:
    """Share of each source cell that lies in each target cell, (target, source); source and target: stride, offset."""
    starts, ends = _edges(source, source_cells)
    firsts, lasts = _edges(target, target_cells)
    firsts[0], lasts[-1] = -np.inf, np.inf
    overlap = np.minimum(ends, lasts[:, None]) - np.maximum(starts, firsts[:, None])
    return np.clip(overlap, 0, None) / (ends - starts)


def _edges(axis: np.ndarray, cells: int) -> tuple[np.ndarray, np.ndarray]:
    stride, offset = axis
    edges = stride * (np.arange(cells + 1) - 0.5) + offset
    return edges[:-1].copy(), edges[1:].copy()
