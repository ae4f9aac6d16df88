"""Networks of `keras.applications` without their classifier, each with our head: for transfer learning.

Nothing is downloaded here: they are built with random weights. `train.start_weights` fetches those of ImageNet.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from model.patch_head import add_patch_head

# Means and spreads of the colours of ImageNet, red, green and blue.
_MEAN, _SPREAD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


@dataclass(frozen=True)
class Application:
    """A network of `keras.applications`.

    Attributes:
        build: Its function there.
        preprocess: What comes before it, from pixels 0..255 to what its ImageNet weights were trained on: as layers
            what the `preprocess_input` of its module does, or the network there itself.
    """

    build: Callable[..., keras.Model]
    preprocess: Callable[[keras.KerasTensor], keras.KerasTensor]


def build_transfer(name: str) -> keras.Model:
    """Builds a network of `keras.applications` with a linear head on every patch: one for every 32 x 32 pixels.

    Args:
        name: A key of `APPLICATIONS`.

    Returns:
        The model, as `model.networks.build_network` describes it.
    """
    pixels = keras.Input((None, None, 3), name="pixels")
    backbone = build_backbone(name, input_tensor=APPLICATIONS[name].preprocess(pixels), weights=None)
    if any(map(_is_depthwise, backbone.layers)):
        backbone = keras.models.clone_model(backbone, pixels, clone_function=_copy_layer)
    return keras.Model(pixels, add_patch_head(backbone.output), name=name)


def build_backbone(name: str, **options: object) -> keras.Model:
    """Builds a network of `keras.applications` without its classifier; its layers have the names they have in ours.

    Args:
        name: A key of `APPLICATIONS`.
        **options: Passed on, such as `weights`, which Keras would download if it isn't told otherwise.

    Returns:
        The network, from what was preprocessed to the last feature map.
    """
    backbone = APPLICATIONS[name].build(include_top=False, **options)
    # Keras numbers layers without a name through the whole process; a name must mean the same layer in every run.
    counts = Counter()
    for layer in backbone.layers:
        stem = re.sub(r"_\d+$", "", layer.name)
        if stem.replace("_", "") == type(layer).__name__.lower():
            layer.name = f"{stem}_{counts[stem]}" if counts[stem] else stem
            counts[stem] += 1
    return backbone


def _is_depthwise(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, layers.Conv2D) and 1 < layer.groups == layer.filters


def _copy_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
    """Copies a layer without its weights; one that is depthwise becomes the layer made for that.

    It computes the same from the same numbers, 80 times as fast on two cores: TensorFlow has no quick way for groups.
    """
    if not _is_depthwise(layer):
        return type(layer).from_config(layer.get_config())
    return layers.DepthwiseConv2D(layer.kernel_size, strides=layer.strides, padding=layer.padding, name=layer.name)


def _to_one(pixels: keras.KerasTensor) -> keras.KerasTensor:
    """From -1 to 1."""
    return layers.Rescaling(1 / 127.5, offset=-1, name="preprocessing")(pixels)


def _to_spread(pixels: keras.KerasTensor) -> keras.KerasTensor:
    """Each colour less its mean, in units of its spread."""
    scale, offset = 1 / (255 * _SPREAD), -_MEAN / _SPREAD
    return layers.Rescaling(scale.tolist(), offset=offset.tolist(), name="preprocessing")(pixels)


def _to_grey_levels_about_mean(pixels: keras.KerasTensor) -> keras.KerasTensor:
    """Blue, green and red, each less its mean."""
    # Rounded as Caffe rounded them: not quite the means above.
    centred = layers.Rescaling(1.0, offset=[-123.68, -116.779, -103.939], name="preprocessing")(pixels)
    return keras.ops.flip(centred, axis=-1)


# These two bring the same preprocessing with them, as a layer that can't be converted to ONNX.
_EFFICIENT_NET = functools.partial(keras.applications.EfficientNetV2B0, include_preprocessing=False)
_CONV_NEXT = functools.partial(keras.applications.ConvNeXtTiny, include_preprocessing=False)
APPLICATIONS: dict[str, Application] = {
    "vgg16": Application(keras.applications.VGG16, _to_grey_levels_about_mean),
    "resnet50": Application(keras.applications.ResNet50, _to_grey_levels_about_mean),
    "densenet121": Application(keras.applications.DenseNet121, _to_spread),
    "mobilenetv2": Application(keras.applications.MobileNetV2, _to_one),
    "efficientnetv2b0": Application(_EFFICIENT_NET, _to_spread),
    "xception": Application(keras.applications.Xception, _to_one),
    "convnext-tiny": Application(_CONV_NEXT, _to_spread),
}
