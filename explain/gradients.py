"""Logits and gradients of a detector from one forward and one backward pass.

Grad-CAM needs the gradient at a feature map, saliency the one at the pixels. One tape in one
compiled function gives both at about twice the cost of a forward pass alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explain.layers import expose_layer
from model.detector import Detector, require_crops
from model.faces import CROP_SIZE
from model.layer_names import FEATURES_LAYER

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

# Crops of one pass: eight at once take 110 MB more, which TensorFlow never gives back, and 6 to 10 % less time.
_AT_ONCE = 4


@dataclass(frozen=True)
class Gradients:
    """What one pass over a batch of crops gives.

    Attributes:
        logits: float32 (faces,), image logits.
        features: float32 (faces, rows, columns, channels), the feature map. Empty for an ensemble, which has none.
        at_features: Gradient of the logit at the feature map, same shape.
        at_pixels: Gradient of the logit at the pixels, float32 (faces, 256, 256, 3), logits a grey level.
    """

    logits: np.ndarray
    features: np.ndarray
    at_features: np.ndarray
    at_pixels: np.ndarray


def compute_gradients(detector: Detector, crops: np.ndarray, layer: str = FEATURES_LAYER) -> Gradients:
    """Runs a detector forwards and backwards.

    The gradients are of the logit, not of the probability, whose slope vanishes as soon as the
    network is sure.

    Args:
        detector: The detector.
        crops: uint8 RGB (faces, 256, 256, 3).
        layer: Name of the layer whose output is the feature map, as `explain.layers.find_layer` takes it.

    Returns:
        Logits, feature map and gradients.

    Raises:
        ValueError: If `crops` has another shape or type, or there is no such layer.
    """
    require_crops(crops)
    # Of the folded network only the convolutions' own outputs are others than those of the network.
    network = detector.network if layer in detector.folded.changed else detector.folded.network
    run = _compile(network, layer)
    parts = [run(crops[start : start + _AT_ONCE]) for start in range(0, max(len(crops), 1), _AT_ONCE)]
    return Gradients(*(np.concatenate([part.numpy() for part in same]) for same in zip(*parts, strict=True)))


def add_gradients(parts: Sequence[tuple[float, Gradients]], bias: float) -> Gradients:
    """Gives an ensemble's logits and gradients from those of its members: both are the same weighted sum.

    Args:
        parts: What the logit of each member counts, and what one pass over it gave.
        bias: What is added to the sum of the logits.

    Returns:
        Logits and gradients at the pixels; the feature maps differ from member to member, so there is no common one.
    """
    logits = sum(share * gradients.logits for share, gradients in parts) + bias
    at_pixels = sum(share * gradients.at_pixels for share, gradients in parts)
    nothing = np.zeros((len(logits), 0, 0, 0), np.float32)
    return Gradients(np.float32(logits), nothing, nothing, np.float32(at_pixels))


def compute_slopes(detector: Detector, pixels: np.ndarray) -> np.ndarray:
    """Differentiates the logit at pictures that need not be whole grey levels.

    Args:
        detector: The detector.
        pixels: float32 RGB (pictures, 256, 256, 3), 0..255 or a little beyond.

    Returns:
        float32 (pictures, 256, 256, 3), logits a grey level.
    """
    return _compile_slopes(detector.folded.network)(pixels).numpy()


def _crops_signature(values: tf.DType) -> list[tf.TensorSpec]:
    """A fixed signature: a new number of faces never traces a function again."""
    import tensorflow as tf

    return [tf.TensorSpec((None, CROP_SIZE, CROP_SIZE, 3), values)]


@functools.lru_cache(maxsize=8)
def _compile(network: keras.Model, layer: str) -> Callable[[np.ndarray], tuple[tf.Tensor, ...]]:
    # Here, not above: command line and page must answer before TensorFlow has loaded.
    import tensorflow as tf

    model = expose_layer(network, layer)

    @tf.function(input_signature=_crops_signature(tf.uint8))
    def run(crops: tf.Tensor) -> tuple[tf.Tensor, ...]:
        pixels = tf.cast(crops, tf.float32)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(pixels)
            logits, features = model(pixels, training=False)
        # Crops of a batch don't touch each other, so the gradient of the sum is that of each.
        at_features, at_pixels = tape.gradient(logits, [features, pixels])
        return logits[:, 0], features, at_features, at_pixels

    return run


@functools.lru_cache(maxsize=8)
def _compile_slopes(network: keras.Model) -> Callable[[np.ndarray], tf.Tensor]:
    import tensorflow as tf

    @tf.function(input_signature=_crops_signature(tf.float32))
    def run(pixels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(pixels)
            logits = network(pixels, training=False)
        return tape.gradient(logits, pixels)

    return run
