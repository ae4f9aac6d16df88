"""Figures of a detector for weighted faces: weights of one give the figure, a thousand other sets its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

BINS = 15
_BLOCK = 2_000_000

# In the order of tables; which way is better does not follow from the name alone.
RANKING = ("auc", "average_precision", "equal_error_rate", "tpr_at_fpr_1", "tpr_at_fpr_5")
THRESHOLDED = ("accuracy", "balanced_accuracy", "precision", "recall", "f1")
CALIBRATION = ("brier_before", "brier", "ece_before", "ece", "log_loss_before", "log_loss")
VERDICTS = (
    "reals_called_real",
    "reals_called_uncertain",
    "reals_called_fake",
    "fakes_called_real",
    "fakes_called_uncertain",
    "fakes_called_fake",
)
METRICS = (*RANKING, *THRESHOLDED, *CALIBRATION, *VERDICTS)


@dataclass(frozen=True)
class Scores:
    """What a detector said of labelled faces.

    Attributes:
        fake: bool (faces,), True for fakes.
        logits: float64 (faces,), finite, positive for fake.
        temperature: The detector's temperature, positive.
        verdicts: str (faces,), "real", "uncertain" or "fake".
    """

    fake: np.ndarray
    logits: np.ndarray
    temperature: float
    verdicts: np.ndarray

    def where(self, chosen: np.ndarray) -> Scores:
        """Gives the part that a mask, bool (faces,), or an array of indices chooses."""
        return Scores(self.fake[chosen], self.logits[chosen], self.temperature, self.verdicts[chosen])

    @property
    def probabilities(self) -> np.ndarray:
        """Calibrated probability of a fake, float64 (faces,), 0..1."""
        return expit(self.logits / self.temperature)


def measure(scores: Scores, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Computes every figure that the classes at hand allow, once for each set of weights.

    Args:
        scores: The faces' labels and scores.
        weights: (sets, faces), how often each face counts, 0 or more; each set must leave both classes some weight.

    Returns:
        float64 (sets,) by name, in the order of `METRICS`. With a single class only accuracy, Brier score and
        verdicts are left, with fakes alone recall too: the others would say nothing or the obvious.
    """
    # A block at a time: a thousand sets for a large collection would fill the memory.
    rows = max(1, _BLOCK // max(1, weights.shape[1]))
    blocks = [_measure(scores, weights[i : i + rows].astype(np.float64)) for i in range(0, len(weights), rows)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in METRICS if name in blocks[0]}


def _measure(scores: Scores, weights: np.ndarray) -> dict[str, np.ndarray]:
    fake = scores.fake
    figures = verdict_shares(fake, scores.verdicts, weights) | threshold_figures(fake, scores.probabilities, weights)
    before = calibration_figures(fake, scores.logits, weights)
    figures |= {f"{name}_before": values for name, values in before.items()}
    figures |= calibration_figures(fake, scores.logits / scores.temperature, weights)
    if fake.any() and not fake.all():
        return figures | ranking_figures(fake, scores.logits, weights)
    single = {"accuracy", "brier_before", "brier"} | ({"recall"} if fake.all() else set())
    return {name: values for name, values in figures.items() if name in single or name in VERDICTS}


def ranking_figures(fake: np.ndarray, logits: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Measures how well fakes are ranked above reals, whatever the threshold.

    Args:
        fake: bool (faces,), with both classes.
        logits: (faces,), higher for fake; equal ones share a threshold.
        weights: (sets, faces).

    Returns:
        float64 (sets,) each: `auc` (area under the ROC curve; Hanley & McNeil 1982, "The Meaning and Use of the Area
        under a ROC Curve"), `average_precision` (the step sum of scikit-learn), `equal_error_rate` (where the ROC
        curve, its points joined by lines, has as many missed fakes as false alarms), and `tpr_at_fpr_1`, `_5`: the
        largest share of fakes found by a threshold with at most 1 % or 5 % false alarms.
    """
    hits, alarms = counts_above(fake, logits, weights)
    new_hits, new_alarms = np.diff(hits), np.diff(alarms)
    fakes, reals = hits[:, -1:], alarms[:, -1:]
    tpr, fpr = hits / fakes, alarms / reals
    called = hits[:, 1:] + alarms[:, 1:]
    # A threshold at which nothing is called finds nothing new either.
    precision = np.divide(hits[:, 1:], called, out=np.zeros_like(called), where=called > 0)
    return {
        "auc": (new_alarms * (hits[:, :-1] + new_hits / 2)).sum(1) / (fakes * reals)[:, 0],
        "average_precision": (new_hits * precision).sum(1) / fakes[:, 0],
        "equal_error_rate": _equal_error_rate(tpr, fpr),
        "tpr_at_fpr_1": _tpr_at(tpr, fpr, 0.01),
        "tpr_at_fpr_5": _tpr_at(tpr, fpr, 0.05),
    }


def counts_above(fake: np.ndarray, logits: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts fakes and reals from each distinct score on upwards: the ROC curve before division.

    Args:
        fake: bool (faces,).
        logits: (faces,).
        weights: (sets, faces).

    Returns:
        Weight of fakes and of reals, float64 (sets, 1 + distinct scores) each, from none to all.
    """
    order = np.argsort(-logits, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(logits[order]) != 0])
    weights, fake = weights[:, order].astype(np.float64), fake[order]
    counts = [np.add.reduceat(weights * of_class, starts, axis=1).cumsum(1) for of_class in (fake, ~fake)]
    hits, alarms = (np.pad(count, ((0, 0), (1, 0))) for count in counts)
    return hits, alarms


def _equal_error_rate(tpr: np.ndarray, fpr: np.ndarray) -> np.ndarray:
    sets = np.arange(len(tpr))
    excess = fpr - (1 - tpr)  # rises from -1 to 1
    after = (excess >= 0).argmax(1)
    before = after - 1
    share = -excess[sets, before] / (excess[sets, after] - excess[sets, before])
    return fpr[sets, before] + share * (fpr[sets, after] - fpr[sets, before])


def _tpr_at(tpr: np.ndarray, fpr: np.ndarray, limit: float) -> np.ndarray:
    # 5 of 100 must count as 5 %, however the division was rounded.
    return np.where(fpr <= limit + 1e-12, tpr, 0).max(1)


def threshold_figures(fake: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Measures the answers if everything from probability 0.5 on is called fake.

    Args:
        fake: bool (faces,).
        probabilities: (faces,), probability of a fake, 0..1.
        weights: (sets, faces).

    Returns:
        float64 (sets,) each: the figures of `THRESHOLDED`, with "fake" as the positive class; as in scikit-learn a
        precision of nothing called fake is 0. What needs an absent class is NaN.
    """
    called = probabilities >= 0.5
    hits, misses = weights @ (fake & called), weights @ (fake & ~called)
    alarms, passes = weights @ (~fake & called), weights @ (~fake & ~called)
    with np.errstate(invalid="ignore", divide="ignore"):
        recall, specificity = hits / (hits + misses), passes / (passes + alarms)
    found = hits + alarms
    either = 2 * hits + alarms + misses
    return {
        "accuracy": (hits + passes) / weights.sum(1),
        "balanced_accuracy": (recall + specificity) / 2,
        "precision": np.divide(hits, found, out=np.zeros_like(found), where=found > 0),
        "recall": recall,
        "f1": np.divide(2 * hits, either, out=np.zeros_like(either), where=either > 0),
    }


def confusion_matrix(fake: np.ndarray, probabilities: np.ndarray) -> list[list[int]]:
    """Counts [[reals called real, reals called fake], [fakes called real, fakes called fake]] at probability 0.5."""
    called = probabilities >= 0.5
    return [[int(((fake == label) & (called == answer)).sum()) for answer in (False, True)] for label in (False, True)]


def calibration_figures(fake: np.ndarray, logits: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Measures whether sigmoid(logit) means what it says.

    Args:
        fake: bool (faces,).
        logits: (faces,), after division by the temperature or before.
        weights: (sets, faces).

    Returns:
        float64 (sets,) each: `brier` (Brier 1950, "Verification of Forecasts Expressed in Terms of Probability"), `ece`
        (expected calibration error over 15 bins of equal width of the probability of a fake: Naeini et al. 2015,
        "Obtaining Well Calibrated Probabilities Using Bayesian Binning"; 15 bins as in Guo et al. 2017, "On
        Calibration of Modern Neural Networks") and `log_loss` (mean negative log-likelihood, in nats).
    """
    probabilities = expit(logits)
    in_bin = bin_of(probabilities)[:, None] == np.arange(BINS)
    gaps = weights @ (in_bin * (fake - probabilities)[:, None])
    total = weights.sum(1)
    return {
        "brier": weights @ (probabilities - fake) ** 2 / total,
        "ece": np.abs(gaps).sum(1) / total,
        "log_loss": weights @ np.logaddexp(0, np.where(fake, -logits, logits)) / total,
    }


def bin_of(probabilities: np.ndarray) -> np.ndarray:
    """Gives the bin, 0..14, of each probability; bins are closed above, as in Guo et al. 2017."""
    return np.clip(np.ceil(probabilities * BINS).astype(int) - 1, 0, BINS - 1)


def reliability(fake: np.ndarray, probabilities: np.ndarray) -> list[dict[str, float]]:
    """Compares what was said with what was true, bin by bin.

    Args:
        fake: bool (faces,).
        probabilities: (faces,), 0..1.

    Returns:
        For each bin that has faces: `faces`, mean `probability` and `share_fake`.
    """
    bins = bin_of(probabilities)
    return [
        {
            "faces": int((bins == i).sum()),
            "probability": float(probabilities[bins == i].mean()),
            "share_fake": float(fake[bins == i].mean()),
        }
        for i in np.unique(bins)
    ]


def verdict_shares(fake: np.ndarray, verdicts: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Counts how the page would have worded each class.

    Args:
        fake: bool (faces,).
        verdicts: str (faces,), "real", "uncertain" or "fake".
        weights: (sets, faces).

    Returns:
        float64 (sets,) by name as in `VERDICTS`, for the classes that are there.
    """
    return {
        f"{name}_called_{verdict}": weights @ (of_class & (verdicts == verdict)) / (weights @ of_class)
        for name, of_class in (("reals", ~fake), ("fakes", fake))
        if of_class.any()
        for verdict in ("real", "uncertain", "fake")
    }
