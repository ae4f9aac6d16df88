"""One file: what it is, and in which way it is bad."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageEnhance

from tests.train.dataset.pictures import encoded, picture, write
from train.dataset.jpeg_quality import estimate_quality
from train.dataset.reading import Problem, perceptual_hash, read_facts
from train.dataset.similar import NEAR_BITS


def facts_of(folder: Path, name: str, content: bytes):
    return read_facts(write(folder, {name: content}), name)


@pytest.mark.parametrize("quality", [5, 30, 49, 50, 51, 75, 85, 92, 95, 100])
def test_the_quality_is_the_one_that_pillow_saved_with(tmp_path: Path, quality: int):
    assert facts_of(tmp_path, "a.jpg", encoded(picture(0), quality=quality)).quality == quality


def test_a_table_of_another_program_gets_the_nearest_quality_and_no_table_none():
    table = Image.open(io.BytesIO(encoded(picture(0), quality=80))).quantization[0]
    assert estimate_quality({0: [value + (place == 5) for place, value in enumerate(table)]}) == 80
    assert estimate_quality({}) is None


@pytest.mark.parametrize("kind, name", [("JPEG", "a.jpg"), ("JPEG", "a.JPEG"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_a_sound_picture_has_its_facts_and_no_problem(tmp_path: Path, kind: str, name: str):
    content = encoded(picture(0).resize((90, 60)), kind)
    facts = facts_of(tmp_path, name, content)
    assert (facts.format, facts.width, facts.height, facts.mode) == (kind, 90, 60, "RGB")
    assert facts.bytes == len(content)
    assert (facts.quality is None) == (kind != "JPEG")
    assert len(facts.phash) == 32
    assert facts.problems == ()
    assert facts.reason == ""


@pytest.mark.parametrize("kind, name", [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_without_its_end_is_truncated(tmp_path: Path, kind: str, name: str, share: float):
    content = encoded(picture(0, 200), kind)
    facts = facts_of(tmp_path, name, content[: int(share * len(content))])
    assert facts.problems == (Problem.TRUNCATED,)
    assert facts.reason


@pytest.mark.parametrize(
    "content",
    [b"", b"Dear aunt", encoded(picture(0), "GIF"), encoded(picture(0), "BMP")],
    ids=["0", "text", "gif", "bmp"],
)
def test_what_training_cant_read_is_unreadable_and_says_why(tmp_path: Path, content: bytes):
    facts = facts_of(tmp_path, "a.jpg", content)
    assert facts.problems == (Problem.UNREADABLE,)
    assert facts.reason


def test_a_png_with_damage_inside_is_unreadable_rather_than_truncated(tmp_path: Path):
    content = bytearray(encoded(picture(0), "PNG"))
    content[len(content) // 2 : len(content) // 2 + 20] = bytes(20)
    assert facts_of(tmp_path, "a.png", bytes(content)).problems == (Problem.UNREADABLE,)


def test_a_side_under_32_pixels_is_too_small_and_32_is_not(tmp_path: Path):
    assert facts_of(tmp_path, "a.png", encoded(picture(0, 31), "PNG")).problems == (Problem.TOO_SMALL,)
    assert facts_of(tmp_path, "b.png", encoded(picture(0, 32), "PNG")).problems == ()


def test_over_8_mib_or_24_megapixels_is_too_large(tmp_path: Path):
    heavy = facts_of(tmp_path, "a.jpg", encoded(picture(0)) + bytes(8 * 2**20))
    assert (heavy.problems, heavy.width) == ((Problem.TOO_LARGE,), 96)
    wide = facts_of(tmp_path, "b.png", encoded(Image.new("1", (6000, 4001)), "PNG"))
    assert (wide.problems, wide.width, wide.height) == ((Problem.TOO_LARGE,), 6000, 4001)


def test_the_digest_of_a_heavy_file_is_that_of_all_its_bytes(tmp_path: Path):
    content = encoded(picture(0)) + bytes(11 * 2**20)
    assert facts_of(tmp_path, "a.jpg", content).sha256 == hashlib.sha256(content).hexdigest()


def test_a_jpeg_called_png_is_told(tmp_path: Path):
    facts = facts_of(tmp_path, "a.png", encoded(picture(0)))
    assert (facts.format, facts.problems) == ("JPEG", (Problem.WRONG_EXTENSION,))


def test_a_picture_whose_extension_training_doesnt_know_is_passed_over_by_it(tmp_path: Path):
    assert facts_of(tmp_path, "a.jfif", encoded(picture(0))).problems == (Problem.PASSED_OVER,)


def test_other_files_are_not_read(tmp_path: Path):
    facts = facts_of(tmp_path, "notes.txt", b"Dear aunt")
    assert not facts.is_picture
    assert (facts.sha256, facts.problems, facts.bytes) == ("", (), 9)


def test_a_link_to_nowhere_is_unreadable(tmp_path: Path):
    (tmp_path / "a.jpg").symlink_to(tmp_path / "gone.jpg")
    facts = read_facts(tmp_path, "a.jpg")
    assert facts.problems == (Problem.UNREADABLE,)
    assert "can't be opened" in facts.reason


def bits_between(first: bytes, second: bytes) -> int:
    return (int.from_bytes(first) ^ int.from_bytes(second)).bit_count()


def test_the_hash_is_the_difference_hash_of_imagehash():
    expected = imagehash.dhash(picture(3), 16).hash.ravel()
    assert np.unpackbits(np.frombuffer(perceptual_hash(picture(3)), np.uint8)).tolist() == expected.astype(int).tolist()


@pytest.mark.parametrize(
    "change",
    [
        lambda image: Image.open(io.BytesIO(encoded(image, quality=40))),
        lambda image: image.resize((48, 48)),
        lambda image: image.resize((300, 300)),
        lambda image: ImageEnhance.Brightness(image).enhance(1.15),
        lambda image: image.convert("L"),
    ],
    ids=["JPEG 40", "half", "larger", "brighter", "grey"],
)
def test_what_looks_the_same_has_a_near_hash(change):
    for number in range(10):
        assert bits_between(perceptual_hash(picture(number)), perceptual_hash(change(picture(number)))) <= NEAR_BITS


def test_what_looks_different_has_a_far_hash():
    hashes = [perceptual_hash(picture(number)) for number in range(30)]
    assert min(bits_between(a, b) for i, a in enumerate(hashes) for b in hashes[:i]) > 2 * NEAR_BITS


def test_a_turned_copy_is_compared_as_it_is_seen(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = encoded(picture(0).transpose(Image.Transpose.ROTATE_90), exif=exif, quality=95)
    plain = facts_of(tmp_path, "plain.jpg", encoded(picture(0), quality=95))
    assert bits_between(facts_of(tmp_path, "turned.jpg", turned).phash, plain.phash) <= NEAR_BITS
