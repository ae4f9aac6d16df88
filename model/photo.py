"""Untrusted bytes in, an upright RGB photo out.

Pictures come from strangers, so nothing is decoded before its size, its format and its number of
pixels are known, and every way a file can be wrong ends in a `PhotoError` that a layman understands.
"""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from model.containers import count_parts, count_scans, metadata_blocks, without_metadata
from model.exif import ORIENTATION, read_exif

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 24_000_000
MIN_SIDE = 32
FORMATS = ("JPEG", "PNG", "WEBP")
# A JPEG may draw its pixels again and again, a little finer each time; cameras and programs need about ten scans. A
# thousand take 42 kB and 16 seconds, and a file of 8 MiB has room for two hundred thousand.
MAX_SCANS = 100
# A file of 8 MiB has room for two million segments, which take five seconds; cameras and programs write some hundreds
# at most, a PNG one chunk for a few kilobytes of pixels.
MAX_PARTS = 10_000

_TOO_LONG = (
    "This picture is stored in a way that would take very long to read. Please save it again as JPEG, PNG or WebP and "
    "try again."
)
_DAMAGED = "This picture is damaged or incomplete and can't be read. Please try another copy of it."

# First bytes of files that people really send, so that the refusal can name what it got.
# The offset says where the signature stands.
_SIGNATURES = (
    (0, b"GIF8", "a GIF animation"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (0, b"BM", "a BMP picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"%!PS", "a PostScript document"),
    (4, b"ftypheic", "an HEIC photo"),
    (4, b"ftypheix", "an HEIC photo"),
    (4, b"ftyphevc", "an HEIC photo"),
    (4, b"ftypmif1", "an HEIC photo"),
    (4, b"ftypmsf1", "an HEIC photo"),
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftypavis", "an AVIF picture"),
    (4, b"ftyp", "a video"),
)

_SIXTEEN_TO_EIGHT_BITS = np.rint(np.arange(65536) / 257).astype(np.uint8)

# What makes a picture upright, by its EXIF orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PhotoError(ValueError):
    """A picture that can't be used; the message says why in plain words."""


@dataclass(frozen=True)
class Photo:
    """A decoded photo.

    Attributes:
        pixels: uint8 RGB, shape (height, width, 3), upright.
        notes: What was changed or lost while reading, in plain words; empty for an ordinary photo.
        sha256: Hexadecimal digest of the file's bytes.
    """

    pixels: np.ndarray
    notes: tuple[str, ...]
    sha256: str


def read_photo(source: str | os.PathLike | bytes | BinaryIO) -> Photo:
    """Reads a JPEG, PNG or WebP picture into upright 8-bit RGB.

    Grey, palette, CMYK, 16-bit and transparent pictures are converted (transparency over white),
    an embedded colour profile is converted to sRGB, and the EXIF orientation is applied.

    Args:
        source: A path, the file's bytes, or a binary file object.

    Returns:
        The decoded `Photo`.

    Raises:
        PhotoError: If the file is missing, too large (over 8 MiB or 24 megapixels), too small
            (a side under 32 pixels), made to take long, damaged, or not a JPEG, PNG or WebP picture.
        TypeError: If `source` is none of the three kinds.

    Example:
        >>> read_photo("examples/astronaut.jpg").pixels.shape
        (512, 512, 3)
    """
    data, image = _read(source)
    notes: list[str] = []
    try:
        if getattr(image, "is_animated", False):
            image.seek(0)
            notes.append("This picture is animated; only its first frame was looked at.")
        image.load()
        pixels = np.ascontiguousarray(_to_rgb(_upright(image, data), notes))
    except Exception as error:
        # On hostile bytes decoders raise anything from OSError to SyntaxError, and converting fails for what they let
        # through, such as a palette picture without its palette.
        raise PhotoError(_DAMAGED) from error
    return Photo(pixels, tuple(notes), hashlib.sha256(data).hexdigest())


def read_photo_file(source: str | os.PathLike | bytes | BinaryIO) -> bytes:
    """Reads a picture file without decoding it.

    Args:
        source: A path, the file's bytes, or a binary file object.

    Returns:
        The file's bytes.

    Raises:
        PhotoError: In the words of `read_photo`, for whatever that refuses but damaged pixels.
        TypeError: If `source` is none of the three kinds.
    """
    return _read(source)[0]


def _read(source: str | os.PathLike | bytes | BinaryIO) -> tuple[bytes, Image.Image]:
    data = _read_bytes(source)
    if not data:
        raise PhotoError("This file is empty. Please choose a photo.")
    if len(data) > MAX_BYTES:
        raise PhotoError(f"This file is larger than {MAX_BYTES // 2**20} MB. Please use a smaller copy of the photo.")
    return data, _open(data)


def _read_bytes(source: str | os.PathLike | bytes | BinaryIO) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if isinstance(source, (str, os.PathLike)):
        try:
            with Path(source).open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise PhotoError(f"This file can't be opened: {reason}.") from error
    if hasattr(source, "read"):
        data = source.read(MAX_BYTES + 1)
        if isinstance(data, bytes):
            return data
    raise TypeError(f"`source` must be a path, bytes or a binary file object. Received: {type(source).__name__}")


def _open(data: bytes) -> Image.Image:
    """Reads the header only, and refuses what must not be decoded."""
    if count_parts(data, MAX_PARTS) > MAX_PARTS:
        raise PhotoError(_TOO_LONG)
    too_many = f"This picture has more than {MAX_PIXELS // 10**6} million pixels. Please use a smaller copy of it."
    try:
        # Pillow reads a JPEG's metadata as it opens it, whatever that costs: see model/exif.py.
        plain = without_metadata(data)
        image = Image.open(io.BytesIO(plain), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError(too_many) from error
    except UnidentifiedImageError as error:
        raise PhotoError(_not_a_photo(data)) from error
    except Exception as error:  # a known format whose header is broken
        raise PhotoError(_DAMAGED) from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoError(too_many)
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"This picture is too small: {width} × {height} pixels. Both sides need at least {MIN_SIDE} pixels."
        )
    if image.format == "JPEG" and count_scans(plain, MAX_SCANS) > MAX_SCANS:
        raise PhotoError(_TOO_LONG)
    return image


def _not_a_photo(data: bytes) -> str:
    kind = next((name for at, mark, name in _SIGNATURES if data[at : at + len(mark)] == mark), None)
    received = f"This file is {kind}" if kind else "This file is not a photo"
    return f"{received}. Please save it as JPEG, PNG or WebP and try again."


def _upright(image: Image.Image, data: bytes) -> Image.Image:
    block = next((block.data for block in metadata_blocks(data) if block.kind == "exif"), b"")
    turn = _TURNS.get(read_exif(block, (ORIENTATION,)).get(ORIENTATION))
    return image if turn is None else image.transpose(turn)


def _to_rgb(image: Image.Image, notes: list[str]) -> np.ndarray:
    """Converts any mode that the three formats can hold to uint8 RGB (height, width, 3)."""
    if image.mode in ("1", "L", "LA", "La") or image.mode.startswith(("I", "F")):
        notes.append("This picture has no colour; the answer is less certain for such pictures.")
    if image.mode.startswith(("I", "F")):
        # PNG keeps 16 bits in these modes. 65535 / 257 = 255, where Pillow's own conversion clips. Looked up, for
        # 24 megapixels of floating-point numbers would take hundreds of megabytes.
        grey = _SIXTEEN_TO_EIGHT_BITS[np.clip(np.asarray(image), 0, 65535)]
        return np.repeat(grey[..., None], 3, axis=2)
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        # Converting to the mode that it has would be one more copy of all pixels; so too below.
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        # Screenshots carry an alpha channel in which nothing is transparent.
        if image.getextrema()[3][0] < 255:
            notes.append("Transparent parts of this picture were laid over white.")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image)
        image = paper
    elif image.mode == "P":
        image = image.convert("RGB")
    if profile and image.mode in ("RGB", "CMYK"):
        image = _to_srgb(image, profile, notes)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _to_srgb(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        notes.append("The colour profile in this photo can't be read; colours may be slightly off.")
        return image
    return converted if converted is not None else image
