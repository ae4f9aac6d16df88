"""The kind of picture that the views take."""

from __future__ import annotations

import numpy as np


def require_rgb(pixels: np.ndarray) -> None:
    """Refuses what is no picture.

    Args:
        pixels: Should be uint8 RGB (height, width, 3).

    Raises:
        ValueError: If it is not.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ValueError(f"`pixels` must be uint8 of shape (height, width, 3). Received: {pixels.dtype} {pixels.shape}")
