"""How a copy is saved: in the format of its original, and as well as that was."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, JpegImagePlugin

from train.augment import compress
from train.dataset.jpeg_quality import estimate_quality

_QUALITY = 95
_WEBP_QUALITY = 90
_LOSSLESS_WEBP = b"VP8L"


@dataclass(frozen=True)
class Encoding:
    """How the copies of a picture are saved.

    Attributes:
        format: "JPEG", "PNG" or "WEBP", as the original.
        grey: Whether the original has no colour.
        options: Options for Pillow's `save`.
        words: The same for a reader, such as "JPEG quality 75 as the original".
    """

    format: str
    grey: bool
    options: dict[str, Any]
    words: str


def encoding_of(data: bytes) -> Encoding:
    """Says how copies of a picture are to be saved.

    A JPEG's copies get its quantisation tables and chroma subsampling, so that they don't tell themselves from
    originals by their compression; where that can't be taken over (four channels, tables of another layout), quality
    95. The quality of a lossy WebP can't be read from the file: its copies get 90.

    Args:
        data: The bytes of a JPEG, PNG or WebP file.

    Returns:
        The encoding of its copies.
    """
    with Image.open(io.BytesIO(data)) as image:
        grey = image.mode in ("1", "L", "LA")
        if image.format == "PNG":
            return Encoding("PNG", grey, {}, "PNG")
        if image.format == "WEBP":
            if _LOSSLESS_WEBP in data[12:64]:
                return Encoding("WEBP", False, {"lossless": True}, "WebP without loss")
            return Encoding("WEBP", False, {"quality": _WEBP_QUALITY}, f"WebP quality {_WEBP_QUALITY}")
        tables, quality = image.quantization, estimate_quality(image.quantization)
        if quality is None or image.mode not in ("L", "RGB") or len(tables) > 2:
            return Encoding("JPEG", grey, {"quality": _QUALITY}, f"JPEG quality {_QUALITY}")
        options: dict[str, Any] = {"qtables": tables}
        sampling = JpegImagePlugin.get_sampling(image)
        if sampling >= 0:
            options["subsampling"] = sampling
        return Encoding("JPEG", grey, options, f"JPEG quality {quality} as the original")


def saved_as(encoding: Encoding, quality: int | None) -> str:
    """Says how a copy is saved, in words.

    Args:
        encoding: What `encoding_of` said of its original.
        quality: JPEG quality, 1..100, that the copy goes through; None for none.

    Returns:
        Such as "PNG after JPEG quality 60".
    """
    if quality is None:
        return encoding.words
    return f"JPEG quality {quality}" if encoding.format == "JPEG" else f"{encoding.words} after JPEG quality {quality}"


def encode(picture: np.ndarray, encoding: Encoding, quality: int | None) -> bytes:
    """Encodes a copy.

    Args:
        picture: uint8 RGB (height, width, 3).
        encoding: What `encoding_of` said of its original.
        quality: JPEG quality, 1..100, that the copy goes through; None for none.

    Returns:
        The file's bytes.
    """
    options = encoding.options
    if quality is not None and encoding.format == "JPEG":
        # The file itself is the compressed picture: compressing twice would be another change.
        options = {"quality": quality}
    elif quality is not None:
        picture = compress(picture, quality)
    buffer = io.BytesIO()
    image = Image.fromarray(picture)
    (image.convert("L") if encoding.grey else image).save(buffer, format=encoding.format, **options)
    return buffer.getvalue()
