"""Error level analysis: dark where saving changes nothing, bright where it does."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from evidence import error_level
from tests.web.photos import astronaut


def saved(pixels: np.ndarray, quality: int = 90) -> np.ndarray:
    """A picture as Pillow's JPEG leaves it: another encoder than the one that is used here."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=0)
    return np.asarray(Image.open(file).convert("RGB"))


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_flat_grey_picture_has_no_errors(grey: int):
    pixels = np.full((48, 64, 3), grey, np.uint8)
    np.testing.assert_array_equal(error_level(pixels), np.zeros((48, 64, 3), np.uint8))


def test_the_error_is_drawn_fifteenfold_and_cut_off_at_white():
    pixels = astronaut()[:160, :200]
    error = np.abs(pixels.astype(int) - saved(pixels))
    drawn = error_level(pixels)
    assert drawn.dtype == np.uint8
    assert drawn.shape == pixels.shape
    # Two encoders round differently by a level now and then.
    expected = np.minimum(15 * error, 255)
    assert (np.abs(drawn.astype(int) - expected) <= 15).mean() > 0.99
    assert abs(drawn.mean() - expected.mean()) < 1
    assert (drawn % 15 == 0).all()


def test_a_colour_is_drawn_at_its_own_channel():
    generator = np.random.default_rng(0)
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[..., 0] = generator.integers(0, 256, (64, 64))
    drawn = error_level(pixels).astype(int)
    error = np.abs(pixels.astype(int) - saved(pixels))
    for channel in range(3):
        assert abs(drawn[..., channel].mean() - np.minimum(15 * error[..., channel], 255).mean()) < 6


def test_a_pasted_patch_of_another_history_stands_out():
    pixels = astronaut()
    background = pixels
    for _ in range(12):  # until saving once more changes next to nothing
        background = saved(background)
    pasted = background.copy()
    # The same pixels before they were ever saved, away from the grid of the JPEG.
    patch = (slice(101, 165), slice(203, 267))
    pasted[patch] = pixels[patch]
    drawn = error_level(pasted).mean(axis=2)
    elsewhere = np.ones(drawn.shape, bool)
    elsewhere[90:176, 192:278] = False
    assert drawn[patch].mean() > 4 * drawn[elsewhere].mean()


def test_odd_sizes_and_views_of_arrays_are_taken():
    pixels = astronaut()[:33, :47, ::-1]
    assert error_level(pixels).shape == (33, 47, 3)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3), np.float32),
        np.zeros((0, 8, 3), np.uint8),
    ],
    ids=["grey", "alpha", "float", "empty"],
)
def test_what_is_no_picture_is_refused(pixels: np.ndarray):
    with pytest.raises(ValueError, match=r"`pixels` must be uint8 of shape \(height, width, 3\). Received: "):
        error_level(pixels)
