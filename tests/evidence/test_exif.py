"""What EXIF says, and what of it is kept to itself."""

from __future__ import annotations

import base64
import uuid

import pytest
from PIL import Image

from evidence.finding import Finding
from evidence.metadata import read_metadata
from tests.evidence.files import exif_of, jpeg, with_exif
from tests.evidence.signing import picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_camera_lens_program_and_date(kind: str):
    data = with_exif(
        kind=kind,
        tag_271="Canon",
        tag_272="Canon EOS R5",
        tag_305="Adobe Photoshop 25.0 (Windows)",
        details={0x9003: "2024:05:01 09:30:12", 0xA434: "RF50mm F1.2 L USM"},
    )
    assert set(read_metadata(data)) == {
        Finding("Camera", "Canon EOS R5", "camera"),
        Finding("Lens", "RF50mm F1.2 L USM", "camera"),
        Finding("Taken on", "2024-05-01 09:30", "camera"),
        Finding("Program", "Adobe Photoshop 25.0 (Windows)", "edit"),
    }


def test_maker_and_model_are_joined_unless_the_model_names_both():
    assert read_metadata(with_exif(tag_271="Apple", tag_272="iPhone 15 Pro")) == (
        Finding("Camera", "Apple iPhone 15 Pro", "camera"),
    )
    assert read_metadata(with_exif(tag_272="Box")) == (Finding("Camera", "Box", "camera"),)


def test_the_version_of_a_phone_is_a_program_like_any_other():
    assert read_metadata(with_exif(tag_305="16.4.1")) == (Finding("Program", "16.4.1", "other"),)


PLACE = {1: "N", 2: (52.0, 31.0, 12.345), 3: "E", 4: (13.0, 24.0, 17.6543)}
PRIVATE = {
    0x013B: "Ann Secret",
    0x8298: "© Ann Secret",
    0x9C9D: "Ann Secret".encode("utf-16-le"),
    0x010E: "Ann at home",
}


def test_place_names_and_serial_numbers_never_show():
    exif = exif_of(
        {0xA431: "SN-12345678", 0xA435: "LN-87654321", 0xA430: "Ann Secret", 0x9286: b"ASCII\0\0\0Ann at home"},
        {**PRIVATE, 0x0110: "Box"},
        PLACE,
    )
    found = read_metadata(picture("JPEG", exif=exif))
    assert {finding.label for finding in found} == {"Camera", "Place"}
    (place,) = (finding for finding in found if finding.label == "Place")
    assert place.kind == "other"
    words = repr(found)
    assert not [word for word in ("Ann", "52", "31", "12.", "13", "24", "17", "SN", "LN", "°") if word in words]


def test_a_place_directory_without_a_place_is_none():
    exif = exif_of(None, {0x0110: "Box"}, {0: b"\2\3\0\0", 29: "2024:05:01"})
    assert [finding.label for finding in read_metadata(picture("JPEG", exif=exif))] == ["Camera"]


def test_flux_signs_as_the_maker_of_a_camera():
    found = read_metadata(
        with_exif(tag_271="Black Forest Labs", tag_272="flux-dev", tag_305="AI generated;txt2img;flux")
    )
    assert found == (
        Finding("AI program", "Flux (Black Forest Labs flux-dev)", "ai"),
        Finding("AI program", "AI generated;txt2img;flux", "ai"),
    )


PROMPT = "portrait of Ann Secret\nNegative prompt: blur\nSteps: 20, Sampler: Euler a, CFG scale: 7"


@pytest.mark.parametrize(
    "comment",
    [
        b"UNICODE\0" + PROMPT.encode("utf-16-be"),
        b"UNICODE\0" + PROMPT.encode("utf-16-le"),
        b"ASCII\0\0\0" + PROMPT.encode(),
    ],
    ids=["big", "little", "ascii"],
)
def test_settings_in_the_comment_are_named_but_the_prompt_is_not(comment: bytes):
    found = read_metadata(with_exif(details={0x9286: comment}))
    assert found == (Finding("AI settings", "settings of Stable Diffusion are stored in this file", "ai"),)


def test_grok_is_known_by_its_signature_and_neither_half_shows():
    signature = base64.b64encode(bytes(range(64))).decode()
    artist = str(uuid.UUID(int=7))
    found = read_metadata(with_exif(tag_270=f"Signature: {signature}", tag_315=artist))
    assert found == (Finding("AI program", "Grok", "ai"),)
    assert read_metadata(with_exif(tag_270=f"Signature: {signature}", tag_315="Ann")) == ()
    assert read_metadata(with_exif(tag_270="Signature: Ann", tag_315=artist)) == ()


def test_hidden_characters_and_long_names_are_cut():
    exif = Image.Exif()
    exif[0x0131] = ("evil\u202egpj\x1b[31m\n" + "x" * 5000).encode()
    (found,) = read_metadata(picture("JPEG", exif=exif))
    assert found.text == "evilgpj[31m " + "x" * 67 + "…"
    assert len(found.text) == 80


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"rubbish rubbish",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08",
        b"MM\0*\0\0\0\x08\0\x01\x01\x31\0\x02\xff\xff\xff\xff\0\0\0\x08",
        b"MM\0*\0\0\0\x08\0\x01\x01\x31\0\x02\0\0\0\x09\xff\xff\xff\xff",
    ],
    ids=["empty", "rubbish", "header", "far away", "cut short", "loop", "endless value", "value outside"],
)
def test_a_broken_block_says_nothing_and_raises_nothing(block: bytes):
    found = read_metadata(jpeg((0xE1, b"Exif\0\0" + block)))
    assert all(finding.label == "Program" for finding in found)
