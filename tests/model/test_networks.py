"""The networks: one logit a crop, preprocessing inside; most: logits for every patch, and their mean."""

from __future__ import annotations

import functools
from collections.abc import Callable

import keras
import numpy as np
import pytest

from model.networks import DEPTHS, NETWORKS, build_network
from model.transfer import APPLICATIONS
from tests.quickly import uncompiled


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


# How many blocks a network has.


def shape_of(network: keras.Model, layer: str, side: int = 256) -> tuple[int, ...]:
    part = keras.Model(network.inputs, network.get_layer(layer).output)
    return part.compute_output_shape((1, side, side, 3))


@pytest.fixture(scope="module")
def build() -> Callable[..., keras.Model]:
    """Builds a network of some depth, each once."""
    return functools.cache(build_network)


# The stages end with blocks 2, 4, 7, 10, 14 and 15; those at 1, 3, 5 and 11 halve the map, and so does the stem.
@pytest.mark.parametrize(
    "depth, stride, channels",
    [(3, 4, 24), (4, 8, 40), (5, 8, 40), (8, 16, 80), (11, 16, 112), (12, 32, 192), (16, 32, 320)],
)
def test_lite0_is_cut_where_one_says(depth: int, stride: int, channels: int, build: Callable):
    network = build("lite0", depth)
    assert shape_of(network, "features") == (1, 256 // stride, 256 // stride, channels)
    assert sum(layer.name.endswith("_project_bn") for layer in network.layers) == depth


def test_lite0_as_a_whole_has_the_parameters_of_its_paper(build: Callable):
    # 4,652,008 with the last convolution, its normalisation and the classifier, which are left out here.
    trunk = 4_652_008 - (320 * 1280 + 2 * 1280) - 1000 * (1280 + 1)
    network = build("lite0", 16)
    assert sum(int(np.prod(weight.shape)) for weight in network.trainable_weights) == trunk + 320 + 1


@pytest.mark.parametrize("name, depth", [("lite0", 11), ("patchres", 4)])
def test_the_usual_depth_said_aloud_changes_nothing(name: str, depth: int, build: Callable):
    usual, said = build(name), build(name, depth)
    assert [layer.name for layer in usual.layers] == [layer.name for layer in said.layers]
    assert [weight.shape for weight in usual.weights] == [weight.shape for weight in said.weights]


@pytest.mark.parametrize("name", sorted(DEPTHS))
def test_every_depth_on_offer_can_be_built_and_answers(name: str, build: Callable):
    counts = []
    for depth in DEPTHS[name]:
        network = build(name, depth)
        assert network.compute_output_shape((2, 64, 64, 3)) == (2, 1)
        counts.append(network.count_params())
    assert counts == sorted(set(counts)), "each block adds something"


@pytest.mark.parametrize("name, least, most", [("lite0", 3, 16), ("patchres", 3, 8)])
def test_a_depth_out_of_range_is_answered_with_the_range(name: str, least: int, most: int):
    for depth in (least - 1, most + 1, -1):
        with pytest.raises(ValueError, match=rf"of {name} must be from {least} to {most}. Received: depth={depth}"):
            build_network(name, depth)


@pytest.mark.parametrize("name", ["meso4", "resnet50"])
def test_a_network_that_has_no_depth_refuses_one(name: str):
    with pytest.raises(ValueError, match=rf"chosen for lite0 and patchres only. Received: depth=5 for {name}"):
        build_network(name, 5)


# What every network promises, and the baselines.

# Side of the last feature map of a 256 x 256 crop, and its channels.
FEATURES = {
    "lite0": (16, 112),
    "patchres": (32, 96),
    # Three poolings of 2; padded convolutions keep the side.
    "meso4": (32, 16),
    "mesoinception4": (32, 16),
    # 64, convolved 62, pooled 31, 29, 14, 12, 6, 4.
    "cnn4": (4, 64),
    # 128, convolved 126, pooled 63, 61.
    "cnn-small": (61, 64),
    # Those of ImageNet halve their map five times.
    "vgg16": (8, 512),
    "resnet50": (8, 2048),
    "densenet121": (8, 1024),
    "mobilenetv2": (8, 1280),
    "efficientnetv2b0": (8, 1280),
    "xception": (8, 2048),
    "convnext-tiny": (8, 768),
}
BASELINES = ("meso4", "mesoinception4", "cnn4", "cnn-small")


# Now, not later: tests of the training add a network of their own while they run.
NAMES = sorted(NETWORKS)
LARGE = sorted(set(APPLICATIONS) - {"mobilenetv2"})


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.slow if name in LARGE else ()) for name in NAMES],
)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def any_network(name: str) -> keras.Model:
    keras.utils.set_random_seed(1)
    return build_network(name)


@pytest.fixture
def some_crops(name: str) -> np.ndarray:
    """Two crops as small as the network takes them."""
    return crops(256 if name in BASELINES else 64)


def test_each_network_has_its_row_here():
    assert sorted(FEATURES) == NAMES


def test_every_network_carries_the_name_it_is_built_by(name: str, any_network: keras.Model):
    assert any_network.name == name


def answer(network: keras.Model, pixels: np.ndarray) -> np.ndarray:
    """The logits. To compile a network of hundreds of layers takes far longer than two crops do."""
    with uncompiled():
        return network.predict_on_batch(pixels)


def test_every_network_answers_a_batch_of_crops_with_one_float_each(any_network: keras.Model, some_crops: np.ndarray):
    logits = answer(any_network, some_crops)
    assert logits.shape == (2, 1)
    assert logits.dtype == np.float32
    assert np.isfinite(logits).all()


def test_every_network_ends_in_its_logit_layer(any_network: keras.Model):
    assert any_network.layers[-1].name == "logit"
    assert any_network.output is any_network.get_layer("logit").output
    # A logit, no probability: nothing squeezes it.
    assert getattr(any_network.layers[-1], "activation", keras.activations.linear) is keras.activations.linear


def test_every_network_has_a_last_feature_map_for_heatmaps(name: str, any_network: keras.Model):
    side, channels = FEATURES[name]
    assert shape_of(any_network, "features") == (1, side, side, channels)


# The large ones: the sums in tests/explain/test_architectures.py would be zero without it.
@pytest.mark.parametrize("name", sorted(set(NAMES) - set(LARGE)))
def test_the_logit_depends_on_the_feature_map(name: str, some_crops: np.ndarray):
    import tensorflow as tf

    network = build_network(name)
    if name not in BASELINES:  # A fresh head is zero on purpose.
        network.get_layer("patch_logits").set_weights([np.ones((1, 1, FEATURES[name][1], 1)), np.zeros(1)])
    both = keras.Model(network.input, [network.output, network.get_layer("features").output])
    with tf.GradientTape() as tape:
        logits, features = both(tf.constant(some_crops, tf.float32))
    gradient = tape.gradient(logits, features)
    assert gradient is not None
    assert np.abs(gradient.numpy()).max() > 0


# What those of ImageNet compute there: tests/model/test_transfer.py.
@pytest.mark.parametrize("name", sorted(set(NAMES) - set(APPLICATIONS)))
def test_our_networks_begin_with_their_preprocessing(name: str):
    layers = build_network(name).layers
    assert isinstance(layers[0], keras.layers.InputLayer)
    assert layers[1].name == "preprocessing"
    values = keras.ops.convert_to_numpy(layers[1](np.array([0.0, 255.0], np.float32).reshape(1, 1, 2, 1)))
    expected = {"lite0": [-127 / 128, 1], "patchres": [-1, 1]}.get(name, [0, 1])
    np.testing.assert_allclose(values.ravel(), expected, atol=1e-6)


def test_every_network_takes_whole_numbers_and_floats_alike(any_network: keras.Model, some_crops: np.ndarray):
    floats = some_crops.astype(np.float32)
    np.testing.assert_allclose(answer(any_network, some_crops), answer(any_network, floats), atol=1e-5)


def test_all_but_the_baselines_have_a_logit_per_patch(name: str, any_network: keras.Model):
    assert ("patch_logits" in [layer.name for layer in any_network.layers]) == (name not in BASELINES)


def parameters(name: str) -> tuple[int, int]:
    """All numbers, and those that training changes."""
    network = build_network(name)
    return network.count_params(), sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


def test_meso4_has_the_parameters_of_its_paper():
    # Filters x (side x side x inputs + 1), scale and shift of each normalisation, 8 x 8 x 16 features to 16 to 1.
    convolutions = 8 * (3 * 3 * 3 + 1) + 8 * (5 * 5 * 8 + 1) + 16 * (5 * 5 * 8 + 1) + 16 * (5 * 5 * 16 + 1)
    scales = 2 * (8 + 8 + 16 + 16)
    dense = 16 * (8 * 8 * 16 + 1) + 1 * (16 + 1)
    assert convolutions + scales + dense == 27_977
    # Mean and variance of each normalisation are counted too, but not learnt by gradient.
    assert parameters("meso4") == (27_977 + 2 * (8 + 8 + 16 + 16), 27_977)


def test_mesoinception4_has_the_parameters_of_its_paper():
    def branch(inputs: int, filters: int) -> int:
        return filters * (inputs + 1) + filters * (3 * 3 * filters + 1)

    # 1 + 4 + 4 + 2 = 11 channels, then 2 + 4 + 4 + 2 = 12.
    first = 1 * (3 + 1) + branch(3, 4) + branch(3, 4) + branch(3, 2)
    second = 2 * (11 + 1) + branch(11, 4) + branch(11, 4) + branch(11, 2)
    convolutions = 16 * (5 * 5 * 12 + 1) + 16 * (5 * 5 * 16 + 1)
    dense = 16 * (8 * 8 * 16 + 1) + 1 * (16 + 1)
    assert first + second + convolutions + 2 * (11 + 12 + 16 + 16) + dense == 28_615
    assert parameters("mesoinception4") == (28_615 + 2 * (11 + 12 + 16 + 16), 28_615)


@pytest.mark.parametrize("name", ["meso4", "mesoinception4"])
def test_each_convolution_of_the_paper_has_a_normalisation_of_its_own(name: str):
    network = build_network(name)
    layers = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert [layer.output.shape[1] for layer in layers] == [256, 128, 64, 32]
    assert all(len(layer._inbound_nodes) == 1 for layer in layers)


def test_the_inception_blocks_look_one_two_and_three_pixels_apart():
    network = build_network("mesoinception4")
    for block in ("inception1", "inception2"):
        dilations = [network.get_layer(f"{block}_dilated{apart}").dilation_rate for apart in (1, 2, 3)]
        assert dilations == [(1, 1), (2, 2), (3, 3)]


def test_the_plain_networks_have_the_parameters_of_their_design():
    convolutions = 32 * (27 + 1) + 32 * (9 * 32 + 1) + 64 * (9 * 32 + 1) + 64 * (9 * 64 + 1)
    assert convolutions + 64 * (2 * 2 * 64 + 1) + (64 + 1) == 82_081
    assert parameters("cnn4") == (82_081, 82_081)
    assert 32 * (27 + 1) + 64 * (9 * 32 + 1) + 128 * (30 * 30 * 64 + 1) + (128 + 1) == 7_392_449
    assert parameters("cnn-small") == (7_392_449, 7_392_449)


@pytest.mark.parametrize("name, side", [("cnn4", 64), ("cnn-small", 128)])
def test_the_plain_networks_see_the_mean_of_each_square(name: str, side: int):
    network = build_network(name)
    noise = np.random.default_rng(0).integers(0, 256, (2, 256, 256, 3), dtype=np.uint8)
    small = keras.Model(network.input, network.get_layer("convolution1").input).predict_on_batch(noise)
    step = 256 // side
    expected = noise.reshape(2, side, step, side, step, 3).mean((2, 4)) / 255
    np.testing.assert_allclose(small, expected, atol=1e-6)
