"""Figures agree with scikit-learn for any weights, and with what can be worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn import metrics as sklearn_metrics

from train.evaluation.metrics import (
    METRICS,
    Scores,
    confusion_matrix,
    measure,
    ranking_figures,
    reliability,
)


def scored(seed: int, count: int = 200, levels: int | None = None) -> Scores:
    """Scores that overlap; with `levels` many of them are equal."""
    generator = np.random.default_rng(seed)
    fake = generator.random(count) < 0.4
    logits = generator.normal(np.where(fake, 1.0, -1.0), 1.5)
    if levels:
        logits = np.round(logits * levels / 6) * 6 / levels
    verdicts = generator.choice(["real", "uncertain", "fake"], count)
    return Scores(fake, logits, 1.7, verdicts)


def once(scores: Scores) -> dict[str, float]:
    return {name: float(values[0]) for name, values in measure(scores, np.ones((1, len(scores.fake)))).items()}


@pytest.mark.parametrize("levels", [None, 8], ids=["distinct scores", "many equal scores"])
def test_figures_are_those_of_scikit_learn_for_each_set_of_weights(levels: int | None):
    scores = scored(1, levels=levels)
    weights = np.random.default_rng(2).integers(0, 4, (5, 200))
    figures = measure(scores, weights)
    assert list(figures) == list(METRICS)
    called = scores.probabilities >= 0.5
    for i, weight in enumerate(weights):
        w = {"sample_weight": weight}
        expected = {
            "auc": sklearn_metrics.roc_auc_score(scores.fake, scores.logits, **w),
            "average_precision": sklearn_metrics.average_precision_score(scores.fake, scores.logits, **w),
            "accuracy": sklearn_metrics.accuracy_score(scores.fake, called, **w),
            "balanced_accuracy": sklearn_metrics.balanced_accuracy_score(scores.fake, called, **w),
            "precision": sklearn_metrics.precision_score(scores.fake, called, **w),
            "recall": sklearn_metrics.recall_score(scores.fake, called, **w),
            "f1": sklearn_metrics.f1_score(scores.fake, called, **w),
            "brier": sklearn_metrics.brier_score_loss(scores.fake, scores.probabilities, **w),
            "brier_before": sklearn_metrics.brier_score_loss(scores.fake, expit(scores.logits), **w),
            "log_loss": sklearn_metrics.log_loss(scores.fake, scores.probabilities, **w),
            "log_loss_before": sklearn_metrics.log_loss(scores.fake, expit(scores.logits), **w),
        }
        fpr, tpr, _ = sklearn_metrics.roc_curve(scores.fake, scores.logits, drop_intermediate=False, **w)
        expected |= {f"tpr_at_fpr_{limit}": tpr[fpr <= limit / 100].max() for limit in (1, 5)}
        # The curve's points joined by lines, looked at in ten thousand places.
        grid = np.linspace(0, 1, 10001)
        missed = 1 - np.interp(grid, fpr, tpr)
        expected["equal_error_rate"] = grid[np.abs(missed - grid).argmin()]
        for name, value in expected.items():
            assert figures[name][i] == pytest.approx(value, abs=1e-3 if name == "equal_error_rate" else 1e-9), name


def test_a_weight_of_two_is_the_face_twice():
    scores = scored(3, count=40)
    weights = np.random.default_rng(4).integers(0, 3, 40)
    repeated = scores.where(np.repeat(np.arange(40), weights))
    expected = once(repeated)
    figures = measure(scores, weights[None])
    assert {name: values[0] for name, values in figures.items()} == pytest.approx(expected)


def test_many_sets_of_weights_give_what_each_gives_alone(monkeypatch: pytest.MonkeyPatch):
    scores = scored(5, count=30)
    weights = np.random.default_rng(6).integers(1, 4, (7, 30))
    alone = [measure(scores, weight[None]) for weight in weights]
    monkeypatch.setattr("train.evaluation.metrics._BLOCK", 60)  # two sets a block
    together = measure(scores, weights)
    for name in METRICS:
        assert together[name] == pytest.approx(np.concatenate([figures[name] for figures in alone]))


def test_ranking_worked_out_by_hand():
    # From the highest score: fake, real, fake, fake and real together, real.
    fake = np.array([True, False, True, True, False, False])
    logits = np.array([5.0, 4.0, 3.0, 2.0, 2.0, 1.0])
    figures = {name: values[0] for name, values in ranking_figures(fake, logits, np.ones((1, 6))).items()}
    # Of nine pairs: the first fake beats 3 reals, the second 2, the third 1 and ties with 1.
    assert figures["auc"] == pytest.approx((3 + 2 + 1.5) / 9)
    # Precision 1/1, 2/3 and, where two come at once, 3/5.
    assert figures["average_precision"] == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)
    # The curve stands at (1/3, 2/3) after three scores: a third missed, a third false alarms.
    assert figures["equal_error_rate"] == pytest.approx(1 / 3)
    # Not one false alarm is allowed, which finds the first fake only.
    assert figures["tpr_at_fpr_1"] == figures["tpr_at_fpr_5"] == pytest.approx(1 / 3)


def test_five_of_a_hundred_false_alarms_are_five_percent():
    fake = np.repeat([False, True, False], [5, 10, 95])
    logits = np.repeat([3.0, 2.0, 1.0], [5, 10, 95])
    figures = ranking_figures(fake, logits, np.ones((1, 110)))
    assert figures["tpr_at_fpr_5"][0] == 1.0
    assert figures["tpr_at_fpr_1"][0] == 0.0


@pytest.mark.parametrize("sign, auc, rate", [(1, 1.0, 0.0), (-1, 0.0, 1.0), (0, 0.5, 0.5)])
def test_perfect_inverted_and_constant_scores(sign: int, auc: float, rate: float):
    fake = np.array([True, True, False, False])
    figures = ranking_figures(fake, sign * np.array([2.0, 1.0, -1.0, -2.0]), np.ones((1, 4)))
    assert figures["auc"][0] == auc
    assert figures["equal_error_rate"][0] == pytest.approx(rate)


def test_calibration_error_worked_out_by_hand():
    # Ten faces said to be fake with 0.9, six are: a gap of 0.3. Thirty with 0.1, three are: none.
    fake = np.repeat([True, False, True, False], [6, 4, 3, 27])
    logits = np.repeat([np.log(9), -np.log(9)], [10, 30])
    figures = once(Scores(fake, logits, 1.0, np.full(40, "uncertain")))
    assert figures["ece"] == figures["ece_before"] == pytest.approx(0.25 * 0.3)
    assert figures["brier"] == pytest.approx((6 * 0.01 + 4 * 0.81 + 3 * 0.81 + 27 * 0.01) / 40)


def test_gaps_of_opposite_sign_in_different_bins_do_not_cancel_out_but_in_one_bin_they_do():
    fake = np.array([True, False])
    apart = once(Scores(fake, np.array([np.log(3), -np.log(3)]), 1.0, np.full(2, "real")))
    together = once(Scores(fake, np.array([0.0, 0.0]), 1.0, np.full(2, "real")))
    assert apart["ece"] == pytest.approx(0.25)
    assert together["ece"] == pytest.approx(0)


def test_before_is_without_the_temperature_and_after_with_it():
    figures = once(Scores(np.array([True, False]), np.array([2 * np.log(3), 2 * np.log(3)]), 2.0, np.full(2, "real")))
    assert figures["brier"] == pytest.approx((0.25**2 + 0.75**2) / 2)
    assert figures["brier_before"] == pytest.approx((0.1**2 + 0.9**2) / 2)


def test_the_bins_of_the_diagram_are_closed_above():
    fake = np.array([True, False, True])
    first, second = reliability(fake, np.array([1 / 15, 0.1, 0.12]))
    assert first == {"faces": 1, "probability": pytest.approx(1 / 15), "share_fake": 1.0}
    assert second == {"faces": 2, "probability": pytest.approx(0.11), "share_fake": 0.5}


def test_half_counts_as_fake_in_the_confusion_matrix():
    fake = np.array([False, False, True, True, True])
    assert confusion_matrix(fake, np.array([0.4, 0.5, 0.5, 0.6, 0.1])) == [[1, 1], [1, 2]]


def test_verdicts_are_counted_in_their_class():
    fake = np.array([False, False, False, False, True, True])
    verdicts = np.array(["real", "real", "uncertain", "fake", "fake", "uncertain"])
    figures = once(Scores(fake, np.zeros(6), 1.0, verdicts))
    shares = {name: figures[name] for name in figures if "_called_" in name}
    assert shares == {
        "reals_called_real": 0.5,
        "reals_called_uncertain": 0.25,
        "reals_called_fake": 0.25,
        "fakes_called_real": 0.0,
        "fakes_called_uncertain": 0.5,
        "fakes_called_fake": 0.5,
    }


@pytest.mark.parametrize("label, more", [(False, set()), (True, {"recall"})], ids=["reals", "fakes"])
def test_a_single_class_gets_the_figures_that_say_something(label: bool, more: set[str]):
    scores = Scores(np.full(4, label), np.array([-1.0, 1.0, 2.0, 3.0]), 1.0, np.full(4, "fake"))
    figures = once(scores)
    own = "fakes" if label else "reals"
    shares = {f"{own}_called_{verdict}" for verdict in ("real", "uncertain", "fake")}
    assert set(figures) == {"accuracy", "brier", "brier_before"} | more | shares
    assert figures["accuracy"] == (0.75 if label else 0.25)


def test_nothing_called_fake_has_precision_zero_as_in_scikit_learn():
    figures = once(Scores(np.array([True, False]), np.array([-1.0, -2.0]), 1.0, np.full(2, "real")))
    assert figures["precision"] == figures["f1"] == 0.0
