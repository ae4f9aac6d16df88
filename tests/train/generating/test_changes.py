"""Changes of pictures through which a gradient passes."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from train.generating.changes import NUMBERS, change

SIZE = 16
# What leaves all as it is but for a hole in a corner of 4 x 4 pixels.
NOTHING = [0.5, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0]


def changed(pictures: np.ndarray, *chances: list[float]) -> np.ndarray:
    return keras.ops.convert_to_numpy(change(keras.ops.convert_to_tensor(pictures), np.array(chances, np.float32)))


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (2, SIZE, SIZE, 3)).astype(np.float32)


def test_in_the_middle_of_all_ranges_only_the_hole_is_seen(pictures: np.ndarray):
    result = changed(pictures, NOTHING, NOTHING)
    np.testing.assert_array_equal(result[:, :4, :4], 0)
    np.testing.assert_allclose(result[:, 4:], pictures[:, 4:], atol=1e-6)
    np.testing.assert_allclose(result[:, :4, 4:], pictures[:, :4, 4:], atol=1e-6)


def test_brightness_saturation_and_contrast_are_those_of_zhao(pictures: np.ndarray):
    for at, number in ((0, 0.9), (1, 0.1), (2, 0.8)):
        chance = NOTHING.copy()
        chance[at] = number
        mean = pictures.mean(3, keepdims=True) if at == 1 else pictures.mean((1, 2, 3), keepdims=True)
        expected = {
            0: pictures + 0.4,
            1: mean + (pictures - mean) * 0.2,
            2: mean + (pictures - mean) * 1.3,
        }[at]
        np.testing.assert_allclose(changed(pictures, chance, chance)[:, 4:], expected[:, 4:], atol=1e-5)


@pytest.mark.parametrize("chance, shift", [(0.0, -2), (0.5, 0), (0.999, 2), (0.25, -1)])
def test_pictures_are_shifted_by_up_to_an_eighth_and_grey_comes_in(chance: float, shift: int, pictures: np.ndarray):
    for at, axis in ((3, 1), (4, 2)):
        numbers = NOTHING.copy()
        numbers[at] = chance
        expected = np.roll(pictures, -shift, axis)
        lost = slice(SIZE - shift, None) if shift > 0 else slice(0, -shift)
        if shift:
            expected[(slice(None),) * axis + (lost,)] = 0
        np.testing.assert_allclose(changed(pictures, numbers, numbers)[:, 4:, 4:], expected[:, 4:, 4:], atol=1e-6)


def test_the_hole_covers_a_quarter_of_the_picture_wherever_it_fits():
    grey = np.full((1, SIZE, SIZE, 3), 0.5, np.float32)
    result = changed(grey, [0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.6])
    assert (result == 0).mean() == 0.25
    rows, columns = np.nonzero(result[0, ..., 0] == 0)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (2, 9, 6, 13)


def test_each_picture_of_a_batch_has_changes_of_its_own(pictures: np.ndarray):
    other = [0.1, 0.9, 0.2, 0.9, 0.1, 0.7, 0.3]
    both = changed(pictures, NOTHING, other)
    np.testing.assert_allclose(both[:1], changed(pictures[:1], NOTHING), atol=1e-6)
    np.testing.assert_allclose(both[1:], changed(pictures[1:], other), atol=1e-6)


def test_a_gradient_passes_to_the_pixels_that_are_seen():
    noise = keras.Variable(np.zeros((1, SIZE, SIZE, 3), np.float32))

    class Shown(keras.Model):
        def __init__(self):
            super().__init__()
            self.pixels = noise
            self.built = True

        def call(self, chance: keras.KerasTensor) -> keras.KerasTensor:
            return change(self.pixels.value, chance)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return -keras.ops.sum(y_pred)

    model = Shown()
    model.compile(keras.optimizers.SGD(1.0))
    model.train_on_batch(np.array([NOTHING], np.float32))
    moved = keras.ops.convert_to_numpy(noise.value)[0]
    np.testing.assert_allclose(moved[4:], 1, atol=1e-5)
    np.testing.assert_allclose(moved[:4, :4], 0, atol=1e-5)
    assert len(NOTHING) == NUMBERS
