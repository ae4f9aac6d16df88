"""DeLong's test against areas, variances and p-values that were found in other ways."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from train.several.delong import delong, holm


def by_definition(fake: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The paper's own formulas: every fake against every real, one after the other."""
    over, under = [], []
    for row in scores:
        wins = (row[fake][:, None] > row[~fake]) + 0.5 * (row[fake][:, None] == row[~fake])
        over.append(wins.mean(axis=1))
        under.append(wins.mean(axis=0))
    covariance = np.cov(over) / fake.sum() + np.cov(under) / (~fake).sum()
    return np.mean(over, axis=1), covariance


def area(fake: np.ndarray, scores: np.ndarray) -> float:
    """Area by the rank sum of Mann and Whitney, for scores without ties."""
    ranks, fakes = scores.argsort().argsort() + 1, fake.sum()
    return float((ranks[fake].sum() - fakes * (fakes + 1) / 2) / (fakes * (~fake).sum()))


def test_a_case_worked_by_hand():
    # Of the fakes 3 and 1 and the reals 2 and 0, three pairs of four are in order. Each fake is above 1 and 1/2 of the
    # reals, each real below 1/2 and 1 of the fakes: variance (1/8) / 2 + (1/8) / 2. The second score is perfect.
    fake = np.array([True, True, False, False])
    result = delong(fake, np.array([[3.0, 1, 2, 0], [4, 3, 2, 1]]))
    np.testing.assert_allclose(result.aucs, [0.75, 1])
    np.testing.assert_allclose(result.covariance, [[0.125, 0], [0, 0]], atol=1e-15)
    # z = 0.25 / sqrt(0.125) = 0.7071; the normal distribution has 0.4795 beyond it on both sides.
    assert result.p_value(0, 1) == pytest.approx(0.4795, abs=1e-4)
    assert result.p_value(1, 0) == result.p_value(0, 1)


@pytest.mark.parametrize("digits", [8, 0], ids=["no ties", "ties"])
def test_the_fast_form_gives_what_the_definition_gives(digits: int):
    generator = np.random.default_rng(0)
    fake = generator.random(80) < 0.4
    scores = np.round(generator.normal(fake, 1.5, (3, 80)), digits)
    result = delong(fake, scores)
    aucs, covariance = by_definition(fake, scores)
    np.testing.assert_allclose(result.aucs, aucs)
    np.testing.assert_allclose(result.covariance, covariance)
    np.testing.assert_allclose(result.aucs, [roc_auc_score(fake, row) for row in scores])


def test_the_variance_is_that_of_a_bootstrap():
    generator = np.random.default_rng(1)
    fake = np.arange(300) < 150
    shared = generator.normal(fake, 1)
    scores = shared + generator.normal(0, 0.7, (2, 300))
    result = delong(fake, scores)
    differences = []
    for _ in range(600):
        drawn = np.concatenate([generator.integers(0, 150, 150), generator.integers(150, 300, 150)])
        first, second = (delong(fake[drawn], row[None, drawn]).aucs[0] for row in scores)
        differences.append(first - second)
    spread = np.sqrt(result.covariance[0, 0] + result.covariance[1, 1] - 2 * result.covariance[0, 1])
    assert spread == pytest.approx(np.std(differences), rel=0.1)


@pytest.mark.parametrize("better", [0.0, 0.35])
def test_the_p_value_is_that_of_a_permutation(better: float):
    """Where both scores are equally good, it doesn't matter which of a face's two ranks is whose."""
    generator = np.random.default_rng(4)
    fake = np.arange(240) < 120
    scores = generator.normal(0, 1, (2, 240)) + np.where(fake, [[1.0 + better], [1.0]], 0)
    ranks = scores.argsort(axis=1).argsort(axis=1).astype(float)
    observed = abs(np.subtract(*(roc_auc_score(fake, row) for row in ranks)))
    swapped = []
    for _ in range(1500):
        swap = generator.random(240) < 0.5
        # A millionth more for one of two faces that now have the same rank.
        first, second = np.where(swap, ranks[::-1], ranks) + 1e-6 * generator.random(240)
        swapped.append(abs(area(fake, first) - area(fake, second)))
    assert delong(fake, scores).p_value(0, 1) == pytest.approx(np.mean(np.array(swapped) >= observed), abs=0.04)


def test_equal_rankings_are_no_difference():
    fake = np.arange(20) < 10
    scores = np.random.default_rng(2).normal(size=20)
    assert delong(fake, np.stack([scores, np.exp(scores)])).p_value(0, 1) == 1


def test_a_class_of_one_face_is_refused():
    with pytest.raises(ValueError, match=r"two faces or more\. Received: 3 real, 1 fake"):
        delong(np.array([True, False, False, False]), np.zeros((2, 4)))


@pytest.mark.parametrize(
    "p_values, adjusted",
    [([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]), ([0.02], [0.02]), ([0.5, 0.6, 0.9], [1, 1, 1])],
)
def test_holm_multiplies_the_smallest_by_most_and_never_turns_the_order(p_values: list, adjusted: list):
    assert holm(p_values) == pytest.approx(adjusted)
