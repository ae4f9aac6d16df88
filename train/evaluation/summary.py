"""The figures of an evaluation with their intervals, by source and for all."""

from __future__ import annotations

from typing import Any

import numpy as np

from train.evaluation.faces import Faces
from train.evaluation.intervals import Figure, with_interval
from train.evaluation.metrics import METRICS, Scores, confusion_matrix, measure, ranking_figures


def summarise(faces: Faces, scores: Scores, weights: np.ndarray) -> dict[str, Any]:
    """Measures everything that needs no further forward pass.

    Args:
        faces: The faces.
        scores: What the detector said of them, in the same order.
        weights: (resamples, faces), as `resample_groups` gives them.

    Returns:
        `all` (the sources with both classes, pooled), `sources` (a row each) and `mean_auc` (over the sources with
        both classes: no source counts more because it is larger). A row has the counts, `confusion`
        and `metrics`: a figure, or None where the source has a single class.
    """
    sources = faces.crops.sources
    return {
        "all": _row(faces, scores, weights, faces.in_pool),
        "sources": {str(source): _row(faces, scores, weights, sources == source) for source in np.unique(sources)},
        "mean_auc": summarise_auc(faces, scores.logits, weights)["mean_auc"],
    }


def summarise_auc(faces: Faces, logits: np.ndarray, weights: np.ndarray) -> dict[str, Figure | None]:
    """Measures the area under the ROC curve of any score of the faces.

    Args:
        faces: The faces.
        logits: (faces,), higher for fake.
        weights: (resamples, faces).

    Returns:
        `auc` (pooled) and `mean_auc` (over the sources that have both classes, None if there are none), with
        intervals, and `sources`, the value for each.
    """
    fake, sources, pool = faces.crops.labels > 0.5, faces.crops.sources, faces.in_pool
    weights = np.vstack([np.ones((1, len(fake)), weights.dtype), weights])

    def auc(chosen: np.ndarray) -> np.ndarray:
        return ranking_figures(fake[chosen], logits[chosen], weights[:, chosen])["auc"]

    by_source = {
        source: auc(sources == source) for source in faces.pooled if len(set(fake[sources == source].tolist())) == 2
    }
    pooled = auc(pool)
    mean = np.mean(list(by_source.values()), axis=0) if by_source else None
    return {
        "auc": with_interval(pooled[0], pooled[1:]),
        "mean_auc": None if mean is None else with_interval(mean[0], mean[1:]),
        "sources": {source: round(float(values[0]), 4) for source, values in by_source.items()},
    }


def _row(faces: Faces, scores: Scores, weights: np.ndarray, chosen: np.ndarray) -> dict[str, Any]:
    part = scores.where(chosen)
    values = measure(part, np.ones((1, len(part.fake))))
    resampled = measure(part, weights[:, chosen])
    return {
        "real": int((~part.fake).sum()),
        "fake": int(part.fake.sum()),
        "groups": len(np.unique(faces.groups[chosen])),
        "confusion": confusion_matrix(part.fake, part.probabilities),
        "metrics": {
            name: with_interval(values[name][0], resampled[name]) if name in values else None for name in METRICS
        },
    }
