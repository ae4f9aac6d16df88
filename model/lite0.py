"""EfficientNet-Lite0, cut where one likes: the shipped detector's network."""

from __future__ import annotations

import keras
from keras import layers

from model.patch_head import add_patch_head

# (expansion, filters, repeats, stride, kernel) of the stages of EfficientNet-Lite0: Tan & Le 2019,
# "EfficientNet", without squeeze-and-excitation, with ReLU6, stem and head unscaled.
_STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
LITE0_DEPTHS = range(3, sum(repeats for _, _, repeats, _, _ in _STAGES) + 1)
"""How many blocks can be kept: from a map of stride 4, all that sees more than lines, to the whole."""


def build_lite0(depth: int = 11) -> keras.Model:
    """Builds EfficientNet-Lite0 cut after some of its blocks, with a linear head on every patch.

    As it is shipped, after 11 blocks: 0.72 million parameters, one patch for every 16 x 16 pixels.

    Args:
        depth: Number of blocks kept, in `LITE0_DEPTHS`.

    Returns:
        The model, as `model.networks.build_network` describes it.
    """
    pixels = keras.Input((None, None, 3), name="pixels")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="preprocessing")(pixels)
    x = _convolution(x, 32, 3, stride=2, name="stem")
    blocks = [
        (expansion, filters, kernel, stride if repeat == 0 else 1)
        for expansion, filters, repeats, stride, kernel in _STAGES
        for repeat in range(repeats)
    ]
    for number, (expansion, filters, kernel, stride) in enumerate(blocks[:depth]):
        x = _inverted_residual(x, expansion, filters, kernel, stride, f"block{number}")
    return keras.Model(pixels, add_patch_head(x), name="lite0")


def _convolution(
    x: keras.KerasTensor, filters: int, kernel: int, *, stride: int = 1, activation: bool = True, name: str
) -> keras.KerasTensor:
    x = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_conv")(x)
    return _normalise(x, activation, name)


def _normalise(x: keras.KerasTensor, activation: bool, name: str) -> keras.KerasTensor:
    x = layers.BatchNormalization(epsilon=1e-3, momentum=0.99, name=f"{name}_bn")(x)
    return layers.ReLU(max_value=6.0, name=f"{name}_relu")(x) if activation else x


def _inverted_residual(
    x: keras.KerasTensor, expansion: int, filters: int, kernel: int, stride: int, name: str
) -> keras.KerasTensor:
    """A mobile inverted bottleneck: Sandler et al. 2018, "MobileNetV2"."""
    shortcut = x
    if expansion != 1:
        x = _convolution(x, shortcut.shape[-1] * expansion, 1, name=f"{name}_expand")
    x = layers.DepthwiseConv2D(kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv")(x)
    x = _normalise(x, True, f"{name}_depthwise")
    x = _convolution(x, filters, 1, activation=False, name=f"{name}_project")
    if stride == 1 and shortcut.shape[-1] == filters:
        x = layers.Add(name=f"{name}_add")([shortcut, x])
    return x
