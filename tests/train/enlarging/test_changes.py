"""Changes are drawn as numbers within stated ranges, and a picture changes by just these numbers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.train.enlarging.conftest import scene
from train.augment import recolour
from train.enlarging.changes import CHANGES, apply_changes, draw_changes

SEEDS = range(400)


def draw(seed: int, names: tuple[str, ...] = CHANGES, strength: float = 1.0) -> dict[str, dict[str, float]]:
    return draw_changes(names, strength, np.random.default_rng(seed))


def values(name: str, number: str, strength: float) -> list[float]:
    return [changes[name][number] for seed in SEEDS if name in (changes := draw(seed, strength=strength))]


class TestDrawing:
    def test_each_change_comes_about_half_of_the_time(self):
        for name in CHANGES:
            assert 0.4 < np.mean([name in draw(seed) for seed in SEEDS]) < 0.6

    def test_a_copy_is_never_left_unchanged(self):
        assert all(draw(seed, ("zoom", "jpeg")) for seed in SEEDS)
        firsts = [next(iter(draw(seed, ("zoom", "jpeg")))) for seed in SEEDS if len(draw(seed, ("zoom", "jpeg"))) == 1]
        assert set(firsts) == {"zoom", "jpeg"}

    def test_only_named_changes_are_drawn_and_their_numbers_do_not_depend_on_the_others(self):
        for seed in SEEDS:
            some, every = draw(seed, ("colour", "rotation")), draw(seed)
            assert set(some) <= {"colour", "rotation"}
            assert all(some[name] == every[name] for name in some.keys() & every.keys())

    @pytest.mark.parametrize(
        "name, number, low, high",
        [
            ("rotation", "degrees", -10, 10),
            ("shift", "right", -0.06, 0.06),
            ("shift", "down", -0.06, 0.06),
            ("zoom", "factor", 0.9, 1.15),
            ("scale", "factor", 0.75, 1.25),
            ("colour", "contrast", 0.75, 1.25),
            ("colour", "brightness", 0.75, 1.25),
            ("colour", "hue", -5, 5),
            ("colour", "saturation", 0.7, 1.3),
            ("jpeg", "quality", 40, 95),
        ],
    )
    def test_numbers_fill_the_stated_range_at_strength_1(self, name: str, number: str, low: float, high: float):
        drawn = values(name, number, 1.0)
        room = 0.06 * (high - low)
        assert low <= min(drawn) < low + room
        assert high - room < max(drawn) <= high

    def test_strength_is_a_factor_of_the_distance_from_no_change(self):
        for name, number, neutral in (("rotation", "degrees", 0), ("zoom", "factor", 1), ("colour", "contrast", 1)):
            once, twice = (np.array(values(name, number, strength)) - neutral for strength in (1, 2))
            np.testing.assert_allclose(twice, 2 * once, atol=2e-4)
        assert min(values("jpeg", "quality", 3)) == 5
        assert min(values("jpeg", "quality", 0.1)) >= 89


class TestApplying:
    def test_no_drawn_change_leaves_the_size_but_scale(self):
        for seed in range(60):
            changes = draw(seed)
            factor = changes.get("scale", {"factor": 1})["factor"]
            assert apply_changes(scene(3), changes).shape == (round(72 * factor), round(96 * factor), 3)

    def test_the_original_is_left_alone(self):
        picture = scene(3)
        for seed in range(60):
            apply_changes(picture, draw(seed))
        np.testing.assert_array_equal(picture, scene(3))

    def test_flip_mirrors_left_to_right(self):
        np.testing.assert_array_equal(apply_changes(scene(3), {"flip": {}}), scene(3)[:, ::-1])

    def test_shift_is_a_share_of_width_and_height_to_the_right_and_down(self):
        moved = apply_changes(scene(3), {"shift": {"right": 6 / 96, "down": -9 / 72}})
        np.testing.assert_array_equal(moved[:-9, 6:], scene(3)[9:, :-6])

    def test_what_comes_in_from_outside_is_the_picture_mirrored(self):
        moved = apply_changes(scene(3), {"shift": {"right": 6 / 96, "down": 0.0}})
        np.testing.assert_array_equal(moved[:, :6], scene(3)[:, 6:0:-1])

    def test_zoom_enlarges_about_the_middle(self):
        columns = np.tile(np.arange(96, dtype=np.uint8)[None, :, None], (72, 1, 3))
        seen = apply_changes(columns, {"zoom": {"factor": 1.5}})[36, :, 0].astype(float)
        # Column x shows what was at 48 + (x - 48) / 1.5.
        np.testing.assert_allclose(seen, 48 + (np.arange(96) - 48) / 1.5, atol=1)

    def test_rotation_is_anticlockwise(self):
        picture = np.zeros((101, 101, 3), np.uint8)
        picture[48:53, 80:85] = 255  # to the right of the middle
        turned = apply_changes(picture, {"rotation": {"degrees": 30.0}})
        rows, columns = np.nonzero(turned[..., 0] > 128)
        # Turned anticlockwise, it lies above: 32 pixels from the middle, at 30 degrees.
        np.testing.assert_allclose([rows.mean(), columns.mean()], [50 - 32 * 0.5, 50 + 32 * 0.866], atol=1)

    def test_a_small_picture_is_not_shrunk_below_what_a_photo_may_be(self):
        assert apply_changes(scene(1, 40, 33), {"scale": {"factor": 0.25}}).shape == (32, 39, 3)

    def test_colour_is_that_of_training(self):
        numbers = {"contrast": 1.1, "brightness": 0.9, "hue": 3, "saturation": 1.2}
        np.testing.assert_array_equal(apply_changes(scene(3), {"colour": numbers}), recolour(scene(3), **numbers))

    def test_jpeg_is_a_matter_of_saving(self):
        np.testing.assert_array_equal(apply_changes(scene(3), {"jpeg": {"quality": 40}}), scene(3))

    def test_shrinking_averages_so_that_no_pattern_appears(self):
        checks = np.repeat((np.indices((80, 80)).sum(0) % 2 * 255).astype(np.uint8)[..., None], 3, 2)
        half = apply_changes(checks, {"scale": {"factor": 0.5}})
        np.testing.assert_array_equal(half, cv2.resize(checks, (40, 40), interpolation=cv2.INTER_AREA))
        assert np.ptp(half) <= 1
