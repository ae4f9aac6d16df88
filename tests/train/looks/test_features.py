"""Each number is what its name says, by pictures whose answer is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from train.looks.features import FEATURES, block_borders, measure, middle, noise_level, shrink, square
from train.looks.spectra import power_spectrum


def of(pixels: np.ndarray, size: int = 1000) -> dict[str, float]:
    return measure(pixels, size, power_spectrum(pixels))


def flat(colour: tuple[int, int, int], height: int = 140, width: int = 160) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def test_there_is_a_number_for_every_feature_in_their_order():
    assert list(of(flat((10, 20, 30)))) == list(FEATURES)


def test_a_flat_colour_has_its_brightness_its_saturation_and_no_detail():
    values = of(flat((200, 100, 50)), size=22_400)
    assert (values["width"], values["height"], values["bytes_per_pixel"]) == (160, 140, 1.0)
    assert values["brightness"] == pytest.approx(0.299 * 200 + 0.587 * 100 + 0.114 * 50, abs=1)
    assert values["saturation"] == pytest.approx(0.75, abs=0.01)
    assert values["warmth"] == 150
    assert values["contrast"] == values["sharpness"] == values["noise"] == 0
    assert values["block_borders"] == 1
    assert np.isnan(values["high_frequencies"])


def test_the_noise_level_is_the_deviation_of_the_grain_whatever_the_picture():
    generator = np.random.default_rng(0)
    slope = np.linspace(0, 200, 400, dtype=np.float32)[None, :] + np.zeros((400, 1), np.float32)
    for deviation in (2, 10):
        grain = generator.normal(0, deviation, slope.shape).astype(np.float32)
        assert noise_level(slope + grain) == pytest.approx(deviation, rel=0.05)


def test_blur_takes_sharpness_noise_and_high_frequencies():
    sharp = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    before, after = of(sharp), of(cv2.GaussianBlur(sharp, (0, 0), 2))
    for name in ("sharpness", "noise", "high_frequencies"):
        assert after[name] < before[name]
    # White noise has its power spread evenly: three quarters of the disc lie beyond half of its radius.
    assert 10 ** before["high_frequencies"] == pytest.approx(0.75, abs=0.03)


def test_sharpness_does_not_depend_on_how_large_the_photo_is():
    tile = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    small, large = np.tile(tile, (4, 4, 1)), np.tile(tile, (20, 20, 1))
    assert of(large)["sharpness"] == pytest.approx(of(small)["sharpness"], rel=0.03)


def test_blocks_of_jpeg_show_and_a_shift_hides_them():
    generator = np.random.default_rng(0)
    picture = cv2.GaussianBlur(generator.integers(0, 256, (160, 160), dtype=np.uint8), (0, 0), 3)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 10])
    blocky = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE).astype(np.float32)
    assert block_borders(picture.astype(np.float32)) == pytest.approx(1, abs=0.05)
    assert block_borders(blocky) > 1.3
    assert block_borders(blocky[4:, 4:]) < 1


def test_the_middle_begins_at_the_border_of_a_block():
    rows = np.arange(1001)[:, None] * np.ones((1, 700), np.int64)
    part = middle(rows, 512)
    assert part.shape == (512, 512)
    assert part[0, 0] == 240  # (1001 - 512) // 2 = 244
    assert middle(rows[:100], 512).shape == (100, 512)


def test_shrinking_keeps_proportions_and_never_enlarges():
    assert shrink(flat((0, 0, 0), 100, 1000), 256).shape == (26, 256, 3)
    assert shrink(flat((0, 0, 0), 100, 200), 256).shape == (100, 200, 3)


def test_the_square_is_the_middle_one():
    picture = flat((0, 0, 0), 100, 300)
    picture[:, 100:200] = 255
    assert (square(picture, 128) == 255).all()
