"""A heatmap as numbers: raw and signed until it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from model.faces import CROP_SIZE

_LARGEST = 1e30


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
        spread: Standard deviation of the Gaussian, in crop pixels, that turns values of single pixels into their
            local density; 0 for maps of patches.
        gap: For methods that promise to add up to a difference of logits, by how many logits they miss it.
    """

    values: np.ndarray
    method: str
    signed: bool
    to_crop: np.ndarray
    spread: float = 0.0
    gap: float | None = None

    def on_crop(self) -> np.ndarray:
        """Enlarges the values to the crop, each at its true place, as they are drawn.

        Returns:
            float32 (256, 256), same unit; 0 where a value is not a number.
        """
        values = np.nan_to_num(self.values, nan=0.0, posinf=0.0, neginf=0.0)
        # So that no difference of two of them is infinite.
        values = np.clip(values, -_LARGEST, _LARGEST)
        enlarged = enlarge(values, self.to_crop)
        # Values of single pixels are sand; the eye needs their local density.
        return cv2.GaussianBlur(enlarged, (0, 0), self.spread) if self.spread else enlarged


def enlarge(values: np.ndarray, to_crop: np.ndarray) -> np.ndarray:
    """Enlarges a map to the crop, linearly between the places of its values.

    Args:
        values: float32 (rows, columns).
        to_crop: float64 (2, 3), affine map from (column, row) of a value to crop pixels.

    Returns:
        float32 (256, 256); beyond the outermost values these are repeated.
    """
    return cv2.warpAffine(
        values, to_crop, (CROP_SIZE, CROP_SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
