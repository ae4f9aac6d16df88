"""Integrated gradients: what each pixel added on the way from another part of the picture to the face."""

from __future__ import annotations

import numpy as np

from explain.methods.elsewhere import move_crops
from explain.methods.method import Maps
from explain.methods.saliency import PIXELS
from explain.probe import Probe

STEPS = 24
_AT_ONCE = 4


def integrated_gradients(probe: Probe) -> Maps:
    """Integrates the gradient along the line from the moved crop to the crop: Sundararajan et al. 2017.

    "Axiomatic Attribution for Deep Networks". The values should add up to the difference of the two logits
    (completeness); with a finite number of steps they miss it, and by how much is said.

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (256, 256) for each face, signed, in logits a pixel, summed over the colours; midpoint rule with 24
        steps. `gaps` is sum of the map minus difference of the logits.
    """
    starts = move_crops(probe.crops)
    maps = []
    shares = (np.arange(STEPS, dtype=np.float32) + 0.5) / STEPS
    for face, (crop, start) in enumerate(zip(probe.crops.astype(np.float32), starts, strict=True)):
        total = np.zeros_like(crop)
        for first in range(0, STEPS, _AT_ONCE):
            part = shares[first : first + _AT_ONCE, None, None, None]
            total += probe.slopes(start + part * (crop - start)).sum(axis=0)
            probe.report((face + (first + len(part)) / STEPS) / len(probe.crops))
        maps.append(((crop - start) * total / STEPS).sum(axis=-1))
    values = np.stack(maps)
    difference = probe.gradients.logits - probe.logits(starts)
    return Maps(values, PIXELS, values.sum(axis=(1, 2), dtype=np.float64).astype(np.float32) - difference)
