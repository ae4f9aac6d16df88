"""Resamples take whole groups, keep every source and class, and their intervals cover what they should."""

from __future__ import annotations

import numpy as np
import pytest

from train.evaluation.intervals import resample_groups, with_interval
from train.evaluation.metrics import ranking_figures


def test_a_group_comes_as_a_whole_or_not_at_all():
    groups = np.array(["a", "b", "a", "c", "b", "a"])
    weights = resample_groups(groups, np.full(6, "x"), seed=0)
    assert weights.shape == (1000, 6)
    for group in "abc":
        members = weights[:, groups == group]
        assert (members == members[:, :1]).all()
    # Three groups drawn each time.
    assert (weights[:, [0, 1, 3]].sum(1) == 3).all()
    assert set(np.unique(weights)) == {0, 1, 2, 3}


def test_every_resample_has_each_source_and_class():
    # One group alone in its cell, and one that lies in two cells.
    groups = np.array(["a", "b", "c", "d", "e", "e"])
    cells = np.array(["x/0", "x/0", "x/0", "x/1", "y/0", "y/1"])
    weights = resample_groups(groups, cells, seed=1)
    for cell in np.unique(cells):
        assert (weights[:, cells == cell].sum(1) > 0).all()
    assert (weights[:, cells == "x/0"].sum(1) == 3).all()


def test_the_seed_alone_decides():
    groups, cells = np.arange(30).astype(str), np.repeat(["0", "1"], 15)
    assert np.array_equal(resample_groups(groups, cells, seed=3), resample_groups(groups, cells, seed=3))
    assert not np.array_equal(resample_groups(groups, cells, seed=3), resample_groups(groups, cells, seed=4))


def test_the_interval_holds_the_middle_95_percent():
    assert with_interval(0.5, np.arange(1001) / 1000) == {"value": 0.5, "interval": [0.025, 0.975]}


def test_the_interval_is_about_as_wide_as_theory_says():
    generator = np.random.default_rng(0)
    fake = np.repeat([False, True], 300)
    logits = generator.normal(np.where(fake, 1.0, 0.0), 1.0)
    weights = resample_groups(np.arange(600).astype(str), fake.astype(str), seed=0)
    auc = ranking_figures(fake, logits, np.ones((1, 600)))["auc"][0]
    # Hanley & McNeil 1982, equations 1 and 2.
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    error = np.sqrt((auc * (1 - auc) + 299 * (q1 - auc**2) + 299 * (q2 - auc**2)) / 300**2)
    low, high = with_interval(auc, ranking_figures(fake, logits, weights)["auc"])["interval"]
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_frames_of_few_videos_give_a_wider_interval_than_as_many_pictures():
    generator = np.random.default_rng(0)
    video = np.repeat(np.arange(40), 10)
    fake = video % 2 == 1
    logits = generator.normal(np.where(fake, 1.0, 0.0), 1.0, 400) * 0.1 + generator.normal(0, 1, 40)[video] + fake

    def width(groups: np.ndarray) -> float:
        weights = resample_groups(groups.astype(str), fake.astype(str), seed=0)
        low, high = with_interval(0, ranking_figures(fake, logits, weights)["auc"])["interval"]
        return high - low

    assert width(video) > 2 * width(np.arange(400))
