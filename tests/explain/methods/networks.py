"""Networks whose maps can be worked out by hand, wrapped as detectors."""

import keras
import numpy as np
from keras import layers

from model.calibration import Calibration
from model.detector import Detector
from model.faces import CROP_SIZE

BIAS = 0.25


def as_detector(network: keras.Model) -> Detector:
    return Detector(network, Calibration(1.0, 0.3, 0.7), {"network": "by hand", "weights": {"sha256": "0" * 64}})


def linear_detector(weights: np.ndarray) -> Detector:
    """logit = sum(weights * pixels) + 0.25, and the feature map is the picture itself.

    Args:
        weights: (256, 256, 3).
    """
    pixels = keras.Input((CROP_SIZE, CROP_SIZE, 3), name="pixels")
    features = layers.Identity(name="features")(pixels)
    head = layers.Dense(1, name="logit")
    network = keras.Model(pixels, head(layers.Flatten()(features)))
    head.set_weights([weights.reshape(-1, 1), np.array([BIAS])])
    return as_detector(network)


def pooled_detector(weights: np.ndarray, cell: int = 16) -> Detector:
    """logit = mean over cells of sum(weights * mean colour of the cell) + 0.25.

    Args:
        weights: (3,), one for each colour.
        cell: Side of a cell in pixels.
    """
    pixels = keras.Input((CROP_SIZE, CROP_SIZE, 3), name="pixels")
    features = layers.AveragePooling2D(cell, name="features")(pixels)
    head = layers.Dense(1, name="logit")
    network = keras.Model(pixels, head(layers.GlobalAveragePooling2D()(features)))
    head.set_weights([np.reshape(weights, (3, 1)), np.array([BIAS])])
    return as_detector(network)


def patch_detector(threshold: float = 128.0) -> Detector:
    """logit = mean over patches of 16 x 16 of relu(red - threshold) / 100: not linear, but one channel a patch."""
    pixels = keras.Input((CROP_SIZE, CROP_SIZE, 3), name="pixels")
    red = layers.Conv2D(1, 1, activation="relu", name="red")
    features = layers.AveragePooling2D(16, name="features")(red(pixels))
    head = layers.Dense(1, name="logit")
    network = keras.Model(pixels, head(layers.GlobalAveragePooling2D()(features)))
    red.set_weights([np.array([1.0, 0.0, 0.0]).reshape(1, 1, 3, 1), np.array([-threshold])])
    head.set_weights([np.array([[0.01]]), np.array([BIAS])])
    return as_detector(network)


def nested_detector(*, padded: bool = False) -> Detector:
    """A backbone inside a network, as transfer learning makes it: two convolutions of stride 2, then a linear head."""
    inner = keras.Input((None, None, 3))
    x = inner
    if padded:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    x = layers.Conv2D(6, 3, strides=2, padding="valid" if padded else "same", activation="relu", name="stem")(x)
    y = layers.Conv2D(6, 3, padding="same", activation="relu", name="middle")(x)
    x = layers.Add(name="sum")([x, y])
    x = layers.Conv2D(8, 3, strides=2, padding="same", name="top")(x)
    backbone = keras.Model(inner, x, name="backbone")
    pixels = keras.Input((CROP_SIZE, CROP_SIZE, 3), name="pixels")
    x = layers.Rescaling(1 / 128, offset=-1, name="preprocessing")(pixels)
    x = layers.Activation("linear", name="features")(backbone(x))
    network = keras.Model(pixels, layers.Dense(1, name="logit")(layers.GlobalAveragePooling2D()(x)))
    generator = np.random.default_rng(3)
    network.set_weights([generator.normal(0, 0.3, weight.shape) for weight in network.get_weights()])
    return as_detector(network)
