"""Network builders by name, in backend-neutral Keras 3.

Every network takes RGB crops with values 0..255 and answers with a *logit* per crop (`logit`), positive
for fake. `lite0` also has a logit per patch (`patch_logits`), whose mean is that of the crop; the baselines,
built to be compared with, end in dense layers instead. The preprocessing is a layer of the network, so
training and use can't differ in it.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
from keras import layers

from model.baselines import build_cnn2, build_cnn4, build_meso4, build_mesoinception4
from model.layer_names import FEATURES_LAYER, LOGIT_LAYER, PATCH_LAYER

# (expansion, filters, repeats, stride, kernel) of the stages of EfficientNet-Lite0: Tan & Le 2019,
# "EfficientNet", without squeeze-and-excitation, with ReLU6, stem and head unscaled.
_LITE0_STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
)


def build_network(name: str) -> keras.Model:
    """Builds a network with fresh weights.

    Args:
        name: A key of `NETWORKS`.

    Returns:
        A functional model from crops (batch, height, width, 3), RGB 0..255, to the image logit
        (batch, 1). Height and width are any for `lite0` and 256 for the baselines. Its layers `features` and
        `logit` hold the last feature map and the image logit; `lite0` has `patch_logits`, one logit per
        patch, between them.

    Raises:
        ValueError: If there is no network of that name.
    """
    if name not in NETWORKS:
        raise ValueError(f"`name` must be one of {sorted(NETWORKS)}. Received: name={name!r}")
    return NETWORKS[name]()


def build_lite0() -> keras.Model:
    """Builds EfficientNet-Lite0 cut after block 10, with a linear head on every patch.

    0.72 million parameters; one patch for every 16 x 16 pixels.

    Returns:
        The model, as `build_network` describes it.
    """
    pixels = keras.Input((None, None, 3), name="pixels")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="preprocessing")(pixels)
    x = _convolution(x, 32, 3, stride=2, name="stem")
    block = 0
    for expansion, filters, repeats, stride, kernel in _LITE0_STAGES:
        for repeat in range(repeats):
            x = _inverted_residual(x, expansion, filters, kernel, stride if repeat == 0 else 1, f"block{block}")
            block += 1
    features = layers.Activation("linear", name=FEATURES_LAYER)(x)
    return keras.Model(pixels, _patch_head(features), name="lite0")


def _patch_head(features: keras.KerasTensor) -> keras.KerasTensor:
    """One logit per patch by a 1x1 convolution; the image logit is their mean.

    Because the head is linear and the pooling a mean, each patch's share of the image logit is
    exact: this is class activation mapping (Zhou et al. 2016) without its approximations.
    """
    x = layers.SpatialDropout2D(0.2, name="dropout")(features)
    # From zero: the features of ImageNet are large, and a random head would first be shouted down.
    patch_logits = layers.Conv2D(1, 1, kernel_initializer="zeros", name=PATCH_LAYER, dtype="float32")(x)
    return layers.GlobalAveragePooling2D(name=LOGIT_LAYER, dtype="float32")(patch_logits)


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


NETWORKS: dict[str, Callable[[], keras.Model]] = {
    "lite0": build_lite0,
    "meso4": build_meso4,
    "mesoinception4": build_mesoinception4,
    "cnn4": build_cnn4,
    "cnn2": build_cnn2,
}
