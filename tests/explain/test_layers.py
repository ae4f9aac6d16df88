from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from explain.layers import expose_layer, find_layer, layer_names
from tests.explain.methods.networks import nested_detector


def test_the_second_output_is_the_layer_and_the_first_the_same_as_before(detector, crops):
    exposed = expose_layer(detector.network, "block4_add")
    logits, features = exposed(crops[:1].astype(np.float32))
    np.testing.assert_allclose(logits, detector.network(crops[:1].astype(np.float32)), rtol=1e-5)
    expected = keras.Model(detector.network.inputs, detector.network.get_layer("block4_add").output)
    np.testing.assert_allclose(features, expected(crops[:1].astype(np.float32)), rtol=1e-5)


@pytest.mark.parametrize("name", ["backbone/middle", "middle"])
def test_a_layer_inside_a_network_inside(name, crops):
    network = nested_detector().network
    pixels = crops[:1].astype(np.float32)
    logits, features = expose_layer(network, name)(pixels)
    np.testing.assert_allclose(logits, network(pixels), rtol=1e-5)
    backbone = network.get_layer("backbone")
    inner = keras.Model(backbone.inputs, backbone.get_layer("middle").output)
    np.testing.assert_allclose(features, inner(network.get_layer("preprocessing")(pixels)), rtol=1e-5)


def test_the_gradient_reaches_a_layer_inside(crops):
    """The output must be computed from the very tensor that is handed out."""
    import tensorflow as tf

    exposed = expose_layer(nested_detector().network, "backbone/middle")
    pixels = tf.constant(crops[:1].astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        logits, features = exposed(pixels)
    assert float(tf.reduce_max(tf.abs(tape.gradient(logits, features)))) > 0


def test_two_levels_deep(crops):
    middle = nested_detector().network
    pixels = keras.Input((256, 256, 3))
    network = keras.Model(pixels, layers.Activation("linear", name="answer")(middle(pixels)))
    name = f"{middle.name}/backbone/stem"
    logits, features = expose_layer(network, name)(crops[:1].astype(np.float32))
    assert features.shape == (1, 128, 128, 6)
    np.testing.assert_allclose(logits, middle(crops[:1].astype(np.float32)), rtol=1e-5)


def test_weights_are_shared_not_copied(crops):
    network = nested_detector().network
    exposed = expose_layer(network, "backbone/stem")
    before = np.asarray(exposed(crops[:1].astype(np.float32))[1])
    network.get_layer("backbone").get_layer("stem").bias.assign_add(np.ones(6))
    assert np.abs(np.asarray(exposed(crops[:1].astype(np.float32))[1]) - before).max() > 0.5


def test_the_layers_that_can_be_explained(detector):
    assert layer_names(nested_detector().network) == [
        "preprocessing",
        "backbone",
        "backbone/stem",
        "backbone/middle",
        "backbone/sum",
        "backbone/top",
        "features",
    ]
    assert "logit" not in layer_names(detector.network)


def test_unknown_and_flat_layers_are_errors_that_list_the_others(detector):
    for name in ("nowhere", "logit"):
        with pytest.raises(ValueError, match=rf"block4_add.*Received: '{name}'"):
            find_layer(detector.network, name)


def test_a_name_that_fits_several_is_an_error():
    pixels = keras.Input((256, 256, 3))
    inner = [keras.Sequential([keras.Input((256, 256, 3)), layers.Conv2D(3, 1, name="same")], name=n) for n in "ab"]
    network = keras.Model(pixels, inner[1](inner[0](pixels)))
    with pytest.raises(ValueError, match="a/same, b/same"):
        find_layer(network, "same")
    assert [layer.name for layer in find_layer(network, "b/same")] == ["b", "same"]
    assert expose_layer(network, "b/same")(np.zeros((1, 256, 256, 3), np.float32))[1].shape == (1, 256, 256, 3)
