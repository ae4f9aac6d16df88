"""The outline of a face and of its parts, from the five landmarks that the face detector gives.

Masks for forged faces are usually drawn from 68 or 81 landmarks. Five are known here; the others are taken from a
fixed drawing of a frontal face in usual proportions, laid over the five.
"""

from __future__ import annotations

import cv2
import numpy as np

# Unit: half the distance of the eyes. Origin: between the eyes, x to the right, y downwards.
_LEFT_HALF = {
    "hairline": (-0.85, -1.60),
    "forehead": (-1.40, -1.15),
    "temple": (-1.68, -0.50),
    "ear": (-1.75, 0.10),
    "cheekbone": (-1.70, 0.75),
    "jaw": (-1.55, 1.45),
    "jaw_corner": (-1.28, 2.10),
    "lower_jaw": (-0.88, 2.65),
    "chin_side": (-0.42, 2.95),
    "brow_outer": (-1.52, -0.40),
    "brow_top": (-1.05, -0.62),
    "brow_inner": (-0.42, -0.45),
    "eye_outer": (-1.38, 0.05),
    "eye_top": (-1.00, -0.20),
    "eye_inner": (-0.60, 0.08),
    "eye_bottom": (-1.00, 0.18),
    "eye": (-1.00, 0.00),
    "cheek": (-0.95, 0.75),
    "nose_side": (-0.28, 0.60),
    "nostril": (-0.42, 1.12),
    "mouth": (-0.87, 1.98),
    "upper_lip": (-0.35, 1.72),
    "lower_lip": (-0.42, 2.25),
    "frame_top": (-6.00, -6.00),
    "frame_bottom": (-6.00, 8.00),
}
_MIDDLE = {
    "hairline": (0.00, -1.75),
    "chin": (0.00, 3.05),
    "nose_root": (0.00, -0.10),
    "nose": (0.00, 1.02),
    "nose_base": (0.00, 1.28),
    "lips": (0.00, 1.98),
    "lower_lip": (0.00, 2.35),
}
_POINTS = (
    _MIDDLE
    | {f"left_{name}": point for name, point in _LEFT_HALF.items()}
    | {f"right_{name}": (-x, y) for name, (x, y) in _LEFT_HALF.items()}
)
_INDEX = {name: index for index, name in enumerate(_POINTS)}

TEMPLATE = np.array(list(_POINTS.values()))
"""float64 (57, 2): the drawing. Its last corner points frame the face far outside, for warps of whole pictures."""
_ANCHORS = [_INDEX[name] for name in ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")]


def _both(*names: str) -> list[str]:
    return [f"{side}_{name}" for side in ("left", "right") for name in names]


_JAW = [*_both("ear", "cheekbone", "jaw", "jaw_corner", "lower_jaw", "chin_side"), "chin"]
_EYE = ("brow_outer", "brow_top", "brow_inner", "eye_outer", "eye_inner", "eye_bottom")
# Names of the points around each part, and by how much it grows at random.
_PARTS = {
    "face": ([*_JAW, *_both("temple", "forehead", "hairline"), "hairline"], (0.85, 1.0)),
    "inner_face": ([*_JAW, *_both("brow_outer", "brow_top")], (0.85, 1.05)),
    "lower_half": ([*_both("cheek", "jaw", "jaw_corner", "lower_jaw", "chin_side"), "chin"], (0.85, 1.05)),
    "upper_half": (_both("forehead", "temple", "ear", "cheek"), (0.85, 1.05)),
    "eye_band": (_both("brow_outer", "brow_top", "ear", "nose_side", "cheek"), (0.8, 1.05)),
    "left_eye": ([f"left_{name}" for name in _EYE], (1.1, 1.6)),
    "right_eye": ([f"right_{name}" for name in _EYE], (1.1, 1.6)),
    "nose": ([*_both("nose_side", "nostril"), "nose_root", "nose_base"], (1.1, 1.5)),
    "mouth": ([*_both("mouth", "upper_lip", "lower_lip"), "lower_lip"], (1.2, 1.7)),
}
_REGIONS = {name: (name,) for name in _PARTS} | {"eyes": ("left_eye", "right_eye")}
REGIONS = tuple(_REGIONS)
"""Names of the regions that `draw_region` knows."""

_POINT_JITTER = 0.035
_MOST_BEND = 0.5


def place_face(landmarks: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Lays the drawing over a face.

    An affine map fits it to the landmarks by least squares; then it is bent so that its eyes, nose and corners of
    the mouth lie on the landmarks. A face from the side keeps at least half its width. Landmarks that fit no face
    inside the crop are not used: the face is then supposed to fill the crop.

    Args:
        landmarks: (5, 2), x and y in crop pixels, in the order of `model.faces.LANDMARKS`.
        shape: Height and width of the crop in pixels.

    Returns:
        float64 (57, 2), x and y in crop pixels of the points of `TEMPLATE`.
    """
    height, width = shape
    side = min(shape)
    filling = TEMPLATE * side / 6 + (width / 2, height / 2 - 0.12 * side)
    landmarks = np.asarray(landmarks, np.float64)
    if not np.isfinite(landmarks).all():
        return filling
    anchors = TEMPLATE[_ANCHORS]
    linear = np.linalg.lstsq(anchors - anchors.mean(0), landmarks - landmarks.mean(0), rcond=None)[0]
    turn, scales, stretch = np.linalg.svd(linear)
    # Both eyes at one place, or swapped, would fold the face.
    if np.linalg.det(turn @ stretch) < 0:
        turn[:, 1] *= -1
    scales[1] = max(scales[1], scales[0] / 2)
    points = (TEMPLATE - anchors.mean(0)) @ (turn * scales @ stretch) + landmarks.mean(0)
    x, y = points[_INDEX["nose"]]
    if not (side / 25 < scales[0] < side / 2 and 0 <= x < width and 0 <= y < height):
        return filling
    bend = landmarks - points[_ANCHORS]
    far = np.linalg.norm(bend, axis=1, keepdims=True)
    bend *= np.minimum(1, _MOST_BEND * scales[0] / np.maximum(far, 1e-9))
    return points + _influence() @ bend


def _influence() -> np.ndarray:
    """Share of each landmark in how each point moves: Shepard's inverse distances, all of it at the landmark."""
    distances = np.linalg.norm(TEMPLATE[:, None] - TEMPLATE[_ANCHORS], axis=2)
    nearness = 1 / (distances**2 + 1e-9)
    return nearness / nearness.sum(1, keepdims=True)


def draw_region(region: str, points: np.ndarray, shape: tuple[int, int], generator: np.random.Generator) -> np.ndarray:
    """Draws a part of the face with a random outline: every point of its hull moves a little.

    Args:
        region: One of `REGIONS`.
        points: What `place_face` returned.
        shape: Height and width of the mask in pixels.
        generator: Source of chance.

    Returns:
        float32 (height, width), 1 inside and 0 outside.
    """
    mask = np.zeros(shape, np.float32)
    for part in _REGIONS[region]:
        names, growth = _PARTS[part]
        outline = points[[_INDEX[name] for name in names]]
        centre = outline.mean(0)
        jitter = generator.normal(0, _POINT_JITTER, outline.shape) * np.sqrt(np.prod(np.ptp(outline, axis=0)))
        outline = centre + (outline - centre) * generator.uniform(*growth, 2) + jitter
        cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(outline).astype(np.int32)), 1.0)
    return mask
