"""Patches are taught where the answer is known, and nowhere else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from train.losses import patch_loss


def loss(target: list[float], logits: list[float]) -> float:
    shape = (1, 1, len(target), 1)
    return float(patch_loss(np.reshape(np.float32(target), shape), np.reshape(np.float32(logits), shape)))


def test_it_is_the_binary_cross_entropy_of_the_known_patches():
    # -log(sigmoid(2)), -log(1 - sigmoid(-1)), and for a half-faked patch the mean of both sides.
    by_hand = [math.log1p(math.exp(-2)), math.log1p(math.exp(-1)), math.log1p(math.exp(3)) - 0.5 * 3]
    assert loss([1, 0, 0.5], [2, -1, 3]) == pytest.approx(np.mean(by_hand), rel=1e-5)


def test_unknown_patches_do_not_count():
    assert loss([1, -1, -1], [2, 50, -50]) == pytest.approx(loss([1], [2]), rel=1e-6)


def test_where_nothing_is_known_there_is_nothing_to_learn():
    assert loss([-1, -1], [3, -3]) == 0


def test_large_logits_do_not_overflow():
    assert loss([0, 1], [500, -500]) == pytest.approx(500)
