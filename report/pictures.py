"""Pictures for reports: drawn anew, so that nothing of the photo's file but its pixels comes along."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from explain.inspection import FaceInspection, Inspection
from explain.overlay import draw_face, draw_photo

PHOTO_SIDE = 1024
# Half as large again as the crop: heat and line are smooth, and on a screen or paper it is shown no larger.
MAP_SIDE = 384
# A report with one face stays small enough to send: its photo takes at most this many bytes.
_MOST_BYTES = 250_000
_QUALITIES = (85, 75, 60, 45, 30)


@dataclass(frozen=True)
class Picture:
    """An encoded picture.

    Attributes:
        jpeg: The file's bytes, without metadata.
        width: In pixels.
        height: In pixels.
        alt: What it shows, in plain words.
    """

    jpeg: bytes
    width: int
    height: int
    alt: str


def encode(pixels: np.ndarray, alt: str) -> Picture:
    """Encodes a picture as JPEG, the harder it is to compress the more roughly.

    Args:
        pixels: uint8 RGB (height, width, 3).
        alt: What it shows, in plain words.

    Returns:
        The picture.
    """
    image = Image.fromarray(pixels)
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() <= _MOST_BYTES:
            break
    return Picture(buffer.getvalue(), image.width, image.height, alt)


def photo_picture(inspection: Inspection) -> Picture:
    """Draws the photo, at most 1024 pixels on its longest side, with a numbered box around each face."""
    count = len(inspection.faces)
    boxes = {0: "", 1: " with a box around its face"}.get(count, f" with numbered boxes around its {count} faces")
    return encode(draw_photo(inspection, None, side=PHOTO_SIDE), f"The photo{boxes}")


def crop_picture(face: FaceInspection, number: int) -> Picture:
    """Gives a face as the network saw it."""
    return encode(face.crop, f"Face {number}, as the network saw it")


def map_picture(face: FaceInspection, method: str, scale: float, alt: str) -> Picture:
    """Draws a heatmap over its face; `scale` is the value in full colour."""
    return encode(draw_face(face, method, scale=scale, side=MAP_SIDE), alt)
