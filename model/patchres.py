"""A small residual network that is trained from scratch and sees what upsampling leaves behind."""

from __future__ import annotations

import keras
from keras import layers

from model.patch_head import add_patch_head

# (filters, stride) of the residual blocks: the first three bring the map to one cell for 8 x 8 pixels.
_BLOCKS = ((48, 2), (48, 1), (96, 2), (96, 1), (96, 1), (96, 1), (96, 1), (96, 1))
PATCHRES_DEPTHS = range(3, len(_BLOCKS) + 1)
"""How many residual blocks there can be; each of those after the third widens what a patch sees by 32 pixels."""


def build_patchres(depth: int = 4) -> keras.Model:
    """Builds a residual network with a linear head on every patch.

    0.38 million parameters; one patch for every 8 x 8 pixels, which sees 90 x 90. Its blocks are those of He et al.
    2016, "Deep Residual Learning". Beside the colours it gets neighbouring pixel relations: Tan et al. 2024,
    "Rethinking the Up-Sampling Operations in CNN-based Generative Network".

    Args:
        depth: Number of residual blocks, in `PATCHRES_DEPTHS`.

    Returns:
        The model, as `model.networks.build_network` describes it; height and width must be even.
    """
    pixels = keras.Input((None, None, 3), name="pixels")
    colours = layers.Rescaling(1 / 127.5, offset=-1, name="preprocessing")(pixels)
    x = layers.Concatenate(name="colours_and_relations")([colours, _pixel_relations(colours)])
    # A kernel of 6 at stride 2 is a kernel of 3 on squares of 2 x 2 pixels laid behind one another: every pixel keeps
    # a weight of its own, as pooling wouldn't let it.
    x = _convolution(x, 32, 6, stride=2, name="stem")
    x = layers.ReLU(name="stem_relu")(x)
    for number, (filters, stride) in enumerate(_BLOCKS[:depth]):
        x = _residual(x, filters, stride, f"block{number}")
    return keras.Model(pixels, add_patch_head(x), name="patchres")


def _pixel_relations(colours: keras.KerasTensor) -> keras.KerasTensor:
    """What squares of 2 x 2 pixels lose when all four are set to the first, as upsampling by two leaves them."""
    x = layers.MaxPooling2D(1, strides=2, name="first_of_each_square")(colours)
    x = layers.UpSampling2D(2, interpolation="nearest", name="squares")(x)
    x = layers.Subtract(name="relations")([colours, x])
    # Neighbours differ by little: brought to the spread of the colours, they are heard from the first step.
    return layers.BatchNormalization(name="relations_bn")(x)


def _convolution(x: keras.KerasTensor, filters: int, kernel: int, *, stride: int = 1, name: str) -> keras.KerasTensor:
    x = layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(x)
    return layers.BatchNormalization(name=f"{name}_bn")(x)


def _residual(x: keras.KerasTensor, filters: int, stride: int, name: str) -> keras.KerasTensor:
    shortcut = x
    if stride != 1 or shortcut.shape[-1] != filters:
        shortcut = _convolution(x, filters, 1, stride=stride, name=f"{name}_shortcut")
    x = _convolution(x, filters, 3, stride=stride, name=f"{name}_first")
    x = layers.ReLU(name=f"{name}_first_relu")(x)
    x = _convolution(x, filters, 3, name=f"{name}_second")
    x = layers.Add(name=f"{name}_add")([x, shortcut])
    return layers.ReLU(name=f"{name}_relu")(x)
