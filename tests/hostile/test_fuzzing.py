"""Whatever the bytes are, there is an answer or a refusal in plain words; the same examples are drawn each time."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence import gather_evidence
from evidence.exif import exif_findings
from evidence.finding import Finding
from evidence.manifest import actions, active_manifest, declares_ai, software, was_altered
from evidence.png_text import read_text, text_findings
from evidence.xmp import xmp_findings
from model import PhotoError, read_photo
from model.containers import metadata_blocks
from model.exif import read_exif
from tests.hostile.drawn import changed, exif_blocks, jpegs, json_trees, pngs, real_files, real_zips, webps
from tests.model.pictures import colourful, encode
from web.many_photos.archive import Allowance, Archive

_NOTES = (
    "This picture is animated; only its first frame was looked at.",
    "This picture has no colour; the answer is less certain for such pictures.",
    "Transparent parts of this picture were laid over white.",
    "The colour profile in this photo can't be read; colours may be slightly off.",
)


def drawn(times: int) -> Callable:
    """The same examples each time, however slow the machine is."""
    return settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=times,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.fixture(autouse=True)
def _without_warnings():
    # Pillow tells of odd bytes by warnings, which are no result.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def assert_photo_or_refusal(data: bytes) -> bool:
    """Whether the bytes are a photo; fails if they are neither that nor refused in plain words."""
    try:
        photo = read_photo(data)
    except PhotoError as error:
        assert_plain(str(error))
        return False
    height, width, channels = photo.pixels.shape
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.flags["C_CONTIGUOUS"]
    assert channels == 3
    assert min(height, width) >= 32
    assert height * width <= 24_000_000
    assert set(photo.notes) <= set(_NOTES)
    return True


def assert_plain(message: str) -> None:
    assert re.fullmatch(r"[A-Z][^\n]{10,200}\.", message), message
    assert not re.search(r"Error|Exception|Traceback|0x|[/\\<>{}\[\]]|PIL|Pillow|numpy|decoder|errno", message), message


def assert_findings(findings: list[Finding] | tuple[Finding, ...]) -> None:
    for finding in findings:
        for text in (finding.label, finding.text):
            assert 0 < len(text) <= 200
            assert not [character for character in text if unicodedata.category(character)[0] == "C"], text


@drawn(2000)
@given(changed(real_files()))
def test_real_pictures_with_changed_bytes(data: bytes):
    assert_photo_or_refusal(data)


@drawn(500)
@given(pngs())
def test_headers_and_chunks_of_png(data: bytes):
    assert_photo_or_refusal(data)


@drawn(500)
@given(jpegs())
def test_segments_of_jpeg(data: bytes):
    assert_photo_or_refusal(data)


@drawn(500)
@given(webps())
def test_chunks_of_webp(data: bytes):
    assert_photo_or_refusal(data)


@drawn(300)
@given(
    st.binary(max_size=200), st.sampled_from((b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF8"))
)
def test_bytes_that_are_nothing(rest: bytes, begin: bytes):
    assert not assert_photo_or_refusal(begin + rest)


@drawn(300)
@given(exif_blocks(), st.sampled_from(("JPEG", "PNG", "WEBP")))
def test_any_exif_leaves_the_picture_readable(block: bytes, kind: str):
    assert assert_photo_or_refusal(encode(colourful(), kind, exif=b"Exif\0\0" + block))


@drawn(500)
@given(exif_blocks() | st.binary(max_size=60), st.lists(st.integers(0, 65_535), max_size=5))
def test_exif_entries_are_those_asked_for_and_bounded(block: bytes, tags: list[int]):
    found = read_exif(block, tags)
    assert set(found) <= set(tags)
    assert all(isinstance(value, int) or 0 < len(value) <= len(block) for value in found.values())
    assert_findings(exif_findings(block))


@drawn(500)
@given(changed(real_files()))
def test_what_a_file_says_of_itself(data: bytes):
    try:
        evidence = gather_evidence(data)
    except PhotoError as error:
        assert_plain(str(error))
        return
    assert_findings(evidence.findings)
    assert evidence.credentials.state in ("none", "unreadable")
    assert evidence.sentence.endswith(".")


def test_the_files_that_are_changed_do_say_something_of_themselves():
    assert sum(bool(gather_evidence(data).findings) for data in real_files()) >= 4


@drawn(500)
@given(changed(tuple(block.data for data in real_files() for block in metadata_blocks(data))))
def test_pieces_of_metadata(piece: bytes):
    assert_findings(xmp_findings(piece))
    for kind in ("tEXt", "zTXt", "iTXt"):
        keyword, text = read_text(kind, piece)
        assert len(text) <= 2**21
        assert_findings(text_findings(keyword, text))


@drawn(500)
@given(json_trees)
def test_content_credentials_of_any_shape(store):
    manifest = active_manifest(store)
    assert declares_ai(store) in (True, False)
    assert was_altered(store) in (True, False)
    assert all(isinstance(word, str) for word in (*actions(manifest), software(manifest)))


@drawn(500)
@given(changed(real_zips()))
def test_zips_with_changed_bytes(tmp_path_factory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "changed.zip"
    path.write_bytes(data)
    allowance = Allowance()
    try:
        archive = Archive(path, allowance)
    except PhotoError as error:
        assert_plain(str(error))
        return
    for name, member in archive.members():
        assert ".." not in name.split("/") and not name.startswith("/")
        try:
            assert_photo_or_refusal(archive.read(member))
        except PhotoError as error:
            assert_plain(str(error))
    archive.close()
    assert 0 <= allowance.left <= 64 * 2**20
