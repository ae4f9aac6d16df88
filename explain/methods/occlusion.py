"""Occlusion: how the answer changes when a window of the crop is hidden."""

from __future__ import annotations

import numpy as np

from explain.imputation import transplant
from explain.methods.method import Maps
from explain.probe import Probe
from model.faces import CROP_SIZE

WINDOW = 48
STRIDE = 24
# The centres of the windows: 8, 32, ... 248, as far from one edge of the crop as from the other.
FIRST = 7.5
CENTRES = np.arange(FIRST, CROP_SIZE, STRIDE)


def occlusion(probe: Probe) -> Maps:
    """Hides one window after the other and takes the loss of logit: Zeiler & Fergus 2014.

    The window is filled with another part of the picture, the least suspicious of the ways to hide it that were tried.

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (11, 11) for each face, one value for every window of 48 x 48 pixels, 24 apart, signed, in logits:
        above 0 where hiding made the face look less fake.
    """
    to_crop = np.array([[STRIDE, 0.0, FIRST], [0.0, STRIDE, FIRST]])
    maps = np.empty((len(probe.crops), len(CENTRES), len(CENTRES)), np.float32)
    for face, crop in enumerate(probe.crops.astype(np.float32)):
        generator = np.random.default_rng(0)
        for row, y in enumerate(CENTRES):
            hidden = np.stack([transplant(crop, _window(x, y), generator) for x in CENTRES])
            maps[face, row] = probe.gradients.logits[face] - probe.logits(hidden)
            probe.report((face + (row + 1) / len(CENTRES)) / len(probe.crops))
    return Maps(maps, to_crop)


def _window(x: float, y: float) -> np.ndarray:
    """Boolean (256, 256), true in the window around a centre."""
    pixels = np.arange(CROP_SIZE)
    across, down = (np.abs(pixels - centre) < WINDOW / 2 for centre in (x, y))
    return down[:, None] & across[None, :]
