"""Small networks to compare with: what a detector has to beat.

They end in dense layers, so they take crops of 256 x 256 pixels only and have no logit per patch.
"""

from __future__ import annotations

import keras
from keras import layers

from model.faces import CROP_SIZE
from model.layer_names import FEATURES_LAYER, LOGIT_LAYER


def build_meso4() -> keras.Model:
    """Builds Meso-4: Afchar et al. 2018, "MesoNet".

    27,977 trainable parameters. The sigmoid of the paper is left out, as everywhere here: the answer is a logit.

    Returns:
        The model, as `model.networks.build_network` describes it, without patch logits.
    """
    pixels, x = _pixels(1)
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="convolution1")(x)
    x = _normalise_and_pool(x, "1")
    x = layers.Conv2D(8, 5, padding="same", activation="relu", name="convolution2")(x)
    x = _normalise_and_pool(x, "2")
    return keras.Model(pixels, _meso_end(x), name="meso4")


def build_mesoinception4() -> keras.Model:
    """Builds MesoInception-4: Afchar et al. 2018, "MesoNet".

    28,615 trainable parameters: `meso4` with its first two convolutions replaced by inception blocks.

    Returns:
        The model, as `model.networks.build_network` describes it, without patch logits.
    """
    pixels, x = _pixels(1)
    x = _inception(x, (1, 4, 4, 2), "inception1")
    x = _normalise_and_pool(x, "1")
    x = _inception(x, (2, 4, 4, 2), "inception2")
    x = _normalise_and_pool(x, "2")
    return keras.Model(pixels, _meso_end(x), name="mesoinception4")


def build_cnn4() -> keras.Model:
    """Builds a plain network of four unpadded convolutions that sees crops at 64 x 64 pixels.

    82,081 parameters.

    Returns:
        The model, as `model.networks.build_network` describes it, without patch logits.
    """
    pixels, x = _pixels(4)
    for number, filters in enumerate((32, 32, 64, 64), start=1):
        if number > 1:
            x = layers.MaxPooling2D(2, name=f"pooling{number - 1}")(x)
        x = layers.Conv2D(filters, 3, activation="relu", name=f"convolution{number}")(x)
    return keras.Model(pixels, _dense_head(x, 64), name="cnn4")


def build_cnn_small() -> keras.Model:
    """Builds a plain network of two unpadded convolutions that sees crops at 128 x 128 pixels.

    7,392,449 parameters, nearly all of them between the last feature map and the hidden layer.

    Returns:
        The model, as `model.networks.build_network` describes it, without patch logits.
    """
    pixels, x = _pixels(2)
    x = layers.Conv2D(32, 3, activation="relu", name="convolution1")(x)
    x = layers.MaxPooling2D(2, name="pooling1")(x)
    x = layers.Conv2D(64, 3, activation="relu", name="convolution2")(x)
    return keras.Model(pixels, _dense_head(x, 128), name="cnn-small")


def _pixels(shrink: int) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The input, and its values as 0..1 at a side of 256 / `shrink` pixels."""
    pixels = keras.Input((CROP_SIZE, CROP_SIZE, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="preprocessing")(pixels)
    if shrink > 1:
        # To a whole fraction of the side, the mean over squares is what resizing by area does.
        x = layers.AveragePooling2D(shrink, name="resizing")(x)
    return pixels, x


def _normalise_and_pool(x: keras.KerasTensor, number: str) -> keras.KerasTensor:
    x = layers.BatchNormalization(name=f"normalisation{number}")(x)
    return layers.MaxPooling2D(2, name=f"pooling{number}")(x)


def _meso_end(x: keras.KerasTensor) -> keras.KerasTensor:
    """The third and fourth convolution and the dense head, the same in both networks of the paper."""
    x = layers.Conv2D(16, 5, padding="same", activation="relu", name="convolution3")(x)
    x = _normalise_and_pool(x, "3")
    x = layers.Conv2D(16, 5, padding="same", activation="relu", name="convolution4")(x)
    # The map before the last pooling: after it, 8 x 8 cells are left, and a heatmap would show little.
    x = layers.BatchNormalization(name=FEATURES_LAYER)(x)
    x = layers.MaxPooling2D(4, name="pooling4")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(0.5, name="dropout1")(x)
    x = layers.Dense(16, name="hidden")(x)
    x = layers.LeakyReLU(negative_slope=0.1, name="hidden_relu")(x)
    x = layers.Dropout(0.5, name="dropout2")(x)
    return layers.Dense(1, name=LOGIT_LAYER, dtype="float32")(x)


def _inception(x: keras.KerasTensor, filters: tuple[int, int, int, int], name: str) -> keras.KerasTensor:
    """Four branches side by side: one of 1 x 1, three of 3 x 3 with pixels 1, 2 and 3 apart."""
    branches = [layers.Conv2D(filters[0], 1, activation="relu", name=f"{name}_point")(x)]
    for dilation, count in enumerate(filters[1:], start=1):
        branch = layers.Conv2D(count, 1, activation="relu", name=f"{name}_reduce{dilation}")(x)
        branches.append(
            layers.Conv2D(
                count, 3, padding="same", dilation_rate=dilation, activation="relu", name=f"{name}_dilated{dilation}"
            )(branch)
        )
    return layers.Concatenate(name=f"{name}_join")(branches)


def _dense_head(x: keras.KerasTensor, units: int) -> keras.KerasTensor:
    """The last feature map, pooled, through one hidden layer to the logit."""
    x = layers.Activation("linear", name=FEATURES_LAYER)(x)
    x = layers.MaxPooling2D(2, name="last_pooling")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(units, activation="relu", name="hidden")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    return layers.Dense(1, name=LOGIT_LAYER, dtype="float32")(x)
