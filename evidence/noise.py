"""Noise residual: the grain of a picture without the picture."""

from __future__ import annotations

import cv2
import numpy as np

from evidence.pixels import require_rgb

WINDOW = 3
# A residual of 16 levels of 255 is drawn white or black.
FACTOR = 8


def noise_residual(pixels: np.ndarray) -> np.ndarray:
    """Draws the luminance of a picture minus its median over 3 × 3 pixels.

    A camera leaves its grain everywhere; a part that was painted, generated, smoothed or taken from another photo may
    have more of it, less, or another kind. Flat, over-exposed and strongly compressed parts have little in any photo.

    Args:
        pixels: uint8 RGB (height, width, 3).

    Returns:
        uint8 RGB (height, width, 3), grey: 128 plus 8 times the residual, cut off at 0 and 255.

    Raises:
        ValueError: If `pixels` is not of that kind.
    """
    require_rgb(pixels)
    luminance = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    residual = cv2.subtract(luminance, cv2.medianBlur(luminance, WINDOW), dtype=cv2.CV_16S)
    grey = np.clip(128 + FACTOR * residual, 0, 255).astype(np.uint8)
    return cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
