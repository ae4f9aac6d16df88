"""`patchres`: what its first layers see, worked out on squares of four pixels, and how far each patch looks."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from model.networks import build_network


def output_of(network: keras.Model, layer: str, picture: np.ndarray) -> np.ndarray:
    return keras.Model(network.inputs, network.get_layer(layer).output).predict_on_batch(picture)


def test_it_has_the_parameters_of_its_design():
    # 24 numbers a square of 2 x 2 pixels; blocks 48, 48, 96, 96 of two convolutions, shortcuts where the size changes.
    stem = 9 * 24 * 32
    blocks = 9 * 48 * (32 + 48) + 9 * 48 * (48 + 48) + 9 * 96 * (48 + 96) + 9 * 96 * (96 + 96)
    shortcuts = 32 * 48 + 48 * 96
    # Four numbers a channel: the relations, the stem, three normalisations where there is a shortcut, two elsewhere.
    normalisations = 4 * (3 + 32 + 3 * 48 + 2 * 48 + 3 * 96 + 2 * 96)
    assert stem + blocks + shortcuts + normalisations + 97 == 382_509
    assert build_network("patchres").count_params() == 382_509


def test_the_relations_are_what_differs_from_the_first_pixel_of_each_square():
    square = np.array([[100, 110], [90, 160]], np.float32)
    picture = np.tile(square, (4, 4))[None, ..., None].repeat(3, axis=-1)
    relations = output_of(build_network("patchres"), "relations", picture)
    expected = np.array([[0, 10], [-10, 60]]) / 127.5
    np.testing.assert_allclose(relations[0, ..., 1], np.tile(expected, (4, 4)), atol=1e-6)


def test_a_picture_enlarged_by_two_has_no_relations():
    picture = np.random.default_rng(0).integers(0, 256, (1, 16, 16, 3)).repeat(2, axis=1).repeat(2, axis=2)
    assert (output_of(build_network("patchres"), "relations", picture) == 0).all()


def test_the_first_convolution_is_one_of_three_on_squares_laid_behind_one_another():
    network = build_network("patchres")
    (kernel,) = network.get_layer("stem_conv").get_weights()
    picture = np.random.default_rng(1).integers(0, 256, (1, 32, 32, 3))
    channels = output_of(network, "colours_and_relations", picture)

    def stacked(values: np.ndarray, side: int) -> np.ndarray:
        """(2 side, 2 side, channels) to (side, side, 4 channels)."""
        return values.reshape(side, 2, side, 2, -1).transpose(0, 2, 1, 3, 4).reshape(side, side, -1)

    small = np.stack([stacked(kernel[..., filter], 3) for filter in range(32)], axis=-1)
    expected = keras.ops.conv(stacked(channels[0], 16)[None], small, padding="same")
    np.testing.assert_allclose(output_of(network, "stem_conv", picture), expected, atol=1e-4)


@pytest.mark.parametrize("depth, seen", [(3, 58), (4, 90), (5, 122)])
def test_a_patch_sees_as_far_as_its_kernels_reach(depth: int, seen: int):
    """Each block of stride 8 adds twice 2 x 8 pixels; before them it is 6, and 10, 18, 26, 34, 42, 58."""
    import tensorflow as tf

    network = build_network("patchres", depth)
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D):  # so that nothing cancels out and no unit is silent
            layer.set_weights([np.full(weight.shape, 1e-2) for weight in layer.get_weights()])
    patches = keras.Model(network.inputs, network.get_layer("patch_logits").output)
    pixels = tf.fill((1, 256, 256, 3), 255.0)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        value = patches(pixels, training=False)[0, 16, 16, 0]
    rows, columns = np.nonzero(np.abs(tape.gradient(value, pixels)).sum((0, 3)))
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (seen, seen)


def test_it_is_made_of_layers_of_keras_alone():
    # A Lambda would be code in a file, and tie the network to one backend.
    for layer in build_network("patchres").layers:
        assert type(layer).__module__.startswith("keras.") and not isinstance(layer, layers.Lambda)
