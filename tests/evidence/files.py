"""Picture files that carry metadata, put together byte by byte."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from tests.evidence.signing import picture


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """A JPEG with segments (marker, payload) before all others."""
    plain = picture("JPEG")
    inserted = b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload for marker, payload in segments
    )
    return plain[:2] + inserted + plain[2:]


def png(*chunks: tuple[bytes, bytes], at_end: bool = False) -> bytes:
    """A PNG with chunks (type, body) before its pixels or behind them."""
    plain = picture("PNG")
    inserted = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    at = len(plain) - 12 if at_end else 33
    return plain[:at] + inserted + plain[at:]


def with_xmp(packet: bytes | str) -> bytes:
    """A WebP with an XMP packet, which may be longer than the 64 KiB that a JPEG has room for."""
    packet = packet.encode() if isinstance(packet, str) else packet
    plain = picture("WEBP", xmp=b"placeholder")
    at = plain.index(b"XMP ")
    chunk = b"XMP " + struct.pack("<I", len(packet)) + packet + b"\0" * (len(packet) % 2)
    body = plain[8:at] + chunk
    return b"RIFF" + struct.pack("<I", len(body)) + body


def with_exif(*, kind: str = "JPEG", details: dict[int, object] | None = None, **entries: object) -> bytes:
    """A picture with EXIF by Pillow.

    Entries of the main directory are given as `tag_271="Canon"`, those of the EXIF directory by number.
    """
    return picture(kind, exif=exif_of(details, {int(tag[4:]): value for tag, value in entries.items()}))


def exif_of(
    details: dict[int, object] | None, entries: dict[int, object], place: dict[int, object] | None = None
) -> Image.Exif:
    exif = Image.Exif()
    exif.update(entries)
    if details:
        exif.get_ifd(0x8769).update(details)
    if place:
        exif.get_ifd(0x8825).update(place)
    return exif


def decodes(data: bytes) -> bool:
    """Says whether Pillow takes the file for a picture: what these helpers make is real."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image.size == (160, 120)
