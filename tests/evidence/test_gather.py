"""Everything a file tells, in one sentence and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from evidence import gather_evidence
from evidence.credentials import Credentials, Reason, State
from evidence.finding import Finding, Kind
from evidence.gather import FileEvidence
from model import PhotoError, read_photo
from model.photo import MAX_BYTES
from tests.evidence.files import png, with_exif
from tests.evidence.signing import GENERATED, authority, picture, signed
from tests.model.pictures import encode, png_header

NOTHING = Credentials("none")


def sentence(credentials: Credentials = NOTHING, *kinds: Kind) -> str:
    return FileEvidence(credentials, tuple(Finding("Label", "text", kind) for kind in kinds)).sentence


def test_path_text_and_bytes_give_the_same(tmp_path: Path):
    data = with_exif(tag_272="Box")
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)
    found = gather_evidence(data)
    assert found == gather_evidence(path) == gather_evidence(str(path))
    assert found.findings == (Finding("Camera", "Box", "camera"),)
    assert found.credentials == NOTHING


def test_a_file_that_says_nothing_is_not_held_against_it():
    found = gather_evidence(picture())
    assert "says nothing" in found.sentence
    assert "That means nothing" in found.sentence
    assert "real photos, too" in found.sentence


def test_ai_goes_before_everything_else():
    signed_ai = Credentials("valid", declares_ai=True)
    assert "Content Credentials say that AI made" in sentence(signed_ai, "camera", "edit", "ai")
    assert "says of itself that AI" in sentence(NOTHING, "camera", "edit", "ai")
    assert "says of itself that AI" in sentence(Credentials("invalid", "altered"), "ai")


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("trusted", "", "trusted signers"),
        ("valid", "", "can't check"),
        ("invalid", "altered", "changed after"),
        ("invalid", "broken", "doesn't hold"),
    ],
)
def test_credentials_go_before_camera_and_editors(state: State, reason: Reason, words: str):
    assert words in sentence(Credentials(state, reason), "camera", "edit")


def test_altered_credentials_that_said_ai_are_told_as_past():
    words = sentence(Credentials("invalid", "altered", declares_ai=True))
    assert "no longer counts" in words and "They said that AI" in words


def test_neither_an_editor_nor_a_camera_proves_anything():
    assert "no sign of a fake" in sentence(NOTHING, "camera", "edit")
    assert "prove nothing" in sentence(NOTHING, "camera", "other")
    assert "little" in sentence(NOTHING, "other")
    assert "little" in sentence(Credentials("unreadable", "damaged"))


def test_everything_can_be_written_as_json():
    data = signed(with_exif(tag_272="Box"), actions=[GENERATED])
    found = gather_evidence(data, trust_anchors=authority().root)
    written = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert written == found.to_dict()
    assert written["sentence"] == found.sentence
    assert written["findings"] == [{"label": "Camera", "text": "Box", "kind": "camera"}]
    assert written["credentials"]["state"] == "trusted"
    assert written["credentials"]["declares_ai"] is True
    assert written["credentials"]["actions"] == ["created (made by generative AI)"]
    assert written["credentials"]["sentence"] == found.credentials.sentence


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"Just a letter to my aunt.",
        encode(Image.new("RGB", (40, 40)), "GIF"),
        encode(Image.new("RGB", (8, 8)), "PNG"),
        png_header(10_000, 10_000),
        png((b"tEXt", b"Software\0GIMP")).ljust(MAX_BYTES + 1, b"\0"),
        Path("nowhere.jpg"),
    ],
    ids=["empty", "text", "gif", "small", "large", "long", "missing"],
)
def test_what_read_photo_refuses_is_refused_in_the_same_words(source: bytes | Path):
    with pytest.raises(PhotoError) as expected:
        read_photo(source)
    with pytest.raises(PhotoError) as received:
        gather_evidence(source)
    assert str(received.value) == str(expected.value)


def test_what_is_no_file_at_all_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError, match="`source`"):
        gather_evidence(7)
