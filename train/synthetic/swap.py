"""Fakes made from two real faces: the face, or a part of it, of one photo pasted into another.

Written after the common steps of face swaps (a piecewise-affine warp between landmarks, colour transfer after
Reinhard et al. 2001, a feathered edge or the gradient-domain blend of Perez et al. 2003) and of edits by hand.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
from scipy.spatial import Delaunay

from train.synthetic.blending import deform, paste, soften
from train.synthetic.changes import coarsen
from train.synthetic.face_shape import TEMPLATE, draw_region, place_face

_REGION_SHARES = {
    "face": 0.2,
    "inner_face": 0.3,
    "lower_half": 0.08,
    "upper_half": 0.06,
    "eye_band": 0.06,
    "left_eye": 0.05,
    "right_eye": 0.05,
    "eyes": 0.08,
    "nose": 0.06,
    "mouth": 0.06,
}
_EDGES = {"feathered": 0.55, "hard": 0.2, "poisson": 0.25}
_HARD_WIDTHS = (3, 5)


def swap_face(
    target: np.ndarray,
    target_landmarks: np.ndarray,
    donor: np.ndarray,
    donor_landmarks: np.ndarray,
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Pastes the donor's face, or a part of it, over the target's.

    Args:
        target: uint8 RGB (height, width, 3), the photo to be changed.
        target_landmarks: (5, 2), x and y in its pixels, in the order of `model.faces.LANDMARKS`.
        donor: uint8 RGB (any height, any width, 3), the photo whose face is taken.
        donor_landmarks: (5, 2), x and y in its pixels.
        generator: Source of chance.

    Returns:
        The fake, uint8 RGB (height, width, 3), and the mask of what was pasted, float32 (height, width), 0..1;
        where it is 0 the fake equals the target.
    """
    shape = target.shape[:2]
    source = warp_face(donor, donor_landmarks, target_landmarks, shape)
    region = str(generator.choice(list(_REGION_SHARES), p=list(_REGION_SHARES.values())))
    edge = generator.choice(list(_EDGES), p=list(_EDGES.values()))
    mask = deform(draw_region(region, place_face(target_landmarks, shape), shape, generator), generator)
    source = match_colours(source, target, mask, min(1.0, generator.uniform(0.6, 1.4)))
    if generator.random() < 0.4:
        # Networks that swap faces work at 64 to 128 pixels and enlarge what they made.
        source = coarsen(source, generator.uniform(1.3, 3), cv2.INTER_AREA)
    if edge == "poisson":
        return paste_gradients(source, target, mask)
    mask = soften(mask, generator, _HARD_WIDTHS) if edge == "hard" else soften(mask, generator)
    return paste(source, target, mask), mask


def warp_face(
    donor: np.ndarray, donor_landmarks: np.ndarray, target_landmarks: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """Bends a photo so that its face takes the place and pose of another: affine in each triangle of the drawing.

    Args:
        donor: uint8 RGB (any height, any width, 3).
        donor_landmarks: (5, 2), x and y in its pixels, in the order of `model.faces.LANDMARKS`.
        target_landmarks: (5, 2), x and y where they are to lie.
        shape: Height and width of the result in pixels.

    Returns:
        uint8 RGB (height, width, 3).
    """
    start, end = place_face(donor_landmarks, donor.shape[:2]), place_face(target_landmarks, shape)
    triangles = _triangles()
    owner = np.zeros(shape, np.uint8)
    for number, corners in enumerate(np.rint(end[triangles] * 16).astype(np.int32)):
        cv2.fillConvexPoly(owner, corners, number, shift=4)
    # Each triangle's map from result pixels to donor pixels; the pseudo-inverse stands a triangle without area.
    corners = np.concatenate([end[triangles], np.ones((len(triangles), 3, 1))], 2)
    maps = (np.linalg.pinv(corners) @ start[triangles]).astype(np.float32)[owner]
    columns, rows = np.arange(shape[1], dtype=np.float32)[None, :, None], np.arange(shape[0], dtype=np.float32)
    position = maps[:, :, 0] * columns + maps[:, :, 1] * rows[:, None, None] + maps[:, :, 2]
    return cv2.remap(donor, position, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


@functools.cache
def _triangles() -> np.ndarray:
    """Corners of the triangles between the drawing's points, int (triangles, 3)."""
    return Delaunay(TEMPLATE).simplices


def match_colours(source: np.ndarray, target: np.ndarray, mask: np.ndarray, strength: float) -> np.ndarray:
    """Gives a picture the mean and spread of another's colours, both taken under the mask (Reinhard et al. 2001).

    In Lab instead of the paper's colour space, and with the spread changed by a half at most.

    Args:
        source: uint8 RGB (height, width, 3).
        target: uint8 RGB of the same shape.
        mask: float32 (height, width); where it is above 0.5, colours count.
        strength: 0 leaves the colours, 1 takes the target's.

    Returns:
        uint8 RGB (height, width, 3).
    """
    inside = (mask > 0.5).astype(np.uint8)
    if strength == 0 or not inside.any():
        return source
    lab, target_lab = (
        cv2.cvtColor(picture.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab) for picture in (source, target)
    )
    (mean, spread), (wanted, wanted_spread) = (cv2.meanStdDev(x, mask=inside) for x in (lab, target_lab))
    gain = 1 + strength * (np.clip(wanted_spread / np.maximum(spread, 1e-3), 2 / 3, 3 / 2) - 1)
    shift = mean * (1 - gain) + strength * (wanted - mean)
    rgb = cv2.cvtColor(lab * gain.T.astype(np.float32) + shift.T.astype(np.float32), cv2.COLOR_Lab2RGB)
    return cv2.convertScaleAbs(np.maximum(rgb, 0), alpha=255)


def paste_gradients(source: np.ndarray, target: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lays one picture over another so that the steps between pixels, not their colours, are the source's.

    After Perez et al. 2003, "Poisson Image Editing".

    Args:
        source: uint8 RGB (height, width, 3).
        target: uint8 RGB of the same shape.
        mask: float32 (height, width); where it is above 0.5, the source is pasted.

    Returns:
        The fake, uint8 RGB (height, width, 3), and the mask of what may have changed, float32 (height, width), 0 or 1.
    """
    inside = (mask > 0.5).astype(np.uint8)
    # The solution starts from the target's pixels around the mask, so the mask must not reach the picture's edge.
    inside[:2] = inside[-2:] = inside[:, :2] = inside[:, -2:] = 0
    left, top, width, height = cv2.boundingRect(inside)
    if min(width, height) < 8:
        return paste(source, target, mask), mask
    centre = (left + width // 2, top + height // 2)
    fake = cv2.seamlessClone(source, target, inside * 255, centre, cv2.NORMAL_CLONE)
    return np.where(inside[..., None] > 0, fake, target), inside.astype(np.float32)


def nearest_pose(landmarks: np.ndarray, candidates: np.ndarray) -> int:
    """Finds the face whose landmarks, moved and scaled but not turned, lie nearest to a face's.

    Args:
        landmarks: (5, 2), x and y in pixels.
        candidates: (faces, 5, 2).

    Returns:
        Index of the candidate.
    """
    faces = np.concatenate([np.asarray(landmarks)[None], candidates]).astype(np.float64)
    faces -= faces.mean(1, keepdims=True)
    faces /= np.maximum(np.linalg.norm(faces, axis=(1, 2), keepdims=True), 1e-9)
    return int(np.linalg.norm(faces[1:] - faces[0], axis=(1, 2)).argmin())
