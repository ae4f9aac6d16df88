"""The networks that generate faces are put together from: backend-neutral Keras 3, for any size that is a power of two.

Convolutions of 4 x 4 with stride 2, as in DCGAN (Radford et al. 2016), of a fifth of its cost: 53 million
multiplications a face of 64 x 64 for the generator, 28 for the discriminator.
"""

from __future__ import annotations

import keras
from keras import layers

LATENT = 128
"""Number of values that a face is made from."""
_START = 4
# Channels of the generator's features with sides of 4, 8, 16 ... pixels, and of the discriminator's.
_WIDTHS = (256, 128, 96, 64, 32)
_DISCRIMINATOR_WIDTHS = (256, 128, 64, 32, 16)


def build_generator(size: int) -> keras.Model:
    """Builds an untrained generator.

    Every layer adds what it knows of the picture to that of the layer before, enlarged (skip connections of Karras et
    al. 2020, StyleGAN2): coarse shapes are there after minutes. Features are normalised over their channels (Karras et
    al. 2018), which, unlike normalisation over a batch, is the same in training and in use.

    Args:
        size: Side of the faces in pixels, a power of two from 16 to 128.

    Returns:
        A model from noise, float32 (batch, 128), to RGB, float32 (batch, size, size, 3), -1..1.
    """
    noise = keras.Input((LATENT,), name="noise")
    x = layers.Dense(_START * _START * _WIDTHS[0], name="start")(noise)
    x = _activate(layers.Reshape((_START, _START, _WIDTHS[0]))(x))
    picture = layers.Conv2D(3, 1, kernel_initializer=_faint(), name="picture_4")(x)
    for step in range(1, _steps(size)):
        side = _START * 2**step
        x = _activate(layers.Conv2DTranspose(_WIDTHS[step], 4, strides=2, padding="same", name=f"features_{side}")(x))
        part = layers.Conv2D(3, 1, kernel_initializer=_faint(), name=f"picture_{side}")(x)
        picture = layers.Add()([_enlarge(picture), part])
    part = layers.Conv2DTranspose(3, 4, strides=2, padding="same", kernel_initializer=_faint(), name=f"picture_{size}")(
        x
    )
    picture = layers.Add()([_enlarge(picture), part])
    return keras.Model(noise, layers.Activation("tanh")(picture), name="generator")


def build_discriminator(size: int) -> keras.Model:
    """Builds an untrained discriminator.

    Nothing in it is normalised. With spectral normalisation (Miyato et al. 2018) in every layer it could hardly tell
    anything apart: its loss stayed at 1.95 of 2, and after 26 epochs on 7,124 faces there were smears where without it
    there are faces after 5.

    Args:
        size: Side of the faces in pixels, a power of two from 16 to 128.

    Returns:
        A model from RGB -1..1, (batch, size, size, 3), to a score, (batch, 1), higher for real.
    """
    pixels = keras.Input((size, size, 3), name="pixels")
    x = layers.Conv2D(_DISCRIMINATOR_WIDTHS[0], 3, padding="same")(_shrink(pixels, size))
    x = layers.Flatten()(layers.LeakyReLU(0.2)(x))
    return keras.Model(pixels, layers.Dense(1)(x), name="discriminator")


def build_encoder(size: int) -> keras.Model:
    """Builds an untrained encoder.

    Args:
        size: Side of the faces in pixels, a power of two from 16 to 128.

    Returns:
        A model from RGB -1..1, (batch, size, size, 3), to (batch, 256): the mean of 128 values and the logarithm of
        the variance of each.
    """
    pixels = keras.Input((size, size, 3), name="pixels")
    x = layers.Flatten()(_shrink(pixels, size))
    return keras.Model(pixels, layers.Dense(2 * LATENT, name="distribution")(x), name="encoder")


def _steps(size: int) -> int:
    """Counts the doublings from 4 pixels to the size."""
    steps = size.bit_length() - _START.bit_length()
    if size != _START * 2**steps or not 2 <= steps <= len(_WIDTHS):
        raise ValueError(f"`size` must be 16, 32, 64 or 128. Received: size={size}")
    return steps


def _activate(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.RMSNormalization()(layers.LeakyReLU(0.2)(x))


def _faint() -> keras.Initializer:
    """Starts pictures near grey: the sum of the layers would else be black and white, where tanh learns nothing."""
    return keras.initializers.VarianceScaling(0.01)


def _enlarge(picture: keras.KerasTensor) -> keras.KerasTensor:
    return layers.UpSampling2D(2, interpolation="bilinear")(picture)


def _shrink(x: keras.KerasTensor, size: int) -> keras.KerasTensor:
    for step in reversed(range(_steps(size))):
        x = layers.LeakyReLU(0.2)(layers.Conv2D(_DISCRIMINATOR_WIDTHS[step], 4, strides=2, padding="same")(x))
    return x
