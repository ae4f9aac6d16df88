"""The head of every network that answers for patches: linear, so that each patch's share of the answer is exact."""

from __future__ import annotations

import keras
from keras import layers

from model.layer_names import FEATURES_LAYER, LOGIT_LAYER, PATCH_LAYER


def add_patch_head(x: keras.KerasTensor) -> keras.KerasTensor:
    """Adds one logit per patch by a 1x1 convolution; the image logit is their mean.

    Because the head is linear and the pooling a mean, each patch's share of the image logit is
    exact: this is class activation mapping (Zhou et al. 2016) without its approximations.

    Args:
        x: The last feature map, (batch, rows, columns, channels); the layer `features` hands it on unchanged.

    Returns:
        The image logit, (batch, 1).
    """
    features = layers.Activation("linear", name=FEATURES_LAYER)(x)
    x = layers.SpatialDropout2D(0.2, name="dropout")(features)
    # From zero: the features of ImageNet are large, and a random head would first be shouted down.
    patch_logits = layers.Conv2D(1, 1, kernel_initializer="zeros", name=PATCH_LAYER, dtype="float32")(x)
    return layers.GlobalAveragePooling2D(name=LOGIT_LAYER, dtype="float32")(patch_logits)
