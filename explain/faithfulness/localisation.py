"""Does the heat lie where the picture is known to have been changed?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explain.faithfulness.areas import hottest


@dataclass(frozen=True)
class Localisation:
    """How well a map finds a known mask. Everything is NaN for a mask that covers nothing or the whole picture.

    Attributes:
        pointing: 1 if the hottest pixel lies in the mask, 0 if not, of several equally hot ones their share: the
            pointing game of Zhang et al. 2016, "Top-down Neural Attention by Excitation Backprop", without their
            tolerance of 15 pixels.
        energy: Share of the positive heat that lies in the mask, 0..1: the energy-based pointing game of Wang et al.
            2020, "Score-CAM". NaN if no heat is positive.
        energy_ratio: `energy` over the mask's share of the picture; 1 by chance.
        overlap: Intersection over union of the mask and as many of the hottest pixels, 0..1.
        auc: Area under the ROC curve of the heat of single pixels, 0..1; 0.5 by chance.
    """

    pointing: float
    energy: float
    energy_ratio: float
    overlap: float
    auc: float


def localise(heat: np.ndarray, mask: np.ndarray) -> Localisation:
    """Compares a map with where a picture was changed.

    Only for maps that say which pixels speak for fake. A sensitivity such as saliency may be quite right and lie
    elsewhere.

    Args:
        heat: float (256, 256), finite; larger is more evidence for fake.
        mask: bool (256, 256), True where the picture was changed.

    Returns:
        The figures.

    Raises:
        ValueError: If the shapes differ or `mask` is not bool.
    """
    if heat.shape != mask.shape or mask.dtype != bool:
        raise ValueError(
            "`mask` must be bool and have the shape of `heat`. "
            f"Received: dtype {mask.dtype}, shapes {mask.shape} and {heat.shape}"
        )
    if mask.all() or not mask.any():
        return Localisation(*[math.nan] * 5)
    from sklearn.metrics import roc_auc_score  # loads slowly, and only this needs it

    positive = np.maximum(heat, 0).astype(np.float64)
    energy = float(positive[mask].sum() / positive.sum()) if positive.any() else math.nan
    found = hottest(heat, float(mask.mean()))
    return Localisation(
        pointing=float(mask[heat == heat.max()].mean()),
        energy=energy,
        energy_ratio=energy / float(mask.mean()),
        overlap=float((found & mask).sum() / (found | mask).sum()),
        auc=float(roc_auc_score(mask.ravel(), heat.ravel())),
    )
