"""What each member of an ensemble counts, and whether the ensemble is worth it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedGroupKFold

from train.datasets import DataError
from train.evaluation.faces import Faces
from train.evaluation.intervals import Figure, resample_groups, with_interval
from train.evaluation.metrics import ranking_figures
from train.several.figures import p_of

HOW = ("average", "stack")
FOLDS = 5
# As scikit-learn's logistic regression: weighs the data against a preference for small weights.
_STRENGTH = 1.0


@dataclass(frozen=True)
class Mix:
    """How logits are joined.

    Attributes:
        shares: float64 (members,), what the logit of each member counts, 0 or more.
        bias: What is added to the sum, in logits.
    """

    shares: np.ndarray
    bias: float

    def __call__(self, logits: np.ndarray) -> np.ndarray:
        """Joins logits, (members, faces), to float64 (faces,)."""
        return self.shares @ logits + self.bias


def fit_mix(logits: np.ndarray, fake: np.ndarray, temperatures: np.ndarray, how: str) -> Mix:
    """Finds what each member counts.

    Args:
        logits: (members, faces), image logits before calibration.
        fake: bool (faces,), with both classes.
        temperatures: (members,), the members' own: after division by them, a logit means the same for each.
        how: "average" for the mean of the calibrated logits (a logarithmic opinion pool: Genest & Zidek 1986,
            "Combining Probability Distributions"). "stack" for a logistic regression on them whose weights are 0 or
            more (stacking: Wolpert 1992, "Stacked Generalization"; non-negative: Breiman 1996, "Stacked Regressions"),
            so that what speaks for fake in a member's map never speaks for real in that of the ensemble.

    Returns:
        Shares and bias; all shares are 0 if no member tells fakes from reals on these faces.

    Raises:
        ValueError: If `how` is unknown.
    """
    if how not in HOW:
        raise ValueError(f"`how` must be one of {', '.join(HOW)}. Received: {how!r}")
    if how == "average":
        return Mix(1 / (len(logits) * temperatures), 0.0)
    scaled, signs = logits / temperatures[:, None], np.where(fake, 1.0, -1.0)

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = parameters[:-1], parameters[-1]
        margins = signs * (weights @ scaled + bias)
        pull = -signs / (1 + np.exp(np.clip(margins, -500, 500)))
        value = _STRENGTH * np.logaddexp(0, -margins).sum() + weights @ weights / 2
        return value, np.append(_STRENGTH * (scaled @ pull) + weights, _STRENGTH * pull.sum())

    # scikit-learn's own has no bounds; this is its objective with them.
    bounds = [(0, None)] * len(logits) + [(None, None)]
    start = np.append(np.full(len(logits), 1 / len(logits)), 0.0)
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-12, "gtol": 1e-8}).x
    return Mix(found[:-1] / temperatures, float(found[-1]))


def cross_validate(
    faces: Faces, logits: np.ndarray, temperatures: np.ndarray, how: str, seed: int, names: list[str]
) -> dict[str, Any]:
    """Measures on faces that the weights were not fitted on whether the ensemble beats its members.

    Whole groups are left out at a time, the weights fitted on the others. The members have nothing to fit, so each is
    measured on all faces, and the best of them may be the best by luck: that makes it harder for the ensemble, not
    easier. (To choose the best one on each fold's other faces would make it too easy: of members that are about as
    good, the one that does best there does worst on the faces left out.)

    Args:
        faces: Faces of sources that have both classes.
        logits: (members, faces).
        temperatures: (members,).
        how: As for `fit_mix`.
        seed: Seed of folds and intervals.
        names: Names of the members.

    Returns:
        `folds`; `auc` and `mean_auc` (over the sources) of the ensemble; and `singles`, a row for each member with
        `name`, `auc`, `mean_auc`, `gain` (what the ensemble has more, of both) and `p_groups`, the p-value of the gain
        in AUC.

    Raises:
        DataError: If there are too few groups to divide.
    """
    fake = faces.crops.labels > 0.5
    joined = np.empty(len(fake))
    folds = _divide(faces, fake, seed)
    for trained, left_out in folds:
        joined[left_out] = fit_mix(logits[:, trained], fake[trained], temperatures, how)(logits[:, left_out])
    resampled = resample_groups(faces.groups, faces.cells, seed)
    ensemble = _aucs(faces, fake, joined, resampled)
    singles = []
    for name, scores in zip(names, logits, strict=True):
        single = _aucs(faces, fake, scores, resampled)
        gain = {kind: ensemble[kind] - single[kind] for kind in single}
        row = {"name": name, **_figures(single), "gain": _figures(gain), "p_groups": p_of(gain["auc"][1:])}
        singles.append(row)
    return {"folds": len(folds), **_figures(ensemble), "singles": singles}


def judge(found: dict[str, Any]) -> str:
    """Words what a cross-validation found, in one sentence.

    Args:
        found: What `cross_validate` returned.

    Returns:
        The sentence.
    """
    best = max(found["singles"], key=lambda row: row["auc"]["value"])
    low, high = best["gain"]["auc"]["interval"]
    figures = f"{best['name']} (AUC {best['gain']['auc']['value']:+.4f}, 95 % interval {low:+.4f} to {high:+.4f})"
    if low > 0:
        return f"The ensemble beats the best single detector, {figures}."
    if high < 0:
        return f"The ensemble is worse than the best single detector, {figures}: use that one."
    return f"It is not shown that the ensemble beats the best single detector, {figures}."


def _divide(faces: Faces, fake: np.ndarray, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    groups, cells = faces.groups, faces.cells
    fewest = min(len(np.unique(groups[fake == label])) for label in (False, True))
    if fewest < 2:
        raise DataError("cross-validation needs two groups of pictures or more of each class in the validation part")
    splitter = StratifiedGroupKFold(min(FOLDS, fewest), shuffle=True, random_state=seed)
    # By source and class where that is fine enough to divide, else by class.
    smallest = min(Counter(cells.tolist()).values())
    strata = cells if smallest >= splitter.n_splits else fake
    folds = list(splitter.split(np.zeros(len(fake)), strata, groups))
    if any(len(set(fake[trained].tolist())) < 2 or not len(left_out) for trained, left_out in folds):
        raise DataError("the groups of the validation part are too few and too large to divide for cross-validation")
    return folds


def _figures(values: dict[str, np.ndarray]) -> dict[str, Figure]:
    return {kind: with_interval(figure[0], figure[1:]) for kind, figure in values.items()}


def _aucs(faces: Faces, fake: np.ndarray, scores: np.ndarray, resampled: np.ndarray) -> dict[str, np.ndarray]:
    weights = np.vstack([np.ones((1, len(fake)), resampled.dtype), resampled])
    sources = faces.crops.sources
    by_source = [
        ranking_figures(fake[sources == source], scores[sources == source], weights[:, sources == source])["auc"]
        for source in faces.pooled
    ]
    return {"auc": ranking_figures(fake, scores, weights)["auc"], "mean_auc": np.mean(by_source, axis=0)}
