"""The network: logits for every patch, their mean for the image, preprocessing inside."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from model.networks import NETWORKS, build_network


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """`lite0` with a head that looks at the features: a fresh one is zero, and a fresh trunk almost constant."""
    keras.utils.set_random_seed(0)
    network = build_network("lite0")
    generator = np.random.default_rng(0)
    for layer in network.layers:
        if layer.name.endswith("_conv"):
            (kernel,) = layer.get_weights()
            inputs = np.prod(kernel.shape[: 2 if "depthwise" in layer.name else 3])
            layer.set_weights([generator.normal(0, np.sqrt(2 / inputs), kernel.shape)])
    network.get_layer("patch_logits").set_weights([generator.normal(0, 0.3, (1, 1, 112, 1)), np.array([0.5])])
    return network


def crops(side: int) -> np.ndarray:
    coarse = np.random.default_rng(side).integers(0, 256, (2, side // 16, side // 16, 3), dtype=np.uint8)
    return coarse.repeat(16, axis=1).repeat(16, axis=2)


def test_a_batch_of_crops_gives_one_logit_each(network: keras.Model):
    logits = network.predict_on_batch(crops(256))
    assert logits.shape == (2, 1)
    assert logits.dtype == np.float32
    assert logits[0] != logits[1]


def test_lite0_has_the_size_of_its_design(network: keras.Model):
    # EfficientNet-Lite0 up to block 10, and 113 numbers of the head.
    assert network.count_params() == 717_041


@pytest.mark.parametrize("side", [128, 256])
def test_the_image_logit_is_the_mean_of_a_logit_for_every_16_pixels(network: keras.Model, side: int):
    patches = keras.Model(network.input, network.get_layer("patch_logits").output).predict_on_batch(crops(side))
    assert patches.shape == (2, side // 16, side // 16, 1)
    assert patches.std() > 1e-3
    # Logits, not probabilities: nothing squeezes them.
    np.testing.assert_allclose(network.predict_on_batch(crops(side))[:, 0], patches.mean((1, 2, 3)), atol=1e-5)


def test_the_head_is_linear_in_the_features(network: keras.Model):
    outputs = [network.get_layer(name).output for name in ("features", "patch_logits")]
    features, patches = keras.Model(network.input, outputs).predict_on_batch(crops(128))
    kernel, bias = network.get_layer("patch_logits").get_weights()
    np.testing.assert_allclose(patches[..., 0], features @ kernel[0, 0, :, 0] + bias, rtol=1e-3, atol=1e-4)


def test_shifting_a_picture_by_a_cell_shifts_its_patch_logits(network: keras.Model):
    # 16 pixels a cell: what is fully convolutional answers for places, not for the whole.
    patch_model = keras.Model(network.input, network.get_layer("patch_logits").output)
    picture = np.full((1, 640, 640, 3), 127, np.uint8)
    picture[:, 304:320, 304:320] = 255
    here = patch_model.predict_on_batch(picture)[0, ..., 0]
    there = patch_model.predict_on_batch(np.roll(picture, (32, 16), axis=(1, 2)))[0, ..., 0]
    np.testing.assert_allclose(there[14:28, 13:27], here[12:26, 12:26], atol=1e-3)
    assert np.ptp(here[12:26, 12:26]) > 0.01


def test_preprocessing_is_the_first_layer_and_maps_127_to_zero(network: keras.Model):
    assert isinstance(network.layers[0], keras.layers.InputLayer)
    assert network.layers[1].name == "preprocessing"
    values = np.array([0, 127, 255], np.float32).reshape(1, 1, 1, 3)
    scaled = keras.ops.convert_to_numpy(network.layers[1](values))
    # (x - 127) / 128, as the ImageNet weights were trained.
    np.testing.assert_allclose(scaled.ravel(), [-127 / 128, 0, 1], atol=1e-6)


def test_red_and_blue_are_not_the_same_to_the_network(network: keras.Model):
    assert np.abs(network.predict_on_batch(crops(128)) - network.predict_on_batch(crops(128)[..., ::-1])).max() > 1e-3


def test_whole_numbers_and_floats_give_the_same_logit(network: keras.Model):
    floats = crops(128).astype(np.float32)
    np.testing.assert_allclose(network.predict_on_batch(crops(128)), network.predict_on_batch(floats), atol=1e-5)


def test_a_fresh_head_is_undecided():
    assert (build_network("lite0").predict_on_batch(crops(128)) == 0).all()


def test_normalisation_has_the_epsilon_of_the_start_weights(network: keras.Model):
    layers = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    # Stem, two in the first block, three in each of the other ten.
    assert len(layers) == 1 + 2 + 10 * 3
    assert {layer.epsilon for layer in layers} == {1e-3}


def test_activations_end_at_six_as_in_the_start_weights(network: keras.Model):
    layers = [layer for layer in network.layers if isinstance(layer, keras.layers.ReLU)]
    # The same places as the normalisations, less the eleven projections.
    assert len(layers) == 33 - 11
    assert {layer.max_value for layer in layers} == {6.0}


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"`name` must be one of .*'lite0'.* Received: name='resnet'"):
        build_network("resnet")
    assert "lite0" in NETWORKS
