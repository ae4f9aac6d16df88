"""Runs the detector over many crops, as they are or altered."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from tqdm import tqdm

from model.detector import Detector
from train.crops import CropSet
from train.datasets import DataError

_BATCH = 32

Alteration = Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]
"""From a crop, uint8 RGB (256, 256, 3), its landmarks, (5, 2), and a source of chance to the altered crop."""


def score_crops(
    detector: Detector, crops: CropSet, bar: tqdm, *, alter: Alteration | None = None, seed: int = 0
) -> np.ndarray:
    """Gives the logit of every crop.

    Args:
        detector: The detector.
        crops: The crops.
        bar: Progress, a step a crop.
        alter: What to do to each crop first; nothing if None.
        seed: Seed of the alteration; a crop meets the same chance in every alteration and every part of the data.

    Returns:
        float64 (samples,), finite.

    Raises:
        DataError: If the network's answer to a picture is not a number.
    """
    logits = np.empty(len(crops.samples))
    for start in range(0, len(logits), _BATCH):
        part = slice(start, start + _BATCH)
        batch = np.asarray(crops.pixels[crops.rows[part]])
        if alter is not None:
            chances = [np.random.default_rng([seed, int(row)]) for row in crops.rows[part]]
            altered = zip(batch, crops.landmarks[part], chances, strict=True)
            batch = np.stack([alter(crop, landmarks, chance) for crop, landmarks, chance in altered])
        logits[part] = detector.logits(batch)
        bar.update(len(batch))
    broken = np.flatnonzero(~np.isfinite(logits))
    if len(broken):
        raise DataError(
            f"{crops.samples[broken[0]].path}: the network's answer is not a number, so nothing can be measured. "
            f"Received: {logits[broken[0]]}. Are these the weights of a training that went well?"
        )
    return logits
