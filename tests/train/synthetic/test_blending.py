"""Masks and pasting, on masks that are simple enough to know the answer."""

from __future__ import annotations

import numpy as np
import pytest

from train.synthetic.blending import deform, paste, soften


def square(side: int = 100) -> np.ndarray:
    mask = np.zeros((256, 256), np.float32)
    mask[78 : 78 + side, 78 : 78 + side] = 1
    return mask


def test_paste_weighs_source_and_target_by_the_mask():
    source, target = np.full((1, 3, 3), 200, np.uint8), np.full((1, 3, 3), 100, np.uint8)
    pasted = paste(source, target, np.array([[0, 0.25, 1]], np.float32))
    assert pasted[0, :, 0].tolist() == [100, 125, 200]
    assert pasted.dtype == np.uint8


def test_paste_rounds_to_the_nearest_level():
    source, target = np.full((1, 2, 3), 11, np.uint8), np.full((1, 2, 3), 10, np.uint8)
    assert paste(source, target, np.array([[0.4, 0.6]], np.float32))[0, :, 0].tolist() == [10, 11]


def test_an_elastic_outline_moves_by_a_few_pixels_only():
    inner, outer = np.zeros((256, 256), bool), np.zeros((256, 256), bool)
    inner[93:163, 93:163] = outer[63:193, 63:193] = True
    for seed in range(20):
        mask = deform(square(), np.random.default_rng(seed))
        assert mask.dtype == np.float32
        assert not np.array_equal(mask, square())
        assert (mask[inner] == 1).all()
        assert (mask[~outer] == 0).all()


def test_a_soft_mask_is_one_in_the_middle_and_falls_to_zero_gradually():
    for seed in range(30):
        mask = soften(square(), np.random.default_rng(seed))
        assert mask.dtype == np.float32
        assert mask.min() == 0
        assert mask.max() == pytest.approx(1)
        assert mask[128, 128] == pytest.approx(1, abs=1e-4)
        assert (mask[128, :60] == 0).all()
        # A step of 1 blurred over 5 pixels, the least, at 3/4 of the resolution at the most.
        assert np.abs(np.diff(mask, axis=1)).max() < 0.3


def test_the_edge_width_is_random_between_the_widths():
    def edge(seed: int, widths: tuple[int, int]) -> int:
        row = soften(square(), np.random.default_rng(seed), widths)[128]
        return int(((row > 0.01) & (row < 0.99)).sum()) // 2

    soft = [edge(seed, (5, 25)) for seed in range(40)]
    hard = [edge(seed, (3, 5)) for seed in range(40)]
    assert min(soft) <= 9
    assert 20 <= max(soft) <= 36
    assert max(hard) <= 8


def test_a_feature_as_thin_as_an_eye_survives():
    mask = np.zeros((256, 256), np.float32)
    mask[120:132, 100:140] = 1
    for seed in range(30):
        soft = soften(mask, np.random.default_rng(seed))
        assert soft.max() == pytest.approx(1)
        assert (soft > 0.5).sum() > 100


def test_an_empty_mask_stays_empty():
    mask = soften(np.zeros((64, 64), np.float32), np.random.default_rng(0))
    assert (mask == 0).all()
