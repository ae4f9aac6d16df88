"""Probabilities mean what they say, and verdicts keep the promised error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from model.calibration import Calibration, fit_calibration, fit_shift


def samples(count: int = 20_000, *, scale: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels of a perfectly calibrated detector, the logits then multiplied by `scale`."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, count)
    labels = (generator.random(count) < 1 / (1 + np.exp(-logits))).astype(int)
    return logits * scale, labels


@pytest.mark.parametrize(
    "logit, temperature, probability",
    [
        (0.0, 1.0, 0.5),
        (math.log(3), 1.0, 0.75),  # odds of 3 : 1
        (-math.log(3), 1.0, 0.25),
        (2 * math.log(4), 2.0, 0.8),  # the temperature divides: 8 : 1 would be 0.889
        (0.5 * math.log(9), 0.5, 0.9),
    ],
)
def test_a_probability_worked_out_by_hand(logit: float, temperature: float, probability: float):
    assert Calibration(temperature, 0.2, 0.8).probability_fake(logit) == pytest.approx(probability)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("logit, expected", [(1e6, 1.0), (-1e6, 0.0), (1e300, 1.0), (-1e300, 0.0), (800, 1.0)])
def test_extreme_logits_give_certainty_without_overflow(logit: float, expected: float):
    assert Calibration(0.1, 0.2, 0.8).probability_fake(logit) == expected


def test_opposite_logits_give_probabilities_that_add_up_to_one():
    calibration = Calibration(1.7, 0.2, 0.8)
    for logit in np.linspace(-20, 20, 41):
        total = calibration.probability_fake(logit) + calibration.probability_fake(-logit)
        assert total == pytest.approx(1, abs=1e-12)


def test_a_higher_logit_never_gives_a_lower_probability():
    probabilities = [Calibration(2.5, 0.2, 0.8).probability_fake(logit) for logit in np.linspace(-60, 60, 1001)]
    assert (np.diff(probabilities) >= 0).all()


@pytest.mark.parametrize(
    "probability, verdict",
    [
        (0.0, "real"),
        (0.29, "real"),
        (0.3, "uncertain"),  # a threshold itself is not beyond it
        (0.5, "uncertain"),
        (0.8, "uncertain"),
        (0.81, "fake"),
        (1.0, "fake"),
        (math.nan, "uncertain"),
    ],
)
def test_verdicts_follow_the_thresholds_and_doubt_is_uncertain(probability: float, verdict: str):
    assert Calibration(1.0, 0.3, 0.8).verdict(probability) == verdict


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan])
def test_a_temperature_must_be_positive(temperature: float):
    with pytest.raises(ValueError, match=r"`temperature` must be positive\. Received"):
        Calibration(temperature, 0.2, 0.8)


@pytest.mark.parametrize(
    "real_below, fake_above", [(0.6, 0.8), (0.2, 0.4), (-0.1, 0.8), (0.2, 1.1), (0.8, 0.2), (math.nan, 0.8)]
)
def test_thresholds_must_stand_on_their_sides_of_one_half(real_below: float, fake_above: float):
    with pytest.raises(ValueError, match="Received: real_below="):
        Calibration(1.0, real_below, fake_above)


@pytest.mark.parametrize("scale", [1.0, 3.0, 0.4])
def test_the_temperature_undoes_a_known_scaling(scale: float):
    assert fit_calibration(*samples(scale=scale), error=0.03).temperature == pytest.approx(scale, rel=0.05)


def test_the_temperature_is_the_slope_that_scikit_learn_finds():
    logits, labels = samples(2000, scale=1.6, seed=3)
    # Temperature scaling is logistic regression on the logit alone, without intercept.
    model = LogisticRegression(C=1e12, fit_intercept=False).fit(logits[:, None], labels)
    assert fit_calibration(logits, labels, error=0.05).temperature == pytest.approx(1 / model.coef_[0, 0], rel=1e-3)


@pytest.mark.parametrize("error", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("count", [60, 500, 20_000])
def test_outside_the_band_each_class_keeps_the_promised_error(count: int, error: float):
    logits, labels = samples(count, seed=1)
    calibration = fit_calibration(logits, labels, error=error)
    verdicts = np.array([calibration.verdict(calibration.probability_fake(logit)) for logit in logits])
    fakes_called_real = (verdicts[labels == 1] == "real").mean()
    reals_called_fake = (verdicts[labels == 0] == "fake").mean()
    assert fakes_called_real <= error
    assert reals_called_fake <= error
    # And the band is no wider than that: one more sample of a class would break the promise, or nearly.
    assert fakes_called_real > error - 2 / (labels == 1).sum() or calibration.real_below == 0.5
    assert reals_called_fake > error - 2 / (labels == 0).sum() or calibration.fake_above == 0.5


def test_classes_of_different_size_do_not_share_their_errors():
    # Nine fakes to a real: an error of 3 % over all would let a quarter of the reals be called fake.
    generator = np.random.default_rng(0)
    labels = (np.arange(5000) % 10 > 0).astype(int)
    logits = generator.normal(np.where(labels, 1.0, -1.0), 1.5)
    calibration = fit_calibration(logits, labels, error=0.03)
    probabilities = np.array([calibration.probability_fake(logit) for logit in logits])
    assert (probabilities[labels == 0] > calibration.fake_above).mean() <= 0.03
    assert (probabilities[labels == 1] < calibration.real_below).mean() <= 0.03


def test_a_detector_that_is_never_wrong_needs_no_band():
    logits = np.concatenate([np.linspace(-9, -3, 50), np.linspace(3, 9, 50)])
    calibration = fit_calibration(logits, np.repeat([0, 1], 50), error=0.03)
    assert calibration.real_below == calibration.fake_above == 0.5


def test_a_detector_that_knows_nothing_says_so():
    generator = np.random.default_rng(0)
    calibration = fit_calibration(generator.normal(0, 3, 4000), generator.integers(0, 2, 4000), error=0.03)
    probabilities = [calibration.probability_fake(logit) for logit in generator.normal(0, 3, 1000)]
    assert np.mean([calibration.verdict(probability) == "uncertain" for probability in probabilities]) > 0.9


@pytest.mark.parametrize("label", [0, 1])
def test_a_single_class_can_not_be_calibrated(label: int):
    with pytest.raises(ValueError, match="both classes"):
        fit_calibration(np.zeros(10), np.full(10, label), error=0.03)


def test_the_shift_is_that_of_a_logistic_regression():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, 500)
    logits = generator.normal(3 * labels - 2, 2.0)
    regression = LogisticRegression(C=1e9).fit(logits[:, None], labels)
    assert fit_shift(logits, labels) == pytest.approx(regression.intercept_[0] / regression.coef_[0, 0], abs=1e-3)


def test_scores_that_separate_the_classes_are_shifted_to_lie_on_both_sides():
    shift = fit_shift(np.array([4.0, 5.0, 7.0, 8.0]), np.array([0, 0, 1, 1]))
    assert 5 < -shift < 7


def test_a_shift_needs_both_classes():
    with pytest.raises(ValueError, match="both classes"):
        fit_shift(np.array([1.0, 2.0]), np.array([1, 1]))
