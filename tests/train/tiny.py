"""A network of a few numbers, for tests of what happens around a network."""

from __future__ import annotations

import keras


def build_tiny() -> keras.Model:
    """Builds it. It has no dropout: Keras saves no state of its chance, so a resumed training could not be compared."""
    pixels = keras.Input((None, None, 3), name="pixels")
    x = keras.layers.Rescaling(1 / 128, offset=-127 / 128, name="preprocessing")(pixels)
    x = keras.layers.Conv2D(4, 5, strides=4, padding="same", name="first")(x)
    x = keras.layers.BatchNormalization(name="normalisation")(x)
    x = keras.layers.ReLU(name="features")(x)
    x = keras.layers.Conv2D(1, 1, name="patch_logits")(x)
    return keras.Model(pixels, keras.layers.GlobalAveragePooling2D(name="logit")(x))
