"""The noise residual: grey where there is no grain, and the grain itself, amplified."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import median_filter

from evidence import noise_residual
from tests.web.photos import astronaut


def test_a_flat_picture_is_middle_grey():
    pixels = np.full((20, 30, 3), (200, 10, 60), np.uint8)
    np.testing.assert_array_equal(noise_residual(pixels), np.full((20, 30, 3), 128, np.uint8))


def test_a_straight_edge_and_a_ramp_leave_nothing():
    edge = np.zeros((20, 30, 3), np.uint8)
    edge[:, 15:] = 255
    ramp = np.repeat(np.repeat(np.arange(30, dtype=np.uint8)[None, :, None] * 5, 20, axis=0), 3, axis=2)
    for pixels in (edge, ramp):
        np.testing.assert_array_equal(noise_residual(pixels)[1:-1, 1:-1], 128)


@pytest.mark.parametrize(
    ("step", "drawn"), [(1, 136), (-1, 120), (10, 208), (-10, 48), (16, 255), (-17, 0), (100, 255)]
)
def test_a_single_grain_is_drawn_eightfold_around_grey_and_cut_off(step: int, drawn: int):
    pixels = np.full((9, 9, 3), 100, np.uint8)
    pixels[4, 4] = 100 + step
    expected = np.full((9, 9, 3), 128, np.uint8)
    expected[4, 4] = drawn
    np.testing.assert_array_equal(noise_residual(pixels), expected)


def test_it_is_the_luminance_less_its_median():
    pixels = astronaut()[:100, :120]
    # Rec. 601, as JPEG has it.
    luminance = np.rint(pixels @ np.array([0.299, 0.587, 0.114])).astype(int)
    expected = np.clip(128 + 8 * (luminance - median_filter(luminance, 3)), 0, 255)
    drawn = noise_residual(pixels)
    assert (drawn == drawn[..., :1]).all()
    # Rounding of the luminance differs by one level at most.
    assert np.abs(drawn[1:-1, 1:-1, 0].astype(int) - expected[1:-1, 1:-1]).max() <= 16


def test_a_smoothed_part_of_a_grainy_picture_stands_out():
    generator = np.random.default_rng(0)
    pixels = np.clip(generator.normal(120, 6, (120, 160, 1)), 0, 255).astype(np.uint8).repeat(3, axis=2)
    pixels[40:80, 60:100] = 120
    spread = noise_residual(pixels)[..., 0].astype(float)
    assert spread[42:78, 62:98].std() == 0
    assert spread[:, :50].std() > 20


@pytest.mark.parametrize("pixels", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3))], ids=["grey", "float"])
def test_what_is_no_picture_is_refused(pixels: np.ndarray):
    with pytest.raises(ValueError, match="Received: "):
        noise_residual(pixels)
