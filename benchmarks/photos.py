"""Photos to measure with, made from the example portraits."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from model import read_photo

EXAMPLES = Path(__file__).parents[1] / "examples"
_SIDE = 1024
_TILE = 256


def one_face() -> bytes:
    """A portrait of 1024 × 1024 pixels, as JPEG."""
    pixels = read_photo(EXAMPLES / "astronaut.jpg").pixels
    return encode(cv2.resize(pixels, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC))


def eight_faces() -> bytes:
    """A photo of 1024 × 1024 pixels with a portrait in each of eight tiles, mirrored in every other, as JPEG."""
    face = read_photo(EXAMPLES / "astronaut.jpg").pixels[20 : 20 + _TILE, 100 : 100 + _TILE]
    ground = np.full((_SIDE, _SIDE, 3), 120, np.uint8)
    for number in range(8):
        row, column = 128 + number // 4 * 384, number % 4 * _TILE
        ground[row : row + _TILE, column : column + _TILE] = face[:, ::-1] if number % 2 else face
    return encode(ground)


def portraits(count: int, side: int = _SIDE) -> list[bytes]:
    """Portraits that all differ a little, as JPEG.

    Args:
        count: How many.
        side: Of each in pixels.

    Returns:
        The files' bytes.
    """
    pixels = read_photo(EXAMPLES / "astronaut.jpg").pixels
    made = []
    for number in range(count):
        part = pixels[number % 20 : number % 20 + 480, number % 25 : number % 25 + 480]
        made.append(encode(cv2.resize(part, (side, side), interpolation=cv2.INTER_CUBIC)))
    return made


def encode(pixels: np.ndarray) -> bytes:
    """Writes pixels, uint8 RGB, as a JPEG of usual quality."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
