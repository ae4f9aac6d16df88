"""What tf-keras-vis is given instead of the whole network."""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING

import numpy as np

from explain.gradients import Gradients

if TYPE_CHECKING:
    import keras

LAYER = "features"


def tangent_network(gradients: Gradients, face: int, sign: float) -> keras.Model:
    """Builds the network that is linear in the feature map and has a face's gradient there.

    Grad-CAM++ and LayerCAM ask a network for nothing else. The whole one would be run again, layer by layer, at ten
    times the cost of a forward pass, and tf-keras-vis can't look into a network inside a network. The answer for the
    face itself is 0: Grad-CAM++ explains exp(answer), and with exp(0) = 1 its map is in logits like the others.

    Args:
        gradients: What `compute_gradients` returned.
        face: Index of the face.
        sign: 1 for evidence for fake, -1 for real.

    Returns:
        A model from a feature map (1, rows, columns, channels), through its layer `LAYER`, to `sign` times what the
        logit gains, (1, 1).
    """
    import keras

    features, slope = gradients.features[face], gradients.at_features[face]
    bias = -np.sum(slope * features, dtype=np.float64)
    given = keras.Input(features.shape)
    x = keras.layers.Identity(name=LAYER)(given)
    head = keras.layers.Dense(1)
    network = keras.Model(given, head(keras.layers.Flatten()(x)))
    head.set_weights([sign * slope.reshape(-1, 1), np.array([sign * bias])])
    return network


def import_from_library(module: str, name: str) -> type:
    """Imports a method of tf-keras-vis, which takes SciPy's zoom from a namespace that SciPy 2 will drop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return getattr(importlib.import_module(f"tf_keras_vis.{module}"), name)


def both_signs(gradients: Gradients, method: type) -> np.ndarray:
    """Runs a method of tf-keras-vis for fake and for real and joins the two maps to a signed one.

    Args:
        gradients: What `compute_gradients` returned.
        method: A class of tf-keras-vis, such as `Layercam`.

    Returns:
        float32 (faces, rows, columns), the map for fake minus the map for real.
    """
    maps = np.zeros(gradients.features.shape[:3], np.float32)
    for face in range(len(maps)):
        for sign in (1.0, -1.0):
            found = method(tangent_network(gradients, face, sign), clone=False)(
                lambda output: output[:, 0],
                gradients.features[face : face + 1],
                penultimate_layer=LAYER,
                seek_penultimate_conv_layer=False,
                expand_cam=False,
                normalize_cam=False,
            )
            maps[face] += sign * np.asarray(found)[0]
    return maps
