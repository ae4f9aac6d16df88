"""Cuts many small patches out of a picture at once."""

from __future__ import annotations

import cv2
import numpy as np

MOST = 256
"""How many patches can be cut at once: they stand below one another, and OpenCV maps no more than 32,767 rows."""


def cut_patches(pixels: np.ndarray, boxes: np.ndarray, side: int) -> np.ndarray:
    """Cuts boxes out of a picture, each brought to the same size by bilinear interpolation.

    The points of a box are those of `tf.image.crop_and_resize`, which the package `mtcnn` calls: the first and the last
    one lie on its sides, and what lies beyond the picture is 0, middle grey.

    Args:
        pixels: float32 (rows, columns, 3).
        boxes: float64 (boxes, 4), left, top, right and bottom in pixels; at most `MOST`.
        side: Side of the patches, at most 48.

    Returns:
        float32 (boxes, side, side, 3).
    """
    height, width = pixels.shape[:2]
    columns, rows = _points(boxes[:, 0], boxes[:, 2], side, width), _points(boxes[:, 1], boxes[:, 3], side, height)
    shape = (len(boxes), side, side)
    right = np.broadcast_to(columns[:, None, :], shape).reshape(-1, side)
    down = np.broadcast_to(rows[:, :, None], shape).reshape(-1, side)
    patches = cv2.remap(pixels, right, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    beyond = (right < 0) | (right > width - 1) | (down < 0) | (down > height - 1)
    patches[beyond] = 0
    return patches.reshape(*shape, 3)


def _points(first: np.ndarray, last: np.ndarray, side: int, length: int) -> np.ndarray:
    """Gives, for each box, the places to look up along one axis, float32 (boxes, side)."""
    # The last pixel has the number length - 1, the end of a box that reaches it the place length.
    scale = (length - 1) / length
    return np.float32(first[:, None] * scale + np.arange(side) * ((last - first) * scale / (side - 1))[:, None])
