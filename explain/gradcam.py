"""Grad-CAM: how much each cell of a feature map adds to the logit."""

from __future__ import annotations

import numpy as np

from explain.gradients import Gradients


def grad_cam(gradients: Gradients) -> np.ndarray:
    """Weighs each channel of the feature map by its mean gradient: Selvaraju et al. 2017, "Grad-CAM".

    The ReLU of the paper is left out, so one map holds the evidence for fake (above 0) and for real
    (below 0). At the last feature map of a network with patch logits a face's values add up to its logit minus
    the bias of the head, so each is that patch's exact share.

    Args:
        gradients: What `compute_gradients` returned.

    Returns:
        float32 (faces, rows, columns), signed, in logit units.
    """
    weights = gradients.at_features.mean(axis=(1, 2), keepdims=True)
    return (weights * gradients.features).sum(axis=-1)
