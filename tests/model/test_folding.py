"""A network answers the same when its normalisations are merged into the convolutions before them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from model.folding import fold_normalisation
from model.networks import build_network


def unsettle(network: keras.Model) -> keras.Model:
    """Gives every normalisation statistics of its own: fresh ones do nothing."""
    generator = np.random.default_rng(3)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([generator.uniform(0.5, 1.5, values.shape) for values in layer.get_weights()])
    return network


def outputs(network: keras.Model, pixels: np.ndarray) -> dict[str, np.ndarray]:
    layers = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    model = keras.Model(network.inputs, [layer.output for layer in layers])
    answers = model.predict_on_batch(pixels)
    return {layer.name: values for layer, values in zip(layers, answers, strict=True)}


def normalisations(network: keras.Model) -> int:
    return sum(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers)


@pytest.mark.parametrize("name, left", [("lite0", 0), ("meso4", 4)])
def test_every_layer_but_the_convolutions_gives_what_it_gave(name: str, left: int):
    network = unsettle(build_network(name))
    side = network.inputs[0].shape[1] or 64
    pixels = np.random.default_rng(0).integers(0, 256, (2, side, side, 3)).astype(np.float32)
    folded = fold_normalisation(network)
    # Meso4 normalises after the ReLU, where there is nothing to merge with.
    assert normalisations(folded.network) == left < normalisations(network) + bool(left)
    before, after = outputs(network, pixels), outputs(folded.network, pixels)
    assert before.keys() == after.keys()
    for layer, values in before.items():
        close = np.allclose(values, after[layer], atol=1e-4 * np.abs(values).max())
        assert close != (layer in folded.changed), layer


def by_hand(*, bias: bool, scale: bool, activation: str | None = None, also: bool = False) -> keras.Model:
    pixels = keras.Input((6, 6, 3))
    x = keras.layers.Conv2D(4, 3, use_bias=bias, activation=activation, bias_initializer="normal", name="conv")(pixels)
    y = keras.layers.BatchNormalization(scale=scale, epsilon=0.1, name="bn")(x)
    y = keras.layers.Add()([x, y]) if also else y
    z = keras.layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise")(y)
    return unsettle(keras.Model(pixels, keras.layers.BatchNormalization(center=False, name="last")(z)))


@pytest.mark.parametrize(
    "options, merged",
    [
        ({"bias": False, "scale": True}, {"conv", "depthwise"}),
        ({"bias": True, "scale": False}, {"conv", "depthwise"}),
        # What comes between, or needs the convolution's own output, is in the way.
        ({"bias": True, "scale": True, "activation": "relu"}, {"depthwise"}),
        ({"bias": False, "scale": True, "also": True}, {"depthwise"}),
    ],
)
def test_what_can_be_merged_is(options: dict, merged: set[str]):
    network = by_hand(**options)
    folded = fold_normalisation(network)
    assert folded.changed == merged
    pixels = np.random.default_rng(1).normal(size=(3, 6, 6, 3))
    np.testing.assert_allclose(folded.network.predict_on_batch(pixels), network.predict_on_batch(pixels), atol=1e-5)


def test_the_network_given_stays_as_it_was():
    network = by_hand(bias=True, scale=True)
    before = [values.copy() for values in network.get_weights()]
    fold_normalisation(network)
    for mine, kept in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, kept)
