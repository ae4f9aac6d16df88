"""Finds faces in a photo and cuts each out the same way in training and in use.

The search is MTCNN's (Zhang et al. 2016, "Joint Face Detection and Alignment Using Multitask
Cascaded Convolutional Networks"): `model.cascade`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from model.cascade.search import Found, search
from model.photo import Photo

CROP_SIZE = 256
CROP_MARGIN = 1.3
SEARCH_SIDE = 640
MIN_CONFIDENCE = 0.9
SMALL_FACE = 48
"""Longer side in photo pixels under which a face is too small to judge."""
LANDMARKS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")

# In pixels of the picture searched: half of the time goes into smaller faces, which can't be judged in most photos.
SMALLEST_WANTED = 30


@dataclass(frozen=True)
class Face:
    """One face in a photo.

    Attributes:
        box: (x, y, width, height) in whole pixels of the upright photo, inside it.
        landmarks: float64 (5, 2), x and y in photo pixels, in the order of `LANDMARKS`
            ("left" is the left of the picture).
        confidence: The detector's own score, 0..1.
    """

    box: tuple[int, int, int, int]
    landmarks: np.ndarray
    confidence: float


def find_faces(photo: Photo) -> list[Face]:
    """Finds every face, from left to right.

    The search runs on a copy whose longer side is at most 640 pixels, so a face narrower than a
    thirtieth of the photo is not found. Faces too small to judge are looked for only where there is no larger one.

    Args:
        photo: The photo, as `read_photo` returns it.

    Returns:
        The faces sorted by the centre of their box; empty if there is none.

    Example:
        >>> [face.box for face in find_faces(read_photo("examples/astronaut.jpg"))]
        [(180, 65, 85, 107)]
    """
    height, width = photo.pixels.shape[:2]
    shrink = min(1.0, SEARCH_SIDE / max(height, width))
    pixels = photo.pixels
    if shrink < 1.0:
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    to_photo = np.array([width / pixels.shape[1], height / pixels.shape[0]])
    faces = _to_faces(search(pixels, min(SMALL_FACE * shrink, SMALLEST_WANTED)), to_photo, width, height)
    if not faces:
        faces = _to_faces(search(pixels), to_photo, width, height)
    return sorted(faces, key=lambda face: (face.box[0] + face.box[2] / 2, face.box[1]))


def crop_square(box: tuple[int, int, int, int], height: int, width: int) -> tuple[int, int, int]:
    """Gives the square to cut out around a face.

    The square is the longer side of the box times a margin of 1.3, moved and if need be shrunk so
    that it lies inside the photo: no pixel is ever invented, since invented borders would tell
    tightly framed photos from others.

    Args:
        box: (x, y, width, height) in photo pixels.
        height: Height of the photo in pixels.
        width: Width of the photo in pixels.

    Returns:
        (left, top, side) of the square in photo pixels.

    Example:
        >>> crop_square((40, 50, 80, 100), height=300, width=200)
        (15, 35, 130)
    """
    x, y, box_width, box_height = box
    side = max(1, min(round(max(box_width, box_height) * CROP_MARGIN), height, width))
    left = min(max(0, round(x + box_width / 2 - side / 2)), width - side)
    top = min(max(0, round(y + box_height / 2 - side / 2)), height - side)
    return left, top, side


def crop_face(photo: Photo, face: Face) -> tuple[np.ndarray, np.ndarray]:
    """Cuts a face out of its photo at the size the network takes.

    Args:
        photo: The photo.
        face: A face that `find_faces` found in it.

    Returns:
        The crop, uint8 RGB (256, 256, 3), and the affine map `crop_to_photo`, float64 (2, 3), from
        crop pixels to photo pixels. Whole numbers are the centres of pixels on both sides, as
        in `cv2.warpAffine`.
    """
    left, top, side = crop_square(face.box, *photo.pixels.shape[:2])
    crop = resize_square(photo.pixels[top : top + side, left : left + side])
    scale = side / CROP_SIZE
    shift = (scale - 1) / 2
    return crop, np.array([[scale, 0.0, left + shift], [0.0, scale, top + shift]])


def resize_square(square: np.ndarray) -> np.ndarray:
    """Brings a square that was cut out of a photo to the size the network takes.

    Args:
        square: uint8 RGB (side, side, 3).

    Returns:
        uint8 RGB (256, 256, 3).
    """
    interpolation = cv2.INTER_AREA if len(square) > CROP_SIZE else cv2.INTER_CUBIC
    return cv2.resize(square, (CROP_SIZE, CROP_SIZE), interpolation=interpolation)


def _to_faces(found: Found, to_photo: np.ndarray, width: int, height: int) -> list[Face]:
    faces = []
    for corners, landmarks, confidence in zip(found.boxes, found.landmarks, found.confidences, strict=True):
        upper_left, lower_right = corners.reshape(2, 2) * to_photo
        (x1, y1), (x2, y2) = np.rint(np.clip([upper_left, lower_right], 0, (width, height))).astype(int).tolist()
        if confidence >= MIN_CONFIDENCE and x2 > x1 and y2 > y1:
            faces.append(Face((x1, y1, x2 - x1, y2 - y1), landmarks * to_photo, float(confidence)))
    return faces
