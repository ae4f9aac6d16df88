from __future__ import annotations

import cv2
import numpy as np
import pytest

from explain.imputation import IMPUTATIONS, blur, interpolate, interpolate_with_grain, transplant


@pytest.fixture(scope="module")
def ramp() -> np.ndarray:
    """Brightness rises evenly to the right: what is hidden can be told from what is known."""
    return np.repeat(np.broadcast_to(np.arange(256, dtype=np.float32), (256, 256))[..., None], 3, axis=2)


@pytest.fixture(scope="module")
def grainy(ramp) -> np.ndarray:
    noise = np.random.default_rng(3).normal(0, 5, ramp.shape)
    return (0.5 * ramp + 60 + noise).astype(np.float32)


@pytest.fixture(scope="module")
def hidden() -> np.ndarray:
    mask = np.zeros((256, 256), bool)
    mask[80:140, 90:150] = True
    return mask


def hide(name: str, pixels: np.ndarray, mask: np.ndarray, seed: int = 0) -> np.ndarray:
    return IMPUTATIONS[name].hide(pixels, mask, np.random.default_rng(seed))


@pytest.mark.parametrize("name", IMPUTATIONS)
def test_what_is_not_hidden_stays_as_it_is(name, grainy, hidden):
    before = grainy.copy()
    filled = hide(name, grainy, hidden)
    assert (filled.shape, filled.dtype) == (grainy.shape, np.float32)
    np.testing.assert_array_equal(filled[~hidden], grainy[~hidden])
    np.testing.assert_array_equal(grainy, before)
    assert np.abs(filled[hidden] - grainy[hidden]).mean() > 1


@pytest.mark.parametrize("name", [name for name in IMPUTATIONS if name != "blur"])
def test_nothing_of_what_is_hidden_comes_back(name, grainy, hidden):
    changed = grainy.copy()
    changed[hidden] = 255 - changed[hidden]
    np.testing.assert_array_equal(hide(name, grainy, hidden), hide(name, changed, hidden))


@pytest.mark.parametrize("name", IMPUTATIONS)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999, 1.0])
def test_any_share_may_be_hidden(name, share, grainy):
    mask = np.zeros(256 * 256, bool)
    mask[: round(share * mask.size)] = True
    mask = mask.reshape(256, 256)
    filled = hide(name, grainy, mask)
    assert np.isfinite(filled).all()
    if share == 0:
        np.testing.assert_array_equal(filled, grainy)


def test_with_everything_hidden_the_mean_is_left(grainy):
    filled = interpolate(grainy, np.ones((256, 256), bool))
    np.testing.assert_allclose(filled, np.broadcast_to(grainy.mean(axis=(0, 1)), filled.shape), rtol=1e-5)


def test_a_gap_in_one_colour_is_filled_with_that_colour(hidden):
    colour = np.array([10, 100, 200], np.float32)
    pixels = np.broadcast_to(colour, (256, 256, 3)).copy()
    pixels[hidden] = 0
    np.testing.assert_allclose(interpolate(pixels, hidden), np.broadcast_to(colour, pixels.shape), atol=1e-3)


def test_a_gap_in_a_ramp_is_filled_with_the_ramp(ramp, hidden):
    spoilt = ramp.copy()
    spoilt[hidden] = 255
    error = np.abs(interpolate(spoilt, hidden) - ramp)[hidden]
    constant = np.abs(ramp[~hidden].mean() - ramp)[hidden]
    assert error.mean() < 6
    assert error.mean() < 0.5 * constant.mean()


def test_there_is_no_jump_at_the_edge_of_a_smooth_filling(ramp, hidden):
    filled = interpolate(ramp, hidden)
    assert np.abs(np.diff(filled, axis=1)).max() < 15


def texture(pixels: np.ndarray, where: np.ndarray) -> float:
    return float((pixels - cv2.GaussianBlur(pixels, (0, 0), 1.5))[where].std())


def test_grain_is_as_strong_as_around_the_gap(grainy, hidden):
    inside = cv2.erode(hidden.astype(np.uint8), np.ones((9, 9))).astype(bool)
    filled = interpolate_with_grain(grainy, hidden, np.random.default_rng(0))
    expected = texture(grainy, ~hidden)
    assert texture(filled, inside) == pytest.approx(expected, rel=0.1)
    assert texture(interpolate(grainy, hidden), inside) < 0.1 * expected


def test_grain_keeps_the_shade_of_the_smooth_filling(grainy, hidden):
    filled = interpolate_with_grain(grainy, hidden, np.random.default_rng(0))
    assert filled[hidden].mean() == pytest.approx(interpolate(grainy, hidden)[hidden].mean(), abs=3)


def test_chance_is_that_of_the_generator(grainy, hidden):
    first, again, other = (interpolate_with_grain(grainy, hidden, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_transplant_brings_pixels_that_are_there(hidden):
    """Every pixel has a colour of its own, so each transplanted one tells where it came from."""
    number = np.arange(256 * 256).reshape(256, 256)
    pixels = np.stack([number // 256, number % 256, 0 * number], axis=-1).astype(np.float32)
    filled = transplant(pixels, hidden, np.random.default_rng(0))
    rows, columns = filled[hidden][:, 0], filled[hidden][:, 1]
    np.testing.assert_array_equal(rows, rows.round())
    assert not hidden[rows.astype(int), columns.astype(int)].any()


def test_blur_takes_away_detail_and_keeps_shade():
    stripes = np.broadcast_to((np.arange(256) % 8 < 4)[None, :, None] * np.float32(255), (256, 256, 3)).copy()
    blurred = blur(stripes, np.ones((256, 256), bool))
    np.testing.assert_allclose(blurred[64:192, 64:192], 127.5, atol=2)
