"""Files that people really send and files that were made to hurt, from code alone."""

from __future__ import annotations

import functools
import struct
import zlib
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.conftest import EXAMPLES
from tests.model.pictures import as_stored, encode

# Rows and columns of NASA's portrait that show the face, so that searching it takes little time.
_FACE = (slice(0, 220), slice(110, 330))


@functools.cache
def face() -> np.ndarray:
    """The clean picture: one face from the front, uint8 RGB (220, 220, 3)."""
    pixels = np.asarray(Image.open(EXAMPLES / "astronaut.jpg").convert("RGB"))[_FACE].copy()
    pixels.flags.writeable = False
    return pixels


def png(pixels: np.ndarray | Image.Image, **options: object) -> bytes:
    """Packs a picture without loss."""
    return encode(pixels, "PNG", compress_level=1, **options)


def jpeg(pixels: np.ndarray | Image.Image, **options: object) -> bytes:
    """Packs a picture as a camera does."""
    return encode(pixels, "JPEG", quality=95, **options)


def webp(pixels: np.ndarray | Image.Image, **options: object) -> bytes:
    """Packs a picture without loss."""
    return encode(pixels, "WEBP", lossless=True, method=0, **options)


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with the right checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def without_palette() -> bytes:
    """A palette picture that lacks its palette."""
    data = png(Image.new("P", (64, 64), 1))
    start, end = data.index(b"PLTE") - 4, data.index(b"IDAT") - 4
    return data[:start] + data[end:]


def sixteen_bit_colour() -> bytes:
    """The face with 16 bits a channel."""
    return cv2.imencode(".png", face()[..., ::-1].astype(np.uint16) * 257)[1].tobytes()


def sixteen_bit_grey() -> bytes:
    """The face in grey with 16 bits."""
    grey = np.asarray(Image.fromarray(face()).convert("L")).astype(np.uint16)
    return png(Image.fromarray(grey * 257))


def animation(kind: str) -> bytes:
    """The face, then its mirrored negative."""
    frames = [Image.fromarray(face()), Image.fromarray(255 - face()[:, ::-1])]
    return encode(
        frames[0], kind, save_all=True, append_images=frames[1:], **({"lossless": True} if kind == "WEBP" else {})
    )


def turned(orientation: int) -> bytes:
    """The face as a camera that was held in this way stores it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return webp(as_stored(face(), orientation), exif=exif)


def with_alpha(opacity: int) -> bytes:
    """The face with an alpha channel; its left margin is as transparent as this tells, 255 for opaque."""
    alpha = np.full(face().shape[:2], 255, np.uint8)
    alpha[:, :20] = opacity
    return png(np.dstack([face(), alpha]))


def see_through() -> bytes:
    """The face under an alpha channel that hides all of it."""
    return png(np.dstack([face(), np.zeros(face().shape[:2], np.uint8)]))


def crowd(columns: int, rows: int) -> bytes:
    """The same face many times."""
    return jpeg(np.tile(face()[30:190, 20:180], (rows, columns, 1)))


def tiny_face() -> bytes:
    """A face of about forty pixels."""
    return png(Image.fromarray(face()).resize((88, 88), Image.Resampling.LANCZOS))


def dark_glasses() -> bytes:
    """The face with a black bar over its eyes."""
    picture = Image.fromarray(face())
    ImageDraw.Draw(picture).rectangle((50, 92, 170, 122), fill="black")
    return png(picture)


def cut_off() -> bytes:
    """Half of the face, at the edge of the picture."""
    return png(face()[:, 110:])


def drawing() -> bytes:
    """A face as children draw it."""
    picture = Image.new("RGB", (240, 240), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((30, 30, 210, 210), outline="black", width=4)
    for left in (80, 140):
        pen.ellipse((left, 90, left + 20, 110), fill="black")
    pen.arc((80, 110, 160, 180), 20, 160, fill="black", width=4)
    return png(picture)


def colours() -> bytes:
    """Colours that change smoothly, without a face."""
    rows, columns = np.mgrid[:120, :120] * 255 // 119
    return png(np.dstack([columns, rows, np.full_like(rows, 128)]).astype(np.uint8))


def jpeg_stating(width: int, height: int) -> bytes:
    """A JPEG whose header states another size than its pixels have."""
    data = bytearray(jpeg(Image.new("RGB", (64, 64), "red")))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_stating(width: int, height: int) -> bytes:
    """An animated WebP whose canvas has this size; its only frame is small."""
    picture = webp(Image.new("RGB", (64, 64), "red"))[12:]
    frame = bytes(6) + (63).to_bytes(3, "little") * 2 + (100).to_bytes(3, "little") + b"\0" + picture
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    parts = {b"VP8X": b"\2\0\0\0" + size, b"ANIM": bytes(6), b"ANMF": frame}
    body = b"WEBP" + b"".join(name + struct.pack("<I", len(data)) + data for name, data in parts.items())
    return b"RIFF" + struct.pack("<I", len(body)) + body


def endless_scans(scans: int, size: tuple[int, int] = (512, 512), between: bytes = b"") -> bytes:
    """A JPEG that draws the same pixels again and again; forty bytes a time, and what may stand between."""
    data = encode(Image.new("L", size, 128), "JPEG", progressive=True, quality=30)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + (between + last) * scans + data[-2:]


def in_pieces(form: Literal["JPEG", "PNG", "WEBP"], count: int) -> bytes:
    """A picture with so many empty segments or chunks of kinds that nobody knows."""
    data = encode(Image.new("RGB", (64, 64), "brown"), form)
    if form == "JPEG":
        return data[:2] + b"\xff\xef\0\2" * count + data[2:]
    if form == "PNG":
        return data[:33] + chunk(b"teSt", b"") * count + data[33:]
    body = data[8:] + b"JUNK\0\0\0\0" * count
    return b"RIFF" + struct.pack("<I", len(body)) + body


def with_film() -> bytes:
    """The face as phones save it with a film of a second behind it, in which any bytes occur."""
    return jpeg(face()) + b"\xff\xda\0\x08film" * 1000


def not_a_number_tiff() -> bytes:
    """Floating-point numbers that are none, as some scanners and scientific programs leave them."""
    return encode(Image.fromarray(np.full((64, 64), np.nan, np.float32)), "TIFF")


def brand(name: bytes) -> bytes:
    """The beginning of a file that phones write: HEIC, AVIF or video, by its brand."""
    return b"\0\0\0\x18ftyp" + name + b"\0\0\0\0mif1" + name + bytes(200)
