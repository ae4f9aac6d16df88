"""Is one area under the ROC curve larger than another by more than chance, on the same faces?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata


@dataclass(frozen=True)
class DeLong:
    """Areas under the ROC curves of several scores of the same cases.

    Attributes:
        aucs: float64 (scores,).
        covariance: float64 (scores, scores), estimated covariance of the areas.
    """

    aucs: np.ndarray
    covariance: np.ndarray

    def p_value(self, first: int, second: int) -> float:
        """Gives the two-sided p-value of the hypothesis that two areas are the same; 1 if the scores rank alike."""
        contrast = self.covariance[first, first] + self.covariance[second, second] - 2 * self.covariance[first, second]
        difference = self.aucs[first] - self.aucs[second]
        if contrast <= 1e-15:
            # No spread: either the same ranking, or rankings that differ in every case alike.
            return 1.0 if abs(difference) < 1e-12 else 0.0
        return float(2 * norm.sf(abs(difference) / np.sqrt(contrast)))


def delong(fake: np.ndarray, scores: np.ndarray) -> DeLong:
    """Estimates areas under ROC curves and how they vary together.

    DeLong, DeLong & Clarke-Pearson 1988, "Comparing the Areas under Two or More Correlated Receiver Operating
    Characteristic Curves", in the form of Sun & Xu 2014, "Fast Implementation of DeLong's Algorithm": from midranks
    among all cases and within each class. The cases count as independent of one another.

    Args:
        fake: bool (faces,), with two faces of each class or more.
        scores: float (scores, faces), higher for fake.

    Returns:
        Areas and covariance.

    Raises:
        ValueError: If a class has fewer than two faces.
    """
    fakes, reals = int(fake.sum()), int((~fake).sum())
    if min(fakes, reals) < 2:
        raise ValueError(f"each class must have two faces or more. Received: {reals} real, {fakes} fake")
    among_all = rankdata(scores, axis=1)
    # For each fake the share of reals it stands above, and for each real the share of fakes above it.
    over_reals = (among_all[:, fake] - rankdata(scores[:, fake], axis=1)) / reals
    under_fakes = 1 - (among_all[:, ~fake] - rankdata(scores[:, ~fake], axis=1)) / fakes
    covariance = np.atleast_2d(np.cov(over_reals)) / fakes + np.atleast_2d(np.cov(under_fakes)) / reals
    return DeLong(over_reals.mean(axis=1), covariance)


def holm(p_values: list[float]) -> list[float]:
    """Corrects p-values for their number, so that the chance of any false alarm stays what it was for one.

    Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure".

    Args:
        p_values: The p-values of all comparisons.

    Returns:
        The adjusted p-values, in the same order, 0..1.
    """
    order = np.argsort(p_values, kind="stable")
    stepped = np.array(p_values)[order] * np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return adjusted.tolist()
