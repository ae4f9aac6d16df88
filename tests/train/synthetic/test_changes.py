"""Changes of colour and detail, on pictures whose change is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from train.synthetic.changes import coarsen, sharpen, shift_colours


def stripes() -> np.ndarray:
    picture = np.full((64, 64, 3), 100, np.uint8)
    picture[:, ::2] = 140
    return picture


def test_colours_shift_by_little_and_alike_in_every_pixel():
    flat = np.full((16, 16, 3), (150, 120, 100), np.uint8)
    shifts = []
    for seed in range(100):
        changed = shift_colours(flat, np.random.default_rng(seed))
        assert changed.dtype == np.uint8
        assert (changed == changed[0, 0]).all()
        shifts.append(changed[0, 0].astype(int) - flat[0, 0])
    assert 5 < np.abs(shifts).mean() < 25
    assert np.abs(np.mean(shifts, axis=0)).max() < 6  # neither brighter nor darker in general


def test_levels_stay_in_range_instead_of_wrapping():
    for level in (0, 255):
        flat = np.full((8, 8, 3), level, np.uint8)
        for seed in range(60):
            assert np.abs(shift_colours(flat, np.random.default_rng(seed)).astype(int) - level).max() < 90


def test_coarsening_four_times_leaves_no_stripe_of_one_pixel():
    coarse = coarsen(stripes(), 4, cv2.INTER_AREA)
    assert coarse.shape == (64, 64, 3)
    assert (coarse == 120).all()


def test_coarsening_keeps_what_is_coarse():
    ramp = np.repeat(np.arange(64, dtype=np.uint8)[None, :, None] * 3, 64, 0).repeat(3, 2)
    inner = np.s_[:, 8:-8]
    assert np.abs(coarsen(ramp, 2, cv2.INTER_AREA)[inner].astype(int) - ramp[inner]).max() <= 2


@pytest.mark.parametrize("amount, low, high", [(0, 100, 140), (0.1, 76, 164)])
def test_sharpening_adds_the_difference_to_the_neighbours(amount: float, low: int, high: int):
    # Six of a pixel's eight neighbours lie on the other stripe: 6 * 40 * 0.1 = 24 levels further apart.
    inner = sharpen(stripes(), amount)[2:-2, 2:-2, 0]
    assert sorted(np.unique(inner).tolist()) == [low, high]
