"""EXIF entries by number, read so that a hostile block costs no more than an honest one.

Pillow keeps the value of every entry, and entries may all point to the same bytes: a file of 2 MB takes
it 10 seconds and 4.8 GB. Here only the entries asked for are read, and each value is bounded.
Standard: CIPA DC-008 (Exif 3.0), section 4.6, on TIFF 6.0, section 2.
"""

from __future__ import annotations

import struct
from collections.abc import Collection

ORIENTATION = 0x0112
MAX_ENTRIES = 1000
MAX_VALUE = 65_536

_EXIF_DIRECTORY, _PLACE_DIRECTORY, _LATITUDE = 0x8769, 0x8825, 2
# Bytes a unit: BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED.
_UNITS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}


def read_exif(block: bytes, tags: Collection[int]) -> dict[int, int | bytes]:
    """Reads entries of the main directory and of the EXIF directory.

    Args:
        block: The block from its byte order on, whatever it is.
        tags: Numbers of the entries wanted.

    Returns:
        By number: the first value of an entry that holds whole numbers of 16 or 32 bits, otherwise its bytes, at
        most 65,536. What is missing or broken is left out.
    """
    order = _byte_order(block)
    if not order:
        return {}
    main = _directory(block, order, _number(block, order, 4), {*tags, _EXIF_DIRECTORY})
    details = _follow(block, order, main.pop(_EXIF_DIRECTORY, None), tags)
    return details | main


def stores_place(block: bytes) -> bool:
    """Says whether an EXIF block holds the place where the photo was taken."""
    order = _byte_order(block)
    if not order:
        return False
    main = _directory(block, order, _number(block, order, 4), {_PLACE_DIRECTORY})
    return _LATITUDE in _follow(block, order, main.get(_PLACE_DIRECTORY), {_LATITUDE})


def _byte_order(block: bytes) -> str | None:
    return {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4]) if len(block) >= 8 else None


def _number(block: bytes, order: str, at: int) -> int:
    return struct.unpack_from(order + "I", block, at)[0]


def _follow(block: bytes, order: str, pointer: int | bytes | None, tags: Collection[int]) -> dict[int, int | bytes]:
    return _directory(block, order, pointer, tags) if isinstance(pointer, int) else {}


def _directory(block: bytes, order: str, at: int, tags: Collection[int]) -> dict[int, int | bytes]:
    """Reads one directory; never follows its link to the next, so there are no loops."""
    found: dict[int, int | bytes] = {}
    if at + 2 > len(block):
        return found
    count = min(struct.unpack_from(order + "H", block, at)[0], MAX_ENTRIES, (len(block) - at - 2) // 12)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, length = struct.unpack_from(order + "HHI", block, entry)
        if tag not in tags or tag in found or kind not in _UNITS or not length:
            continue
        size = length * _UNITS[kind]
        start = entry + 8 if size <= 4 else _number(block, order, entry + 8)
        value = block[start : start + min(size, MAX_VALUE)]
        if kind in (3, 4):
            if len(value) >= _UNITS[kind]:
                found[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), value)[0]
        elif value:
            found[tag] = value
    return found
