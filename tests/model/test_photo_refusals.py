"""What can't be used is refused in words that a layman understands, before it costs anything."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from model import PhotoError, read_photo
from tests.model.pictures import colourful, encode, png_header
from tests.work import at_most_megabytes

MIB = 2**20


def refusal(source: object) -> str:
    """Reads what must be refused; gives the message, after checking that it is plain."""
    with pytest.raises(PhotoError) as caught:
        read_photo(source)
    message = str(caught.value)
    assert re.fullmatch(r"[A-Z][^\n]{10,160}\.", message), message
    # No exception names, no addresses, no paths, no names of libraries.
    assert not re.search(r"Error|Exception|Traceback|0x|[/\\<>{}\[\]]|PIL|Pillow|numpy|decoder|errno", message), message
    return message


def as_picture(kind: str, **options: object) -> bytes:
    return encode(colourful(), kind, **options)


@pytest.mark.parametrize(
    "data, words",
    [
        (as_picture("GIF"), "GIF"),
        (as_picture("TIFF"), "TIFF"),
        (as_picture("BMP"), "BMP"),
        (as_picture("PDF"), "PDF"),
        (as_picture("EPS"), "PostScript"),
        (b"8BPS\0\1" + b"\0" * 100, "Photoshop"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100, "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + b"\0" * 100, "HEIC"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + b"\0" * 100, "AVIF"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 100, "video"),
        (b"Just a letter to my aunt.\n" * 20, "not a photo"),
        (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "not a photo"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not a photo"),
        (as_picture("PPM"), "not a photo"),
        (as_picture("ICO", sizes=[(64, 64)]), "not a photo"),
        (b"\0" * 1000, "not a photo"),
        (b"\xff", "not a photo"),
    ],
    ids=[
        *("gif", "tiff", "bmp", "pdf", "eps", "psd", "heic", "heif", "avif", "video"),
        *("text", "html", "svg", "ppm", "ico", "zeros", "one byte"),
    ],
)
def test_another_kind_of_file_named_jpg_is_refused_by_its_true_name(data: bytes, words: str, tmp_path: Path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)
    message = refusal(path)
    assert words in message
    assert "JPEG, PNG or WebP" in message  # what to do about it


def test_an_empty_file_is_refused():
    assert "empty" in refusal(b"")
    assert "empty" in refusal(io.BytesIO())


@pytest.mark.parametrize("kind, options", [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {})])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_a_file_cut_short_is_refused_not_half_grey(kind: str, options: dict, share: float):
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    data = encode(noise, kind, **options)
    message = refusal(data[: int(len(data) * share)])
    assert "damaged" in message or "not a photo" in message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damaged_bytes_give_a_photo_or_a_refusal_and_nothing_else(kind: str):
    # Warnings of the decoder about odd bytes are no result.
    data = np.frombuffer(encode(colourful(), kind), np.uint8)
    generator = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(150):
            broken = data.copy()
            at = generator.integers(0, min(len(broken), 600), 6)
            broken[at] = generator.integers(0, 256, 6)
            try:
                pixels = read_photo(broken.tobytes()).pixels
            except PhotoError:
                continue
            assert pixels.dtype == np.uint8
            assert pixels.shape[2] == 3


@pytest.mark.parametrize("size", [(1, 1), (2, 6000), (6000, 2), (31, 200)])
def test_a_picture_without_room_for_a_face_is_refused_with_its_size(size: tuple[int, int]):
    message = refusal(encode(Image.new("RGB", size), "PNG"))
    assert "too small" in message
    assert f"{size[0]} × {size[1]}" in message


def test_a_picture_of_32_pixels_is_not_too_small():
    assert read_photo(encode(Image.new("RGB", (32, 33)), "PNG")).pixels.shape == (33, 32, 3)


@pytest.fixture
def never_decode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes any attempt to decode pixels fail the test."""

    def load(self: ImageFile.ImageFile) -> None:
        pytest.fail(f"decoded {self.size}")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)


def jpeg_header(width: int, height: int) -> bytes:
    """A JPEG whose header states another size than its pixels have."""
    data = bytearray(encode(colourful(), "JPEG"))
    frame = data.index(b"\xff\xc0")  # start of frame: length, depth, height, width
    data[frame + 5 : frame + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)


@pytest.mark.usefixtures("never_decode")
@pytest.mark.parametrize(
    "data",
    [png_header(30_000, 30_000), png_header(10_000, 10_000), png_header(6000, 4001), jpeg_header(65_000, 65_000)],
    ids=["bomb", "hundred megapixels", "just over the limit", "jpeg bomb"],
)
def test_more_than_24_megapixels_are_refused_without_decoding(data: bytes):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning would land in the log of the Space
        message = refusal(data)
    assert "24 million pixels" in message


def test_24_megapixels_are_read():
    assert read_photo(encode(Image.new("1", (6000, 4000)), "PNG")).pixels.shape == (4000, 6000, 3)


def test_a_file_of_more_than_8_mib_is_refused():
    data = encode(colourful(), "PNG")
    # What stands behind the end of a PNG is ignored, so only the size decides.
    assert read_photo(data.ljust(8 * MIB, b"\0")).pixels.shape == (64, 96, 3)
    assert "larger than 8 MB" in refusal(data.ljust(8 * MIB + 1, b"\0"))
    assert "larger than 8 MB" in refusal(io.BytesIO(data.ljust(9 * MIB, b"\0")))


def test_an_endless_file_is_not_read_to_its_end():
    class Endless:
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 8 * MIB + 1
            return b"\0" * size

    assert "larger than 8 MB" in refusal(Endless())


def test_a_huge_file_on_disk_is_not_read_into_memory(tmp_path: Path):
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(2**36)  # 64 GiB of nothing: takes no room on disk, but would in memory
    with at_most_megabytes(20):
        assert "larger than 8 MB" in refusal(path)


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: folder / "missing.jpg",
        lambda folder: folder,
        lambda folder: str(folder / ("x" * 300)),
        lambda _: "name with\0nothing.jpg",
        lambda _: "https://example.org/photo.jpg",
        lambda _: "data:image/png;base64,AAAA",
    ],
    ids=["missing", "folder", "long name", "null byte", "address", "data address"],
)
def test_a_path_that_leads_to_no_file_is_refused_without_naming_it(make: Callable[[Path], object], tmp_path: Path):
    assert "can't be opened" in refusal(make(tmp_path))


@pytest.mark.parametrize(
    "source", [None, 7, ["photo.jpg"], io.StringIO("text")], ids=lambda source: type(source).__name__
)
def test_what_is_no_file_at_all_is_a_mistake_of_the_caller(source: object):
    with pytest.raises(TypeError, match=r"`source` must be a path, bytes or a binary file object\. Received: "):
        read_photo(source)
