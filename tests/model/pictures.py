"""Small pictures in every wrapping, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms


def colourful() -> np.ndarray:
    """A smooth picture without any symmetry: uint8 RGB (64, 96, 3). JPEG keeps it almost exactly."""
    rows, columns = np.mgrid[0:64, 0:96]
    return np.stack([40 + 2 * columns, 30 + 3 * rows, 220 - columns - rows], axis=-1).astype(np.uint8)


def encode(picture: Image.Image | np.ndarray, kind: str, **options: object) -> bytes:
    """Encodes with Pillow."""
    if isinstance(picture, np.ndarray):
        picture = Image.fromarray(picture)
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Mean absolute difference in levels of 255; infinite for different shapes."""
    return float(np.abs(a.astype(float) - b.astype(float)).mean()) if a.shape == b.shape else float("inf")


def png_header(width: int, height: int) -> bytes:
    """A PNG that states a size and holds next to nothing: what a decompression bomb looks like from outside."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def srgb_profile() -> bytes:
    """The ICC profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """sRGB with red and blue exchanged: the colour (220, 30, 30) under it is the blue (30, 30, 220) of sRGB.

    Stands in for a wide-gamut profile, with an effect that nobody can overlook.
    """
    profile = srgb_profile()
    table, rest = profile[:400], profile[400:]
    assert table.count(b"rXYZ") == table.count(b"bXYZ") == 1
    return table.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ") + rest


def as_stored(upright: np.ndarray, orientation: int) -> np.ndarray:
    """How a camera held that way stores a scene: the inverse of what the EXIF standard tells a viewer to do."""
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: np.rot90(upright, 2),
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: np.rot90(upright, 2).transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    return np.ascontiguousarray(stored)
