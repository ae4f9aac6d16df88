"""EXIF entries as Pillow and cameras write them, and blocks made to hurt."""

from __future__ import annotations

import struct
import time
import tracemalloc

import pytest
from PIL import Image

from model import read_photo
from model.exif import ORIENTATION, read_exif, stores_place
from tests.model.pictures import colourful, encode

MAKE, SOFTWARE, TAKEN, COMMENT = 0x010F, 0x0131, 0x9003, 0x9286


def block(order: str, *entries: tuple[int, int, int, bytes], behind: bytes = b"") -> bytes:
    """A block with one directory; entries are (tag, type, count, four bytes)."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(entries))
    return head + b"".join(struct.pack(order + "HHI", *entry[:3]) + entry[3] for entry in entries) + bytes(4) + behind


def test_entries_of_both_directories_are_read_as_pillow_wrote_them():
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Canon", 6
    exif.get_ifd(0x8769).update({TAKEN: "2024:05:01 09:30:12", COMMENT: b"ASCII\0\0\0hello"})
    written = exif.tobytes().removeprefix(b"Exif\0\0")
    assert read_exif(written, (MAKE, ORIENTATION, TAKEN, COMMENT, SOFTWARE)) == {
        MAKE: b"Canon\0",
        ORIENTATION: 6,
        TAKEN: b"2024:05:01 09:30:12\0",
        COMMENT: b"ASCII\0\0\0hello",
    }
    assert read_exif(written, (MAKE,)) == {MAKE: b"Canon\0"}


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_and_short_values(order: str):
    written = block(
        order,
        (ORIENTATION, 3, 1, struct.pack(order + "HH", 8, 0)),
        (MAKE, 2, 4, b"abc\0"),
        (SOFTWARE, 4, 1, struct.pack(order + "I", 70_000)),
    )
    assert read_exif(written, (ORIENTATION, MAKE, SOFTWARE)) == {ORIENTATION: 8, MAKE: b"abc\0", SOFTWARE: 70_000}


def test_a_place_is_seen_only_if_there_is_one():
    exif = Image.Exif()
    exif[MAKE] = "Canon"
    assert not stores_place(exif.tobytes().removeprefix(b"Exif\0\0"))
    exif.get_ifd(0x8825).update({29: "2024:05:01"})
    assert not stores_place(exif.tobytes().removeprefix(b"Exif\0\0"))
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    assert stores_place(exif.tobytes().removeprefix(b"Exif\0\0"))
    assert not stores_place(b"rubbish")


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"II*\0\x08\0\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        block("<", (MAKE, 2, 0, b"abc\0")),
        block("<", (MAKE, 99, 4, b"abc\0")),
        block("<", (MAKE, 2, 9, b"\xff\xff\xff\xff")),
        block("<", (ORIENTATION, 4, 2, b"\x25\0\0\0")),
        block("<", (0x8769, 4, 1, b"\x08\0\0\0")),
        block("<", (0x8769, 2, 4, b"abc\0")),
    ],
    ids=["empty", "short", "far", "entries", "none", "type", "outside", "cut", "loop", "no pointer"],
)
def test_what_is_broken_is_left_out(broken: bytes):
    assert read_exif(broken, (MAKE, ORIENTATION)) == {}
    assert not stores_place(broken)


def test_a_value_is_bounded():
    written = block("<", (MAKE, 2, 2**31, b"\x08\0\0\0"), behind=b"x" * 200_000)
    assert len(read_exif(written, (MAKE,))[MAKE]) == 65_536


def bomb(entries: int, size: int) -> bytes:
    """Entries that all point to the same bytes: Pillow would keep them once for each."""
    many = [(0x1000 + number, 1, size, b"\x08\0\0\0") for number in range(entries)]
    return block("<", (ORIENTATION, 3, 1, b"\x06\0\0\0"), *many, behind=b"x" * size)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_entries_that_share_their_bytes_cost_neither_time_nor_memory(kind: str):
    size = 20_000 if kind == "JPEG" else 1_000_000
    data = encode(colourful(), kind, exif=b"Exif\0\0" + bomb(3000, size))
    tracemalloc.start()
    start = time.process_time()
    photo = read_photo(data)
    took, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert photo.pixels.shape == (96, 64, 3), "turned as the EXIF says"
    assert took < 1
    assert peak < 20 * 2**20


def test_the_many_segments_of_a_jpeg_do_not_add_up():
    exif = bomb(3000, 1_500_000)
    parts = [exif[at : at + 65_000] for at in range(0, len(exif), 65_000)]
    plain = encode(colourful(), "JPEG")
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(part) + 8) + b"Exif\0\0" + part for part in parts)
    tracemalloc.start()
    read_photo(plain[:2] + segments + plain[2:])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 2**20
