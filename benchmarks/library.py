"""Maps as tf-keras-vis makes them by default, to compare with."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

_SAMPLES = 16


def library_methods(network: keras.Model) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Builds tf-keras-vis' methods for a flat network with one logit.

    Its Score-CAM is missing: over one output its softmax makes all weights equal.

    Args:
        network: The network, with a layer `features`.

    Returns:
        By our names of the methods: from crops, uint8 (faces, 256, 256, 3), to maps (faces, 256, 256), enlarged by the
        library's own rule and stretched to 0..1.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from tf_keras_vis.gradcam import Gradcam
        from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
        from tf_keras_vis.layercam import Layercam
        from tf_keras_vis.saliency import Saliency

    layer = {"penultimate_layer": "features", "seek_penultimate_conv_layer": False}
    methods = {
        "grad-cam": partial(Gradcam(network, clone=True), **layer),
        "grad-cam++": partial(GradcamPlusPlus(network, clone=True), **layer),
        "layercam": partial(Layercam(network, clone=True), **layer),
        "saliency": Saliency(network, clone=True),
        "smoothgrad": partial(Saliency(network, clone=True), smooth_samples=_SAMPLES, smooth_noise=0.02),
    }
    return {name: partial(_run, method) for name, method in methods.items()}


def _run(method: Callable[..., np.ndarray], crops: np.ndarray) -> np.ndarray:
    return np.asarray(method(lambda output: output[:, 0], crops.astype(np.float32)))
