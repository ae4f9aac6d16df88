"""Patches are looked up where the networks expect them: the oracle is TensorFlow's own function."""

from __future__ import annotations

import numpy as np
import pytest

from model.cascade.patches import cut_patches


def test_a_box_as_large_as_its_patch_is_copied():
    pixels = np.random.default_rng(0).normal(size=(24, 24, 3)).astype(np.float32)
    (patch,) = cut_patches(pixels, np.array([[0, 0, 24, 24.0]]), 24)
    np.testing.assert_allclose(patch, pixels, atol=1e-5)


def test_what_lies_beyond_the_picture_is_middle_grey():
    ones = np.ones((40, 40, 3), np.float32)
    (patch,) = cut_patches(ones, np.array([[-20, 10, 20, 30.0]]), 24)
    assert (patch[:, :12] == 0).all()
    np.testing.assert_allclose(patch[:, 13:], 1, atol=1e-6)


@pytest.mark.parametrize("side", [24, 48])
def test_patches_are_those_of_tensorflow(side: int):
    import tensorflow as tf

    generator = np.random.default_rng(1)
    pixels = generator.normal(size=(90, 130, 3)).astype(np.float32)
    corners = generator.uniform(-30, 100, (60, 2))
    boxes = np.hstack([corners, corners + generator.uniform(8, 70, (60, 2))])
    relative = boxes[:, [1, 0, 3, 2]] / [90, 130, 90, 130]
    expected = tf.image.crop_and_resize(pixels[None], relative, np.zeros(60, int), (side, side)).numpy()
    # Places are told to OpenCV as float32: exact to about a hundred-thousandth of a pixel.
    np.testing.assert_allclose(cut_patches(pixels, boxes, side), expected, atol=5e-4)
    assert (expected == 0).any()
