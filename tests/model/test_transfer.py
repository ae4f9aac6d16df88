"""Networks of `keras.applications`: their own preprocessing, our head, the same names in every run, no download."""

from __future__ import annotations

import socket
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.applications import densenet, mobilenet_v2, resnet, vgg16, xception

from model.networks import build_network
from model.transfer import APPLICATIONS


@pytest.fixture(autouse=True)
def no_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever builds one of these networks to answer a question must not need the web."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something asked for the web")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


# Most are large: to build one takes seconds, so each is built twice and no more.
@pytest.fixture(scope="module", params=sorted(APPLICATIONS))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def network(name: str) -> keras.Model:
    return build_network(name)


@pytest.fixture(scope="module")
def second(name: str, network: keras.Model) -> keras.Model:
    """The same network once more, built when there were layers without a name already."""
    keras.layers.Conv2D(1, 1), keras.layers.Add(), keras.layers.LayerNormalization(), keras.layers.BatchNormalization()
    return build_network(name)


def by_hand(pixels: np.ndarray) -> np.ndarray:
    """Less the means of ImageNet, in units of its spreads: where Keras has it as a layer of the network."""
    return (pixels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]


# The first layer that learns or pads, and what Keras says comes before it.
PREPROCESSING = {
    "vgg16": ("block1_conv1", vgg16.preprocess_input),
    "resnet50": ("conv1_pad", resnet.preprocess_input),
    "densenet121": ("zero_padding2d", densenet.preprocess_input),
    "mobilenetv2": ("Conv1", mobilenet_v2.preprocess_input),
    "efficientnetv2b0": ("stem_conv", by_hand),
    "xception": ("block1_conv1", xception.preprocess_input),
    "convnext-tiny": ("convnext_tiny_stem", by_hand),
}


def test_the_preprocessing_is_the_one_of_keras(name: str, network: keras.Model):
    first, preprocess = PREPROCESSING[name]
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype(np.float32)
    into_first = network.get_layer(first)._inbound_nodes[0].input_tensors[0]
    seen = keras.Model(network.inputs, into_first).predict_on_batch(pixels)
    np.testing.assert_allclose(seen, preprocess(pixels.copy()), rtol=1e-5, atol=2e-5)


def test_the_backbone_has_the_weights_of_keras_and_the_head_one_number_a_channel(name: str, network: keras.Model):
    expected = APPLICATIONS[name].build(include_top=False, weights=None)
    channels = expected.output.shape[-1]
    assert network.count_params() == expected.count_params() + channels + 1
    sizes = [[int(np.prod(weight.shape)) for weight in model.weights] for model in (network, expected)]
    assert sizes[0][:-2] == sizes[1]


def test_depthwise_convolutions_are_of_the_layer_made_for_them(network: keras.Model):
    """Those of as many groups as channels took TensorFlow 80 times as long on a CPU."""
    assert all(layer.groups == 1 for layer in network.layers if type(layer) is keras.layers.Conv2D)


def test_a_layer_has_the_same_name_however_many_networks_were_built_before(network: keras.Model, second: keras.Model):
    assert [layer.name for layer in second.layers] == [layer.name for layer in network.layers]
    assert len({layer.name for layer in network.layers}) == len(network.layers)


def test_layers_that_keras_left_without_a_name_are_numbered_from_the_front():
    names = [layer.name for layer in build_network("xception").layers]
    # Where its shortcuts are halved: four times.
    assert [name for name in names if name.startswith("conv2d")] == ["conv2d", "conv2d_1", "conv2d_2", "conv2d_3"]


# The last of those that share networks, since it changes their weights.
def test_weights_go_into_a_file_and_back(network: keras.Model, second: keras.Model, tmp_path: Path):
    generator = np.random.default_rng(3)
    network.set_weights([generator.normal(0.5, 0.1, weight.shape) for weight in network.get_weights()])
    network.save_weights(tmp_path / "all.weights.h5")
    second.load_weights(tmp_path / "all.weights.h5")
    for saved, loaded in zip(network.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(saved, loaded)


def test_importing_the_networks_loads_nothing_that_keras_does_not():
    import subprocess
    import sys

    code = "import sys, keras; before = set(sys.modules); import model.networks; print(*set(sys.modules) - before)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {module.split(".")[0] for module in loaded} <= {"model", "cv2", "PIL", "numpy"}
