"""A heatmap as numbers: raw and signed until it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from model.faces import CROP_SIZE


@dataclass(frozen=True)
class Heatmap:
    """Where in a crop the evidence lies.

    Attributes:
        values: float32 (height, width) at the method's own resolution. Signed methods are in logit
            units, above 0 for what speaks for fake and below 0 for what speaks for real.
        method: Name of the method, a key of `explain.METHODS`.
        signed: Whether the sign means anything; unsigned values are 0 or more.
        to_crop: float64 (2, 3), affine map from (column, row) of a value to crop pixels; whole numbers
            are centres on both sides.
    """

    values: np.ndarray
    method: str
    signed: bool
    to_crop: np.ndarray

    def on_crop(self) -> np.ndarray:
        """Enlarges the values to the crop, each at its true place: float32 (256, 256), same unit."""
        return cv2.warpAffine(
            self.values, self.to_crop, (CROP_SIZE, CROP_SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
