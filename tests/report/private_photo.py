"""A photo whose file says more than anybody should learn from a report."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

ARTIST, COMMENT, DATUM, THUMBNAIL = "Jane Photographer", "secret comment", "SECRET DATUM", b"secret thumbnail"
LATITUDE = struct.pack(">II", 52_123_457, 1_000_000)
NAME = "holiday-of-jane.jpg"
CAMERA = 'Camera <b>& "co"</b>'


def write_private_photo(folder: Path, pixels: np.ndarray) -> Path:
    """Writes a JPEG with EXIF (place, artist, thumbnail), a colour profile and a comment."""
    path = folder / NAME
    Image.fromarray(pixels).save(
        path, quality=92, exif=_exif(), icc_profile=_profile(), comment=COMMENT.encode("ascii")
    )
    return path


def secrets() -> list[bytes]:
    """What must be in no report."""
    words = [ARTIST, COMMENT, DATUM, NAME, Path(NAME).stem]
    return [*(word.encode("ascii") for word in words), THUMBNAIL, LATITUDE, b"ICC_PROFILE", b"Exif\0"]


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _exif() -> bytes:
    """EXIF 2.3 by hand, since Pillow writes no thumbnails: a directory of the photo, one of the place, one of those."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG", comment=THUMBNAIL)
    thumbnail = picture.getvalue()
    texts = {
        "camera": CAMERA.encode("ascii") + b"\0",
        "artist": ARTIST.encode("ascii") + b"\0",
        "datum": DATUM.encode("ascii") + b"\0",
        "latitude": LATITUDE + struct.pack(">IIII", 0, 1, 0, 1),
        "thumbnail": thumbnail,
    }
    main_at = 8
    place_at = main_at + 2 + 3 * 12 + 4
    thumbnail_at = place_at + 2 + 3 * 12 + 4
    position, places = thumbnail_at + 2 + 3 * 12 + 4, {}
    for name, data in texts.items():
        places[name] = position
        position += len(data)
    ascii_text, long, rational, short = 2, 4, 5, 3

    def text(tag: int, name: str) -> bytes:
        return struct.pack(">HHII", tag, ascii_text, len(texts[name]), places[name])

    main = [
        text(0x0110, "camera"),
        text(0x013B, "artist"),
        struct.pack(">HHII", 0x8825, long, 1, place_at),
    ]
    place = [
        struct.pack(">HHI4s", 0x0001, ascii_text, 2, b"N\0\0\0"),
        struct.pack(">HHII", 0x0002, rational, 3, places["latitude"]),
        text(0x0012, "datum"),
    ]
    small = [
        struct.pack(">HHIHH", 0x0103, short, 1, 6, 0),
        struct.pack(">HHII", 0x0201, long, 1, places["thumbnail"]),
        struct.pack(">HHII", 0x0202, long, 1, len(thumbnail)),
    ]
    directories = (
        struct.pack(">H", 3) + b"".join(entries) + struct.pack(">I", following)
        for entries, following in ((main, thumbnail_at), (place, 0), (small, 0))
    )
    return b"Exif\0\0MM\0*" + struct.pack(">I", main_at) + b"".join(directories) + b"".join(texts.values())
