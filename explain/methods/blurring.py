"""The crop without its fine detail: what methods show instead of "nothing"."""

from __future__ import annotations

import cv2
import numpy as np

# Fine traces are gone, the face is still there. The farther the two pictures lie apart, the worse a sum of a
# few gradients follows the network from one to the other.
_BLUR = 3.0


def blur_crops(crops: np.ndarray) -> np.ndarray:
    """Blurs crops.

    Black or grey, the usual stand-ins for "nothing", are things this network has never seen and has opinions on.

    Args:
        crops: uint8 RGB (faces, 256, 256, 3).

    Returns:
        float32 RGB of the same shape, 0..255.
    """
    return np.stack([cv2.GaussianBlur(crop.astype(np.float32), (0, 0), _BLUR) for crop in crops])
