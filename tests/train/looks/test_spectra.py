"""Spectra of patterns whose spectrum is known."""

from __future__ import annotations

import numpy as np
import pytest

from train.looks.spectra import RADII, SIDE, logarithm, power_spectrum, radial_profile


def wave(cycles: float, *, side: int = SIDE, contrast: float = 40) -> np.ndarray:
    """Vertical stripes, so many in 128 pixels."""
    line = 128 + contrast * np.cos(2 * np.pi * cycles * np.arange(side) / SIDE)
    return np.rint(np.broadcast_to(line[None, :, None], (side, side, 3))).astype(np.uint8)


def test_stripes_have_their_power_at_their_frequency():
    power = power_spectrum(wave(16))
    row, column = np.unravel_index(power.argmax(), power.shape)
    assert row == SIDE // 2
    assert abs(column - SIDE // 2) == 16
    profile, _ = radial_profile(power)
    assert profile.argmax() == 16
    assert power.sum() == pytest.approx(1, abs=1e-5)


def test_contrast_and_brightness_do_not_count():
    strong, pale = power_spectrum(wave(10, contrast=80)), power_spectrum(wave(10, contrast=40) // 2 + 20)
    assert radial_profile(strong)[0][10] == pytest.approx(radial_profile(pale)[0][10], rel=0.05)


def test_only_the_middle_counts_and_nothing_is_shrunk():
    picture = wave(16, side=400)
    picture[:100] = picture[300:] = 0
    assert radial_profile(power_spectrum(picture))[0].argmax() == 16


def test_a_border_that_does_not_fit_leaves_no_cross():
    slope = np.repeat(np.linspace(0, 255, SIDE)[None, :, None], SIDE, 0).repeat(3, 2).astype(np.uint8)
    power = power_spectrum(slope)
    assert power[SIDE // 2, SIDE // 2 + 20 :].sum() < 1e-5


def test_the_profile_is_the_mean_of_each_ring():
    generator = np.random.default_rng(0)
    power = generator.random((SIDE, SIDE))
    y, x = np.indices(power.shape) - SIDE // 2
    distance = np.rint(np.sqrt(x**2 + y**2))
    profile, sizes = radial_profile(power)
    assert profile.shape == (RADII,)
    for radius in (0, 1, 30, RADII - 1):
        ring = power[distance == radius]
        assert sizes[radius] == len(ring)
        assert profile[radius] == pytest.approx(ring.mean())


def test_small_and_flat_pictures_have_none():
    assert power_spectrum(np.zeros((127, 300, 3), np.uint8)) is None
    assert power_spectrum(np.full((200, 200, 3), 77, np.uint8)) is None


def test_the_logarithm_of_nothing_is_finite():
    assert logarithm(np.array([0.0, 0.01])).tolist() == [-12, -2]
