"""Files drawn by chance: real ones with changed bytes, and headers, metadata and archives that no program writes."""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from tests.hostile.files import chunk
from tests.model.pictures import encode, swapped_profile

_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="GIMP 2.10"/></rdf:RDF></x:xmpmeta>'
)
# Numbers at which programs stumble, of which 0x7FFFFFFF and 0xFFFFFFFF are lengths that end before they begin.
_EDGES = (0, 1, 2, 31, 32, 255, 256, 4000, 6000, 30_000, 65_535, 65_536, 2**24, 2**31 - 1, 2**31, 2**32 - 1)
_numbers = st.sampled_from(_EDGES) | st.integers(0, 2**32 - 1)


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0131] = 6, "Canon", "GIMP 2.10"
    exif.get_ifd(0x8769).update({0x9003: "2024:05:01 09:30:12", 0x9286: b"ASCII\0\0\0hello"})
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    return exif.tobytes()


@functools.cache
def real_files() -> tuple[bytes, ...]:
    """Small pictures of every make, with all that may come along."""
    rows, columns = np.mgrid[:40, :48]
    picture = Image.fromarray(np.dstack([5 * columns, 6 * rows, 3 * (rows ^ columns)]).astype(np.uint8))
    other = picture.transpose(Image.Transpose.ROTATE_180)
    along = {"exif": _exif(), "icc_profile": swapped_profile(), "xmp": _XMP}
    frames = {"save_all": True, "append_images": [other]}
    deep = Image.fromarray((np.asarray(picture.convert("L")).astype(np.uint16)) * 257)
    text = chunk(b"tEXt", b"Software\0GIMP") + chunk(
        b"zTXt", b"parameters\0\0" + zlib.compress(b"Steps: 20, Sampler: x")
    )
    png = encode(picture, "PNG", exif=_exif(), icc_profile=swapped_profile())
    return (
        encode(picture, "JPEG", comment="CREATOR: gd-jpeg", **along),
        encode(picture, "JPEG", progressive=True, **along),
        encode(picture.convert("CMYK"), "JPEG"),
        encode(picture.convert("L"), "JPEG"),
        encode(picture, "MPO", save_all=True, append_images=[other]),
        png[:33] + text + png[33:],
        encode(picture.convert("RGBA"), "PNG"),
        encode(picture.quantize(16), "PNG", transparency=3),
        encode(deep, "PNG"),
        encode(picture.convert("1"), "PNG"),
        encode(picture, "PNG", **frames),
        encode(picture, "WEBP", **along),
        encode(picture.convert("RGBA"), "WEBP", lossless=True),
        encode(picture, "WEBP", **frames),
    )


@st.composite
def changed(draw: st.DrawFn, originals: tuple[bytes, ...]) -> bytes:
    """One of some files with up to six changes: bytes flipped, cut out, put in, doubled, moved, or of another file."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 6))):
        # Headers break more than pixels do.
        reach = draw(st.sampled_from((40, 200, len(data)))) or 1
        at = draw(st.integers(0, max(0, min(reach, len(data)) - 1)))
        end = at + draw(st.sampled_from((1, 2, 4, 12, 60)))
        what = draw(st.sampled_from(("flip", "set", "number", "cut", "end", "insert", "double", "move", "splice")))
        if what == "flip" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif what == "set" and data:
            data[at] = draw(st.sampled_from((0, 1, 127, 128, 255)))
        elif what == "number":
            data[at : at + 4] = struct.pack(draw(st.sampled_from(("<I", ">I"))), draw(_numbers))
        elif what == "cut":
            del data[at:end]
        elif what == "end":
            del data[at:]
        elif what == "insert":
            data[at:at] = draw(st.binary(max_size=20))
        elif what == "double":
            data[at:at] = data[at:end] * draw(st.sampled_from((1, 2, 500)))
        elif what == "move":
            part = data[at:end]
            del data[at:end]
            to = draw(st.integers(0, len(data)))
            data[to:to] = part
        elif what == "splice":
            data[at:] = draw(st.sampled_from(originals))[at:]
    return bytes(data)


_bytes = st.sampled_from((b"", b"\0", bytes(30))) | st.binary(max_size=60)
_deflated = st.just(zlib.compress(bytes(200_000))) | st.binary(max_size=60).map(zlib.compress)
_CHUNKS = (b"PLTE", b"tRNS", b"gAMA", b"iCCP", b"acTL", b"fcTL", b"fdAT", b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"pHYs")


_RIGHT = ((8, 2), (8, 0), (8, 6), (8, 3), (8, 4), (16, 0), (16, 2), (16, 4), (16, 6), (1, 0), (4, 3))
_WRONG = ((0, 2), (3, 0), (16, 3), (8, 1), (8, 5), (255, 255))


@st.composite
def pngs(draw: st.DrawFn) -> bytes:
    """A PNG of any size, depth and colour type, with chunks in any order and of any length; a part of them decodes."""
    sides = st.sampled_from((32, 33, 40, 64)) | _numbers
    size = struct.pack(">II", draw(sides), draw(sides))
    depth, colour = draw(st.sampled_from(_RIGHT * 3 + _WRONG))
    header = chunk(b"IHDR", size + bytes([depth, colour, 0, 0, draw(st.sampled_from((0, 0, 0, 1, 2)))]))
    parts = [header] if draw(st.integers(0, 9)) else []
    for name in draw(st.lists(st.sampled_from((*_CHUNKS, b"IDAT")), max_size=3)):
        body = draw(_deflated if name == b"IDAT" else _bytes)
        whole = bytearray(chunk(name, body if name != b"iCCP" else b"x\0\0" + draw(_deflated)))
        if not draw(st.integers(0, 5)):
            whole[:4] = struct.pack(">I", draw(_numbers))
        parts.append(bytes(whole))
    parts.append(draw(st.sampled_from((chunk(b"IDAT", zlib.compress(bytes(200_000))), b""))))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


@st.composite
def jpegs(draw: st.DrawFn) -> bytes:
    """A JPEG of segments in any order: frames of any size, depth and number of components, tables, scans, metadata."""
    parts = []
    for marker in draw(st.lists(st.sampled_from((*range(0xC0, 0xD0), *range(0xDA, 0xF0), 0xFE)), max_size=8)):
        body = draw(_bytes)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            count = draw(st.sampled_from((0, 1, 3, 4, 5, 255)))
            sides = [draw(_numbers) & 0xFFFF for _ in range(2)]
            body = struct.pack(">BHHB", draw(st.sampled_from((8, 12, 0, 16))), *sides, count) + body
        length = draw(st.just(len(body) + 2) | st.sampled_from((0, 1, 2, 65_535)))
        parts.append(bytes([0xFF, marker]) + struct.pack(">H", length) + body)
    end = draw(st.sampled_from((b"\xff\xd9", b"", b"\xff")))
    return b"\xff\xd8" + b"".join(parts) + draw(st.sampled_from(real_files()[:5]))[2:] * draw(st.integers(0, 1)) + end


@functools.cache
def _bodies(name: bytes) -> tuple[bytes, ...]:
    """What chunks of this name hold in real files; something empty if none has one."""
    found = [b""]
    for data in real_files()[-3:]:
        at = data.find(name, 12)
        if at != -1:
            found.append(data[at + 8 : at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")])
    return tuple(found)


@st.composite
def webps(draw: st.DrawFn) -> bytes:
    """A WebP of chunks in any order and of any length, with a canvas of any size."""
    names = (b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP", b"EXIF", b"XMP ")
    parts = []
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=5)):
        body = draw(st.sampled_from(_bodies(name)) | _bytes)
        if name == b"VP8X":
            sides = [draw(st.sampled_from((39, 47, 16_382)) | _numbers) for _ in range(2)]
            flags = struct.pack("<I", draw(st.integers(0, 255)))
            body = flags + b"".join(struct.pack("<I", side)[:3] for side in sides)
        length = draw(st.just(len(body)) | _numbers)
        parts.append(name + struct.pack("<I", length) + body + bytes(len(body) % 2))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", draw(st.just(len(body)) | _numbers)) + body


@st.composite
def exif_blocks(draw: st.DrawFn) -> bytes:
    """An EXIF block whose entries loop, count to four thousand million and point anywhere."""
    order = draw(st.sampled_from("<>"))
    tags = st.sampled_from((0x0112, 0x8769, 0x8825, 0x010E, 0x010F, 0x0131, 0x9003, 0x9286, 2)) | st.integers(0, 65_535)
    places = st.integers(0, 60) | _numbers
    entries = draw(st.lists(st.tuples(tags, st.integers(0, 14), _numbers, places), max_size=6))
    count = draw(st.just(len(entries)) | st.sampled_from((0, 65_535)))
    table = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    head = b"II*\0" if order == "<" else b"MM\0*"
    start = draw(st.just(8) | places)
    return head + struct.pack(order + "IH", start, count) + table + draw(st.binary(max_size=80))


@functools.cache
def real_zips() -> tuple[bytes, ...]:
    """Archives of photos, one stored, one compressed with folders."""
    made = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            for number, data in enumerate(real_files()[:3]):
                archive.writestr(f"holiday/{number}.jpg", data)
        made.append(file.getvalue())
    return tuple(made)


json_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(("a", "c2pa.created")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("manifests", "active_manifest", "a", "assertions", "ingredients", "label", "data", "actions"),
                    *("action", "digitalSourceType", "claim_generator_info", "name", "validation_results", "failure"),
                )
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)
"""What a library that reads Content Credentials might give, in any shape."""
