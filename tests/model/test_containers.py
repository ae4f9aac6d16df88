"""What stands in a picture file besides its pixels, found without decoding."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from model.containers import Block, count_parts, count_scans, metadata_blocks, picture_format, without_metadata
from tests.model.pictures import colourful, encode, srgb_profile


def exif() -> Image.Exif:
    entries = Image.Exif()
    entries[0x0110] = "Box"
    return entries


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_and_xmp_are_found_as_pillow_wrote_them(kind: str):
    options = {} if kind == "PNG" else {"xmp": b"<x:xmpmeta/>"}
    data = encode(colourful(), kind, exif=exif(), **options)
    assert picture_format(data) == kind
    blocks = {block.kind: block.data for block in metadata_blocks(data)}
    # Pillow's own block begins with the name that JPEG wants before it.
    assert blocks["exif"] == exif().tobytes().removeprefix(b"Exif\0\0")
    assert blocks.get("xmp") == options.get("xmp")


def test_comments_and_texts_are_found():
    assert list(metadata_blocks(encode(colourful(), "JPEG", comment=b"hello"))) == [Block("comment", b"hello")]
    texts = encode(colourful(), "PNG", pnginfo=text("Software", "GIMP"))
    assert list(metadata_blocks(texts)) == [Block("tEXt", b"Software\0GIMP")]


def text(keyword: str, value: str) -> object:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text(keyword, value)
    return info


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\xffWEBP", b"GIF89a"]
)
def test_what_is_cut_short_or_no_picture_has_no_metadata(data: bytes):
    assert list(metadata_blocks(data)) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_any_cut_and_any_damage_is_survived(kind: str):
    original = encode(colourful(), kind, exif=exif())
    generator = np.random.default_rng(0)
    for end in range(0, min(len(original), 400), 3):
        broken = np.frombuffer(original[:end], np.uint8).copy()
        if end:
            broken[generator.integers(0, end, 2)] = generator.integers(0, 256, 2)
        assert len(list(metadata_blocks(broken.tobytes()))) <= 10_000
        without_metadata(broken.tobytes())


def test_a_jpeg_keeps_its_pixels_and_profile_and_loses_the_rest():
    data = encode(
        colourful(), "JPEG", quality=95, exif=exif(), xmp=b"<x/>", comment=b"hello", icc_profile=srgb_profile()
    )
    left = without_metadata(data)
    assert list(metadata_blocks(left)) == []
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(left))
    np.testing.assert_array_equal(np.asarray(before), np.asarray(after))
    assert after.info["icc_profile"] == srgb_profile()
    assert "exif" not in after.info


def same_pixels(first: bytes, second: bytes) -> bool:
    return np.array_equal(*(np.asarray(Image.open(io.BytesIO(data))) for data in (first, second)))


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGB"])
def test_the_colours_of_every_mode_stay(mode: str):
    data = encode(Image.fromarray(colourful()).convert(mode), "JPEG", quality=95)
    assert same_pixels(data, without_metadata(data))


def test_the_segment_of_adobe_that_says_how_colours_are_stored_stays():
    data = encode(colourful(), "JPEG", quality=95)
    jfif = 4 + int.from_bytes(data[4:6])  # says so too, and would win
    says_rgb = b"\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0\x00"
    stored = data[:2] + says_rgb + data[jfif:]
    assert not same_pixels(stored, data)
    assert same_pixels(stored, without_metadata(stored))


def test_fill_bytes_and_bare_markers_between_segments_are_passed_over():
    data = encode(colourful(), "JPEG", comment=b"hello")
    padded = data[:2] + b"\xff\xff\xff\xd0\xff\x01" + data[2:]
    assert list(metadata_blocks(padded)) == [Block("comment", b"hello")]
    np.testing.assert_array_equal(
        np.asarray(Image.open(io.BytesIO(without_metadata(padded)))), np.asarray(Image.open(io.BytesIO(data)))
    )


def test_scans_are_counted_up_to_the_end_of_the_picture():
    plain, progressive = encode(colourful(), "JPEG"), encode(colourful(), "JPEG", progressive=True)
    assert (count_scans(plain, 100), count_scans(progressive, 100)) == (1, 10)
    film = b"\xff\xda\0\x02" * 50
    assert count_scans(progressive + film, 100) == 10
    assert count_scans(progressive, 4) == 5, "no further than one more"
    assert count_scans(b"\xff\xd8", 100) == 0


def test_neither_an_end_nor_a_scan_inside_a_segment_counts():
    data = encode(colourful(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    comment = b"\xff\xfe\0\x06\xff\xd9\xff\xda"
    assert count_scans(data[:last] + comment + data[last:], 100) == 10


def test_a_jpegs_parts_are_its_segments_up_to_the_first_scan():
    # JFIF, two tables of quantisation, a frame, four of Huffman's, the scan; what stands behind that is pixels.
    data = encode(colourful(), "JPEG")
    assert count_parts(data, 99) == 9
    assert count_parts(data[:2] + b"\xff\xef\0\2" * 5 + data[2:], 99) == 14


def test_parts_of_the_others_are_their_chunks_up_to_the_end_of_the_picture():
    png, webp = encode(Image.new("RGB", (64, 64)), "PNG"), encode(Image.new("RGB", (64, 64)), "WEBP")
    assert (count_parts(png, 99), count_parts(webp, 99)) == (3, 1)
    assert (count_parts(png + b"\0" * 240, 99), count_parts(webp + b"\0" * 240, 99)) == (3, 1)


def test_no_more_is_counted_than_asked_for_and_nothing_in_what_is_no_picture():
    assert count_parts(encode(colourful(), "JPEG"), 4) == 5
    assert count_parts(b"GIF89a" + b"\xff\xef\0\2" * 9, 99) == 0


def test_other_formats_stay_as_they_are():
    for kind in ("PNG", "WEBP"):
        data = encode(colourful(), kind, exif=exif())
        assert without_metadata(data) is data


def test_of_a_million_segments_ten_thousand_are_given():
    data = b"\xff\xd8" + b"\xff\xfe\x00\x02" * 1_000_000
    assert len(list(metadata_blocks(data))) == 10_000
    assert without_metadata(data) == b"\xff\xd8"
    chunks = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sI", 0, b"tEXt", 0) * 600_000
    assert len(list(metadata_blocks(chunks))) == 10_000
