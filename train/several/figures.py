"""The figures of a comparison: each detector's, and the differences between any two."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from train.evaluation.faces import Faces
from train.evaluation.intervals import Figure, with_interval
from train.evaluation.metrics import Scores, calibration_figures, ranking_figures
from train.several.delong import delong, holm

_BLOCK = 2_000_000

Measured = dict[str, np.ndarray]
"""Figures by name, float64 (1 + resamples,): for the faces as they are, then for each resample."""


def measure_detectors(faces: Faces, scores: list[Scores], resampled: np.ndarray) -> dict[str, list[dict[str, Any]]]:
    """Measures detectors on the same faces and the same resamples.

    Args:
        faces: The faces.
        scores: What each detector said of them.
        resampled: (resamples, faces), as `train.evaluation.intervals.resample_groups` draws them.

    Returns:
        `detectors`, a row for each: `all`, `mean_auc` and `sources`, with intervals. `differences`, a row for each
        pair: the positions of `first` and `second`, `auc` and `mean_auc` of the first minus those of the second,
        `p_delong`, which takes faces for independent, `p_groups`, which doesn't, and `p_holm`, that corrected for the
        number of pairs.
    """
    weights = np.vstack([np.ones((1, resampled.shape[1]), resampled.dtype), resampled])
    parts = {"all": faces.in_pool} | {source: faces.crops.sources == source for source in faces.pooled}
    measured = [{name: _measure(part, score, weights) for name, part in parts.items()} for score in scores]
    means = [_mean_auc([row[source] for source in faces.pooled]) for row in measured]
    rows = [
        {
            "all": _with_intervals(row["all"]),
            "mean_auc": None if mean is None else with_interval(mean[0], mean[1:]),
            "sources": {source: _with_intervals(row[source]) for source in faces.pooled},
        }
        for row, mean in zip(measured, means, strict=True)
    ]
    return {"detectors": rows, "differences": _differences(faces, scores, measured, means)}


def decided_figures(scores: Scores, weights: np.ndarray) -> Measured:
    """Measures the answers as the page words them.

    Args:
        scores: What a detector said of faces.
        weights: (sets, faces), how often each face counts.

    Returns:
        float64 (sets,) each: `uncertain`, the share of "can't tell", and `right`, the share of true answers among the
        others; NaN where there are none.
    """
    decided = scores.verdicts != "uncertain"
    right = scores.verdicts == np.where(scores.fake, "fake", "real")
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "right": (weights @ right.astype(float)) / (weights @ decided.astype(float)),
            "uncertain": weights @ (~decided).astype(float) / weights.sum(axis=1),
        }


def p_of(differences: np.ndarray) -> float:
    """Gives the two-sided p-value of a bootstrap: twice the smaller share of resamples on one side of 0.

    Args:
        differences: (resamples,), the difference in each resample.

    Returns:
        0..1, never below 2 / (resamples + 1): so many resamples can't tell more (Davison & Hinkley 1997, "Bootstrap
        Methods and their Application").
    """
    sides = min(int((differences <= 0).sum()), int((differences >= 0).sum()))
    return min(1.0, 2 * (sides + 1) / (len(differences) + 1))


def _measure(chosen: np.ndarray, scores: Scores, weights: np.ndarray) -> Measured:
    # A block at a time: a thousand sets for a large collection would fill the memory.
    part, rows = scores.where(chosen), max(1, _BLOCK // max(1, int(chosen.sum())))
    starts = range(0, len(weights), rows)
    blocks = [_measure_block(part, weights[start : start + rows, chosen].astype(np.float64)) for start in starts]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _measure_block(part: Scores, weights: np.ndarray) -> Measured:
    figures = decided_figures(part, weights)
    figures["ece"] = calibration_figures(part.fake, part.logits / part.temperature, weights)["ece"]
    if part.fake.any() and not part.fake.all():
        figures["auc"] = ranking_figures(part.fake, part.logits, weights)["auc"]
    return figures


def _mean_auc(rows: list[Measured]) -> np.ndarray | None:
    """Mean over the sources, so that no source counts more because it is larger."""
    values = [row["auc"] for row in rows if "auc" in row]
    return np.mean(values, axis=0) if values else None


def _with_intervals(figures: Measured) -> dict[str, Figure | None]:
    return {name: _figure(figures[name]) if name in figures else None for name in ("auc", "right", "uncertain", "ece")}


def _figure(values: np.ndarray) -> Figure | None:
    # A resample in which nothing was decided has no share of right answers.
    resampled = values[1:][np.isfinite(values[1:])]
    return with_interval(values[0], resampled) if np.isfinite(values[0]) and len(resampled) else None


def _differences(
    faces: Faces, scores: list[Scores], measured: list[dict[str, Measured]], means: list[np.ndarray | None]
) -> list[dict[str, Any]]:
    pool = faces.in_pool
    areas = delong(scores[0].fake[pool], np.stack([score.logits[pool] for score in scores]))
    rows = []
    for first, second in combinations(range(len(scores)), 2):
        pooled = measured[first]["all"]["auc"] - measured[second]["all"]["auc"]
        mean = None if means[first] is None else means[first] - means[second]
        rows.append(
            {
                "first": first,
                "second": second,
                "auc": with_interval(pooled[0], pooled[1:]),
                "mean_auc": None if mean is None else with_interval(mean[0], mean[1:]),
                "p_delong": areas.p_value(first, second),
                "p_groups": p_of(pooled[1:]),
            }
        )
    for row, adjusted in zip(rows, holm([row["p_groups"] for row in rows]), strict=True):
        row["p_holm"] = adjusted
    return rows
