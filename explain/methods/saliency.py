"""Saliency: how strongly each pixel could sway the logit."""

from __future__ import annotations

import numpy as np

from explain.methods.method import Maps
from explain.probe import Probe

PIXELS = np.eye(2, 3)
"""Place of values that stand for pixels."""


def saliency(probe: Probe) -> Maps:
    """Takes the largest absolute gradient over the colours: Simonyan et al. 2014, "Deep Inside Convolutional Networks".

    It tells where a small change would matter most, not for which answer, so it has no sign.

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (256, 256) for each face, 0 or more, in logits a grey level.
    """
    red, green, blue = np.moveaxis(np.abs(probe.gradients.at_pixels), -1, 0)
    # Ten times as fast as the maximum over the last axis.
    return Maps(np.maximum(np.maximum(red, green), blue), PIXELS)
