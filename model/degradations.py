"""What happens to pictures on their way through the world: compressed, shrunk, blurred."""

from __future__ import annotations

import cv2
import numpy as np


def compress(pixels: np.ndarray, quality: float) -> np.ndarray:
    """Saves a picture as JPEG, with OpenCV's colour subsampling, and reads it again.

    Args:
        pixels: uint8 RGB (height, width, 3).
        quality: 1..100.

    Returns:
        uint8 RGB of the same shape.
    """
    _, encoded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1])


def shrink(pixels: np.ndarray, scale: float) -> np.ndarray:
    """Scales a picture down, averaging areas, and up again by cubic interpolation.

    Args:
        pixels: uint8 RGB (height, width, 3).
        scale: 0..1, of each side.

    Returns:
        uint8 RGB of the same shape.
    """
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def blur(pixels: np.ndarray, sigma: float) -> np.ndarray:
    """Blurs a picture by a Gaussian.

    Args:
        pixels: uint8 RGB (height, width, 3).
        sigma: Standard deviation in pixels.

    Returns:
        uint8 RGB of the same shape.
    """
    return cv2.GaussianBlur(pixels, (0, 0), sigma)
