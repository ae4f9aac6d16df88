"""Random changes hit both classes alike, keep their size and never shrink away what counts."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from train.augment import augment, change_colour, compress, frame, lose_resolution, reframe

SEEDS = range(40)


@pytest.fixture
def crop(portrait: Callable[[str], tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    return portrait("astronaut")[0]


def ramp() -> np.ndarray:
    """Red tells the column, green the row: uint8 (256, 256, 3)."""
    rows, columns = np.mgrid[0:256, 0:256]
    return np.stack([columns, rows, np.full_like(rows, 128)], -1).astype(np.uint8)


@pytest.mark.parametrize("size", [64, 128, 256])
def test_the_result_is_a_crop_of_the_size_asked_for(crop: np.ndarray, size: int):
    for seed in SEEDS:
        result = augment(crop, size, np.random.default_rng(seed))
        assert result.shape == (size, size, 3)
        assert result.dtype == np.uint8
        assert result.flags["C_CONTIGUOUS"]


def test_the_same_seed_gives_the_same_result_and_another_seed_another(crop: np.ndarray):
    results = [augment(crop, 128, np.random.default_rng(seed)) for seed in SEEDS]
    for seed, result in zip(SEEDS, results, strict=True):
        np.testing.assert_array_equal(result, augment(crop, 128, np.random.default_rng(seed)))
    assert len({result.tobytes() for result in results}) == len(results)


def test_the_crop_itself_is_left_alone(crop: np.ndarray):
    before = crop.copy()
    for seed in SEEDS:
        augment(crop, 128, np.random.default_rng(seed))
    np.testing.assert_array_equal(crop, before)


def test_equally_seeded_changes_do_not_depend_on_the_picture(crop: np.ndarray):
    # A pair differs in a corner only; wherever the corner is not in the window, both must come out alike.
    other = crop.copy()
    other[:24, :24] = 255 - other[:24, :24]
    alike = [
        np.array_equal(*(augment(picture, 64, np.random.default_rng(seed)) for picture in (crop, other)))
        for seed in range(100)
    ]
    assert np.mean(alike) > 0.6


def test_how_much_chance_is_used_does_not_depend_on_the_picture(crop: np.ndarray):
    for seed in SEEDS:
        generators = [np.random.default_rng(seed) for _ in range(3)]
        for picture, generator in zip((crop, 255 - crop, np.zeros_like(crop)), generators, strict=True):
            augment(picture, 128, generator)
        assert len({generator.integers(2**63) for generator in generators}) == 1


def test_a_window_is_cut_out_never_shrunk():
    # A window of 128 of 256 columns spans 128 steps of the ramp; shrunk, it would span 256.
    spans, starts = [], []
    for seed in range(200):
        window = reframe(ramp(), 128, np.random.default_rng(seed)).astype(float)
        step = np.abs(np.gradient(window[..., 0], axis=1))[8:-8, 8:-8]
        spans.append(np.median(step))
        starts.append(window[64, 64, :2])
    # Scaling by 0.9 to 1.15 and turning by 10 degrees change a step of one by that much.
    assert 0.8 < min(spans) <= max(spans) < 1.3
    # Half of them are plain windows; and the windows come from all over the crop.
    assert np.mean(np.array(spans) == 1) > 0.3
    assert (np.ptp(starts, axis=0) > 100).all()


def test_half_of_the_crops_are_mirrored():
    slopes = [
        np.sign(np.diff(augment(ramp(), 256, np.random.default_rng(seed))[128].astype(float)[:, 0]).mean())
        for seed in range(200)
    ]
    assert 0.35 < np.mean(np.array(slopes) < 0) < 0.65


def test_nothing_is_ever_turned_upside_down():
    for seed in range(100):
        column = augment(ramp(), 256, np.random.default_rng(seed))[:, 128, 1].astype(float)
        assert column[-40:].mean() > column[:40].mean()


def test_turning_and_shifting_leave_no_black_corners(crop: np.ndarray):
    for seed in range(60):
        assert reframe(np.full_like(crop, 200), 256, np.random.default_rng(seed)).min() == 200


@pytest.mark.parametrize("quality", [40, 60, 95])
def test_compression_is_that_of_opencv_at_this_quality(crop: np.ndarray, quality: int):
    code = cv2.imencode(".jpg", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    expected = cv2.cvtColor(cv2.imdecode(code, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    np.testing.assert_array_equal(compress(crop, quality), expected)


def test_lower_quality_loses_more_and_colours_stay_in_order(crop: np.ndarray):
    losses = [np.abs(compress(crop, quality).astype(int) - crop).mean() for quality in (40, 70, 95)]
    assert losses[0] > losses[1] > losses[2] > 0
    red = np.full((32, 32, 3), (220, 30, 30), np.uint8)
    # Swapped channels would cost nothing elsewhere, but JPEG treats red and blue differently.
    np.testing.assert_allclose(compress(red, 90), red, atol=6)


def test_losing_resolution_takes_detail_and_keeps_the_picture():
    crop = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)

    def detail(picture: np.ndarray) -> float:
        return float(cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.CV_32F).std())

    for seed in SEEDS:
        result = lose_resolution(crop, np.random.default_rng(seed))
        assert result.shape == crop.shape
        assert detail(result) < 0.8 * detail(crop)
        np.testing.assert_allclose(result.mean((0, 1)), crop.mean((0, 1)), atol=2)


def test_colours_change_within_their_limits_and_grey_stays_grey(crop: np.ndarray):
    means = [change_colour(crop, np.random.default_rng(seed)).mean() / crop.mean() for seed in SEEDS]
    assert 0.55 < min(means) < 0.95
    assert 1.05 < max(means) < 1.5
    grey = np.full((16, 16, 3), 120, np.uint8)
    for seed in SEEDS:
        result = change_colour(grey, np.random.default_rng(seed)).astype(int)
        assert np.ptp(result, axis=2).max() <= 1


def test_a_change_of_hue_is_small_even_for_red():
    # Red stands at both ends of the hue circle: a table that clips instead of wrapping would leave it there,
    # one that overflows would turn it green.
    red = np.full((16, 16, 3), (200, 60, 60), np.uint8)
    for seed in SEEDS:
        red_level, green, blue = change_colour(red, np.random.default_rng(seed))[0, 0].astype(int)
        assert red_level > max(green, blue) + 40


class TestStrength:
    def test_at_one_nothing_is_new(self, crop: np.ndarray):
        for seed in SEEDS:
            plain, given = (augment(crop, 128, np.random.default_rng(seed), *extra) for extra in ((), (1.0,)))
            np.testing.assert_array_equal(plain, given)

    def test_at_zero_only_the_window_and_the_mirroring_are_left(self, crop: np.ndarray):
        windows = np.lib.stride_tricks.sliding_window_view(crop, (250, 250), axis=(0, 1))
        for seed in SEEDS:
            result = augment(crop, 250, np.random.default_rng(seed), 0.0)
            found = [
                np.array_equal(side, windows[row, column].transpose(1, 2, 0))
                for side in (result, result[:, ::-1])
                for row in range(7)
                for column in range(7)
            ]
            assert sum(found) == 1

    def test_more_of_it_changes_more(self, crop: np.ndarray):
        def change(strength: float) -> float:
            seeds = range(150)
            results = [augment(crop, 256, np.random.default_rng(seed), strength) for seed in seeds]
            # Mirrored or not, as the same seed decides at strength 0.
            plain = [augment(crop, 256, np.random.default_rng(seed), 0.0) for seed in seeds]
            return float(np.mean([np.abs(a.astype(int) - b).mean() for a, b in zip(results, plain, strict=True)]))

        weak, usual, strong = change(0.3), change(1.0), change(2.5)
        assert 0 < 2 * weak < usual < strong / 1.5

    def test_colours_stay_within_the_ranges_it_stretches(self):
        grey = np.full((8, 8, 3), 100, np.uint8)
        for strength, most in ((1.0, 25), (2.0, 50)):
            levels = [change_colour(grey, np.random.default_rng(seed), strength).mean() for seed in range(300)]
            # Brightness moves 127.5 by up to a quarter of it; contrast moves what lies 27.5 below by as large a share.
            assert most * 0.6 < max(abs(level - 100) for level in levels) <= most / 100 * (127.5 + 27.5) + 1

    def test_a_mask_follows_its_picture(self, crop: np.ndarray):
        mask = (crop[..., 0] > 120).astype(np.float32)
        for seed in SEEDS:
            window = frame(mask, 128, np.random.default_rng(seed), 2.5)
            seen = frame(crop, 128, np.random.default_rng(seed), 2.5)[..., 0] > 120
            # Interpolated on the way, at the edges of the mask alone.
            assert np.mean((window > 0.5) == seen) > 0.93
