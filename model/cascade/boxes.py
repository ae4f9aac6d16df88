"""Boxes around faces: overlap, squares, corrections.

Boxes are float64 (boxes, 4), left, top, right and bottom in pixels.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

# Rows of overlaps computed at once: a matrix of all boxes of a crowd would take gigabytes.
_ROWS = 256


def suppress(
    boxes: np.ndarray, scores: np.ndarray, threshold: float, relative_to: Literal["union", "smaller"] = "union"
) -> np.ndarray:
    """Leaves out boxes that overlap a better one: non-maximum suppression.

    As in the package `mtcnn`, whose thresholds the cascade has, a box gives way to every better one, even to one that
    goes itself.

    Args:
        boxes: float64 (boxes, 4).
        scores: float (boxes,), how good each is.
        threshold: Most that a box may share with a better one, 0..1.
        relative_to: What the shared area is compared with: that of both together, or that of the smaller one.

    Returns:
        int64, the places of those that stay, the best first.
    """
    order = np.argsort(scores)[::-1]
    ranked = boxes[order]
    stays = np.empty(len(ranked), bool)
    for start in range(0, len(ranked), _ROWS):
        rows = ranked[start : start + _ROWS]
        overlaps = _overlaps(rows, ranked[: start + len(rows)], relative_to)
        # Row r is box start + r; what stands before it is better.
        stays[start : start + _ROWS] = ~(np.tril(overlaps > threshold, start - 1)).any(axis=1)
    return order[stays]


def to_squares(boxes: np.ndarray) -> np.ndarray:
    """Lengthens the shorter sides of boxes, (boxes, 4), about their middles."""
    sizes = boxes[:, 2:] - boxes[:, :2]
    side = sizes.max(axis=1, keepdims=True)
    corner = boxes[:, :2] + (sizes - side) / 2
    return np.hstack([corner, corner + side])


def correct(boxes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Moves the sides of boxes by what a network said.

    Args:
        boxes: float64 (boxes, 4), what it looked at.
        offsets: float32 (boxes, 4), in widths and heights of the box.

    Returns:
        float64 (boxes, 4).
    """
    return boxes + offsets * np.tile(_sizes(boxes), 2)


def place_landmarks(boxes: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Puts landmarks that are relative to a box into the picture.

    Args:
        boxes: float64 (boxes, 4), what the network looked at.
        landmarks: float32 (boxes, 10), the five x, then the five y, in widths and heights of the box.

    Returns:
        float64 (boxes, 5, 2), x and y in pixels.
    """
    relative = landmarks.reshape(-1, 2, 5).transpose(0, 2, 1)
    return boxes[:, None, :2] + relative * _sizes(boxes)[:, None] - 1


def _sizes(boxes: np.ndarray) -> np.ndarray:
    """Widths and heights as these networks were taught them: both ends counted."""
    return boxes[:, 2:] - boxes[:, :2] + 1


def _overlaps(boxes: np.ndarray, others: np.ndarray, relative_to: str) -> np.ndarray:
    corner = np.maximum(boxes[:, None, :2], others[None, :, :2])
    shared = np.clip(np.minimum(boxes[:, None, 2:], others[None, :, 2:]) - corner, 0, None).prod(axis=2)
    areas, theirs = ((part[:, 2:] - part[:, :2]).prod(axis=1) for part in (boxes, others))
    if relative_to == "smaller":
        return shared / np.minimum(areas[:, None], theirs)
    return shared / (areas[:, None] + theirs - shared)
