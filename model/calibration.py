"""From logits to probabilities that mean what they say, and to a verdict that may be "can't tell"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Verdict = Literal["real", "uncertain", "fake"]


@dataclass(frozen=True)
class Calibration:
    """How a detector's logits are read.

    Attributes:
        temperature: The logit is divided by it: Guo et al. 2017, "On Calibration of Modern Neural
            Networks".
        real_below: Probabilities below this are called real, 0..0.5.
        fake_above: Probabilities above this are called fake, 0.5..1.
    """

    temperature: float
    real_below: float
    fake_above: float

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise ValueError(f"`temperature` must be positive. Received: temperature={self.temperature}")
        if not 0 <= self.real_below <= 0.5 <= self.fake_above <= 1:
            raise ValueError(
                "thresholds must satisfy 0 <= real_below <= 0.5 <= fake_above <= 1. "
                f"Received: real_below={self.real_below}, fake_above={self.fake_above}"
            )

    def probability_fake(self, logit: float) -> float:
        """Turns an image logit into the calibrated probability of a fake, 0..1."""
        # exp of a negative number only: no overflow for any finite logit.
        # In full precision, or rounding would carry what lies on a threshold beyond it.
        scaled = float(logit) / self.temperature
        odds = float(np.exp(-abs(scaled)))
        return 1 / (1 + odds) if scaled >= 0 else odds / (1 + odds)

    def verdict(self, probability_fake: float) -> Verdict:
        """Words a probability; what is not clearly on one side, NaN too, is uncertain."""
        if probability_fake < self.real_below:
            return "real"
        return "fake" if probability_fake > self.fake_above else "uncertain"


def fit_shift(logits: np.ndarray, labels: np.ndarray) -> float:
    """Fits the number to add to logits so that, after division by some temperature, they are probabilities' logits.

    Scale and shift minimise the negative log-likelihood together: Platt 1999, "Probabilistic Outputs for Support
    Vector Machines".

    Args:
        logits: (samples,), finite.
        labels: (samples,), 1 for fake, 0 for real.

    Returns:
        The shift, in logits before the division.

    Raises:
        ValueError: If a class is missing.
    """
    from scipy.optimize import minimize  # only training needs it

    logits, labels = _checked(logits, labels)

    def loss(parameters: np.ndarray) -> float:
        return _negative_log_likelihood((logits + parameters[1]) / np.exp(parameters[0]), labels)

    # Bounded, for scores that separate the classes fully have no best scale.
    spread = float(np.abs(logits).max()) + 1
    return float(minimize(loss, np.zeros(2), bounds=[(-2.5, 2.5), (-spread, spread)]).x[1])


def fit_calibration(logits: np.ndarray, labels: np.ndarray, *, error: float) -> Calibration:
    """Fits temperature and thresholds to labelled scores that were not trained on.

    The temperature minimises the negative log-likelihood. The thresholds make the uncertain band as
    narrow as possible while at most `error` of the fakes are called real and at most `error` of the reals fake.

    Args:
        logits: (samples,), finite.
        labels: (samples,), 1 for fake, 0 for real.
        error: Accepted share of wrong verdicts in each class, 0..0.5.

    Returns:
        The calibration.

    Raises:
        ValueError: If a class is missing.
    """
    from scipy.optimize import minimize_scalar  # only training needs it

    logits, labels = _checked(logits, labels)

    def loss(log_temperature: float) -> float:
        return _negative_log_likelihood(logits / np.exp(log_temperature), labels)

    temperature = float(np.exp(minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded").x))
    unlimited = Calibration(temperature, 0.5, 0.5)
    probabilities = np.array([unlimited.probability_fake(logit) for logit in logits])
    # "lower" and "higher" keep the promise exactly: no more than `error` lie strictly beyond.
    real_below = float(np.quantile(probabilities[labels], error, method="lower"))
    fake_above = float(np.quantile(probabilities[~labels], 1 - error, method="higher"))
    return Calibration(temperature, min(real_below, 0.5), max(fake_above, 0.5))


def _checked(logits: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gives logits as float64 and labels as bool, and refuses labels of one class."""
    logits, labels = np.asarray(logits, np.float64), np.asarray(labels) > 0.5
    if labels.all() or not labels.any():
        raise ValueError("`labels` must have both classes")
    return logits, labels


def _negative_log_likelihood(logits: np.ndarray, labels: np.ndarray) -> float:
    # log(1 + exp(-s)) for fakes, log(1 + exp(s)) for reals
    return float(np.logaddexp(0, np.where(labels, -logits, logits)).mean())
