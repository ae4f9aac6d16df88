"""Saliency: how strongly each pixel could sway the logit."""

from __future__ import annotations

import numpy as np

from explain.gradients import Gradients


def saliency(gradients: Gradients) -> np.ndarray:
    """Takes the largest absolute gradient over the colours: Simonyan et al. 2014, "Deep Inside Convolutional Networks".

    It tells where a small change would matter most, not for which answer, so it has no sign.

    Args:
        gradients: What `compute_gradients` returned.

    Returns:
        float32 (faces, 256, 256), 0 or more, in logits a grey level.
    """
    return np.abs(gradients.at_pixels).max(axis=-1)
