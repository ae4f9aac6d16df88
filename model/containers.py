"""What a picture file holds besides its pixels, found without decoding anything.

JPEG: ITU-T T.81, annex B, with EXIF and XMP in APP1. PNG: third edition, sections 5 and 11. WebP: RFC 9649.
"""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Iterator
from typing import Literal, NamedTuple

MAX_BLOCKS = 10_000

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE
_APPLICATION = range(0xE0, 0xF0)
# Markers without a length: TEM, RST0 to RST7, SOI, EOI.
_BARE = {0x01, *range(0xD0, 0xDA)}
# A marker with a length; what are fill bytes, or bytes between segments that nobody can read, is passed over.
_SEGMENT = re.compile(rb"\xff[^\x00\x01\xff\xd0-\xd9]")
# Any marker that ends the data of a scan; 0 follows a byte of that data which happens to be 0xFF.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# What of the application segments says how to decode: JFIF, the colour profile, and Adobe's colour transform.
_FOR_DECODING = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))


class Block(NamedTuple):
    """A piece of metadata.

    Attributes:
        kind: What it is; the texts of a PNG by the names of their chunks, since each is laid out in another way.
        data: Its bytes. EXIF begins with the byte order; what a PNG has compressed still is.
    """

    kind: Literal["exif", "xmp", "comment", "tEXt", "zTXt", "iTXt"]
    data: bytes


def picture_format(data: bytes) -> Literal["JPEG", "PNG", "WEBP"] | None:
    """Names a file's format by its first bytes."""
    if data.startswith(_JPEG):
        return "JPEG"
    if data.startswith(_PNG):
        return "PNG"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def metadata_blocks(data: bytes) -> Iterator[Block]:
    """Lists the metadata of a JPEG, PNG or WebP file as far as its structure is sound.

    Args:
        data: The file's bytes, whatever they are.

    Yields:
        The first 10,000 blocks, in the order of the file.
    """
    blocks = {"JPEG": _in_jpeg, "PNG": _in_png, "WEBP": _in_webp}.get(picture_format(data) or "")
    if blocks:
        for _, block in zip(range(MAX_BLOCKS), blocks(data), strict=False):
            yield block


def without_metadata(data: bytes) -> bytes:
    """Leaves of a JPEG only what is needed to decode it; other files stay as they are.

    A decoder that reads EXIF by itself can be made to keep the same bytes once for each of thousands of entries.

    Args:
        data: The file's bytes.

    Returns:
        The file's bytes, for a JPEG those of the same picture.
    """
    if picture_format(data) != "JPEG":
        return data
    parts = [b"\xff\xd8"]
    for marker, start, end in _jpeg_segments(data):
        if marker == _SCAN:
            parts.append(data[start - 2 :])
        elif _is_for_decoding(data, marker, start):
            parts.append(b"\xff" + bytes([marker]) + data[start:end])
    return b"".join(parts)


def count_parts(data: bytes, most: int) -> int:
    """Counts the pieces that a file consists of: a JPEG's segments before its pixels, a PNG's or a WebP's chunks.

    Args:
        data: The file's bytes, whatever they are.
        most: Where to stop counting.

    Returns:
        Their number; one more than `most` if there are more.
    """
    parts = {"JPEG": _jpeg_segments, "PNG": _png_chunks, "WEBP": _webp_chunks}.get(picture_format(data) or "")
    return sum(1 for _ in itertools.islice(parts(data), most + 1)) if parts else 0


def count_scans(data: bytes, most: int) -> int:
    """Counts how often a JPEG draws its pixels.

    What stands behind the end of the picture doesn't count: phones put films there, in which any bytes occur.

    Args:
        data: A JPEG's bytes.
        most: Where to stop counting.

    Returns:
        The number of scans; one more than `most` if there are more.
    """
    scans, at = 0, 2
    while scans <= most and (found := _MARKER.search(data, at)):
        marker, at = data[found.start() + 1], found.end()
        if marker == _END:
            break
        scans += marker == _SCAN
        # Over what a segment holds, or an end could hide in it.
        at += 0 if marker in _BARE else int.from_bytes(data[at : at + 2])
    return scans


def _is_for_decoding(data: bytes, marker: int, start: int) -> bool:
    if marker not in _APPLICATION and marker != _COMMENT:
        return True
    return any(marker == code and data.startswith(mark, start + 2) for code, mark in _FOR_DECODING)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Gives (marker, start, end) up to the first scan; the length stands at `start`."""
    at = 2
    while found := _SEGMENT.search(data, at):
        marker, start = data[found.start() + 1], found.end()
        at = start + int.from_bytes(data[start : start + 2])
        if at < start + 2 or at > len(data):
            return
        yield marker, start, at
        if marker == _SCAN:
            return


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Gives (kind, start, end) of what each chunk holds, up to the end of the picture."""
    at, kind = len(_PNG), b""
    while at + 12 <= len(data) and kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, at + 8, at + 8 + length
        at += 12 + length


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Gives (kind, start, end) of what each chunk holds, up to the end of the picture."""
    at, last = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= last:
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, at + 8, at + 8 + length
        at += 8 + length + length % 2


def _in_jpeg(data: bytes) -> Iterator[Block]:
    for marker, start, end in _jpeg_segments(data):
        if marker == 0xE1 and data.startswith(_EXIF, start + 2):
            yield Block("exif", data[start + 2 + len(_EXIF) : end])
        elif marker == 0xE1 and data.startswith(_XMP, start + 2):
            yield Block("xmp", data[start + 2 + len(_XMP) : end])
        elif marker == _COMMENT:
            yield Block("comment", data[start + 2 : end])


def _in_png(data: bytes) -> Iterator[Block]:
    kinds = {b"eXIf": "exif", b"tEXt": "tEXt", b"zTXt": "zTXt", b"iTXt": "iTXt"}
    for kind, start, end in _png_chunks(data):
        if kind in kinds:
            yield Block(kinds[kind], data[start:end])


def _in_webp(data: bytes) -> Iterator[Block]:
    for kind, start, end in _webp_chunks(data):
        if kind == b"EXIF":
            yield Block("exif", data[start:end].removeprefix(_EXIF))
        elif kind == b"XMP ":
            yield Block("xmp", data[start:end])
