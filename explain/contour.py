"""A thin line around a region, legible on light and on dark."""

from __future__ import annotations

import cv2
import numpy as np

DARK, LIGHT = (24, 24, 27), (255, 255, 255)
# Islands and holes smaller than this share of the region get no line: outlines of specks would hide the photo.
_SMALLEST = 0.0125


def draw_line(picture: np.ndarray, region: np.ndarray, width: float = 2.0) -> np.ndarray:
    """Draws the outline of a region: a dark line with a light edge on both sides, anti-aliased.

    Islands and holes smaller than an eightieth of the region get no outline.

    Args:
        picture: uint8 RGB or RGBA (height, width, 3 or 4), straight alpha; the line becomes opaque.
        region: Share of each pixel that belongs to the region, float (height, width), 0..1.
        width: Of the dark line, in pixels; the edge adds as much again.

    Returns:
        A copy with the line, uint8 of the same shape.
    """
    inside = _without_specks(region >= 0.5)
    if inside.all() or not inside.any():
        return picture.copy()
    distance = np.where(inside, _depth(inside), _depth(~inside)) - 0.5
    drawn = picture.astype(np.float32)
    for colour, reach in ((LIGHT, width), (DARK, width / 2)):
        cover = np.clip(reach + 0.5 - distance, 0, 1)[..., None]
        if drawn.shape[2] == 4:
            drawn = _over(drawn, np.float32(colour), cover)
        else:
            drawn = drawn * (1 - cover) + np.float32(colour) * cover
    return np.rint(drawn).astype(np.uint8)


def _over(layer: np.ndarray, colour: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """Lays a colour over a layer with straight alpha: Porter & Duff 1984, "over"."""
    opacity = layer[..., 3:] / 255
    result = cover + opacity * (1 - cover)
    mixed = colour * cover + layer[..., :3] * opacity * (1 - cover)
    return np.concatenate([mixed / np.maximum(result, 1e-6), 255 * result], axis=2)


def _depth(inside: np.ndarray) -> np.ndarray:
    return cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _without_specks(inside: np.ndarray) -> np.ndarray:
    smallest = _SMALLEST * inside.sum()
    for side in (True, False):
        count, labels, statistics, _ = cv2.connectedComponentsWithStats((inside == side).astype(np.uint8))
        small = statistics[:count, cv2.CC_STAT_AREA] < smallest
        inside = np.where(small[labels] & (inside == side), not side, inside)
    return inside
