"""What members count is what logistic regression says without negative weights, and the gain is measured fairly."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from train.datasets import DataError
from train.several import stacking
from train.several.stacking import cross_validate, fit_mix, judge

ONES = np.ones(2)


@pytest.fixture
def fake() -> np.ndarray:
    return np.arange(400) % 2 == 0


@pytest.fixture
def logits(fake: np.ndarray) -> np.ndarray:
    """Two members that err apart from one another, the second less."""
    return np.random.default_rng(0).normal(np.where(fake, 1.0, -1.0), [[2.0], [1.2]], (2, 400))


def test_an_average_is_the_mean_of_calibrated_logits(logits: np.ndarray, fake: np.ndarray):
    mix = fit_mix(logits, fake, np.array([2.0, 0.5]), "average")
    np.testing.assert_allclose(mix(logits), (logits[0] / 2 + logits[1] / 0.5) / 2)


@pytest.mark.parametrize("temperatures", [ONES, np.array([2.0, 0.5])])
def test_a_stack_is_the_logistic_regression_of_scikit_learn(logits, fake, temperatures):
    expected = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit((logits / temperatures[:, None]).T, fake)
    mix = fit_mix(logits, fake, temperatures, "stack")
    np.testing.assert_allclose(mix.shares * temperatures, expected.coef_[0], rtol=1e-3)
    assert mix.bias == pytest.approx(expected.intercept_[0], abs=1e-3)
    assert expected.coef_.min() > 0.1  # so that the bound of 0 does not come in


def test_a_member_that_would_count_against_the_others_counts_nothing(logits, fake):
    noise = np.random.default_rng(1).normal(0, 1.5, 400)
    # The noise of a member that knows nothing but that is in the other as well would get a negative weight.
    spoilt = np.stack([logits[1] + noise, noise])
    free = LogisticRegression().fit(spoilt.T, fake)
    assert free.coef_[0, 1] < -0.2
    mix = fit_mix(spoilt, fake, ONES, "stack")
    assert mix.shares[1] == 0
    alone = fit_mix(spoilt[:1], fake, ONES[:1], "stack")
    assert mix.shares[0] == pytest.approx(alone.shares[0], rel=1e-3)


def test_a_member_that_calls_fakes_real_counts_nothing(fake):
    assert fit_mix(np.where(fake, -1.0, 1.0)[None], fake, ONES[:1], "stack").shares == [0]


def test_an_unknown_way_is_named(logits, fake):
    with pytest.raises(ValueError, match=r"`how` must be one of average, stack\. Received: 'vote'"):
        fit_mix(logits, fake, ONES, "vote")


def members_of(faces, seed: int, spreads: list[float], common: float = 0.0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    fake = faces.crops.labels > 0.5
    shared = generator.normal(0, common, len(fake)) if common else 0
    return np.stack([generator.normal(np.where(fake, 1, -1), spread) + shared for spread in spreads])


@pytest.mark.parametrize("how", ["average", "stack"])
def test_members_that_err_apart_beat_the_best_of_them(make_faces, how: str):
    faces = make_faces(60)
    found = cross_validate(faces, members_of(faces, 0, [1.5, 1.5, 1.5]), np.ones(3), how, 0, ["x", "y", "z"])
    best = max(found["singles"], key=lambda row: row["auc"]["value"])
    assert best["gain"]["auc"]["interval"][0] > 0
    assert judge(found).startswith(f"The ensemble beats the best single detector, {best['name']} (AUC +")
    assert best["p_groups"] < 0.05
    fake = faces.crops.labels > 0.5
    expected = [roc_auc_score(fake, member) for member in members_of(faces, 0, [1.5, 1.5, 1.5])]
    assert [row["auc"]["value"] for row in found["singles"]] == pytest.approx(expected, abs=1e-4)


def test_members_that_err_together_are_not_said_to_gain(make_faces):
    faces = make_faces(60)
    logits = members_of(faces, 0, [0.02, 0.02], common=1.5)
    found = cross_validate(faces, logits, ONES, "stack", 0, ["x", "y"])
    assert judge(found).startswith("It is not shown that the ensemble beats the best single detector")


def test_a_good_member_among_bad_ones_is_told_to_be_used_alone(make_faces):
    faces = make_faces(60)
    found = cross_validate(faces, members_of(faces, 0, [0.7, 9, 9]), np.ones(3), "average", 0, ["x", "y", "z"])
    assert "worse than the best single detector, x" in judge(found)
    assert judge(found).endswith("use that one.")


def test_weights_never_see_the_faces_they_are_measured_on(make_faces):
    """Many members that know nothing can be stacked to fit any faces, but not faces that were left out."""
    faces = make_faces(15)
    fake = faces.crops.labels > 0.5
    logits = np.random.default_rng(5).normal(size=(8, 60))
    names = list("abcdefgh")
    own = roc_auc_score(fake, fit_mix(logits, fake, np.ones(8), "stack")(logits))
    found = cross_validate(faces, logits, np.ones(8), "stack", 0, names)
    assert own > 0.65
    assert found["auc"]["value"] < own - 0.05


def test_groups_are_left_out_whole(make_faces):
    faces = make_faces(20, size=4)
    fake = faces.crops.labels > 0.5
    folds = stacking._divide(faces, fake, 0)
    assert sorted(np.concatenate([left_out for _, left_out in folds])) == list(range(80))
    for trained, left_out in folds:
        assert not set(faces.groups[trained]) & set(faces.groups[left_out])
        assert set(fake[trained]) == {True, False}


def test_too_few_groups_are_refused(make_faces):
    faces = make_faces(4, size=4)
    only = faces.where(faces.crops.sources == "a")
    with pytest.raises(DataError, match="two groups of pictures or more of each class"):
        cross_validate(only, np.zeros((2, 8)), ONES, "average", 0, ["x", "y"])
