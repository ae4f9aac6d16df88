"""SmoothGrad: saliency without the accidents of a single picture."""

from __future__ import annotations

import numpy as np

from explain.methods.method import Maps
from explain.methods.saliency import PIXELS
from explain.probe import Probe

SAMPLES = 16
# Smilkov et al. take a tenth to a fifth of the range of values, which would drown the fine traces that this
# network looks for.
NOISE = 5.0
_AT_ONCE = 4


def smoothgrad(probe: Probe) -> Maps:
    """Averages the gradient over noisy copies of the crop: Smilkov et al. 2017, "SmoothGrad".

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (256, 256) for each face, 0 or more, in logits a grey level: the largest magnitude over the colours of
        the mean of 16 gradients, with normal noise of 5 grey levels, the same in every run.
    """
    maps = []
    for face, crop in enumerate(probe.crops.astype(np.float32)):
        generator = np.random.default_rng(0)
        total = np.zeros_like(crop)
        for start in range(0, SAMPLES, _AT_ONCE):
            noise = generator.normal(0, NOISE, (_AT_ONCE, *crop.shape)).astype(np.float32)
            total += probe.slopes(crop + noise).sum(axis=0)
            probe.report((face + (start + _AT_ONCE) / SAMPLES) / len(probe.crops))
        maps.append(np.abs(total / SAMPLES).max(axis=-1))
    return Maps(np.stack(maps), PIXELS)
