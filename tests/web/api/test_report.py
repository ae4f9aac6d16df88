"""`/report` over real HTTP gives what Python gives, and what is handed out is deleted like an upload."""

import contextlib
import json
import os
import time
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from model import PhotoError, load_detector, read_photo
from report import build_report
from tests.web import photos
from tests.web.serving import running_app


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    return photos.one_face(tmp_path_factory.mktemp("photos") / "photo.jpg")


def read(client, photo, **arguments) -> bytes:
    return Path(client.predict(image=handle_file(photo), api_name="/report", **arguments)).read_bytes()


def test_the_figures_are_those_of_python(client, photo):
    received = json.loads(read(client, photo, form="json", methods=["patch-evidence"]))

    detector = load_detector(os.environ.get("UNMASK_DETECTOR"))
    expected = json.loads(build_report(photo, methods=("patch-evidence",), detector=detector).to_json())
    assert received.pop("made_at") and expected.pop("made_at")
    assert received == expected


@pytest.mark.parametrize(("form", "start"), [("html", b"<!"), ("pdf", b"%PDF-")])
def test_each_form_is_what_it_says(client, photo, form, start):
    assert read(client, photo, form=form, stability=False).lstrip().startswith(start)


def test_a_photo_without_a_face_has_a_report_too(client, tmp_path):
    assert b"No face" in read(client, photos.no_face(tmp_path / "photo.png"))


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [("form", "docx", "one of html, pdf, json. Received: 'docx'"), ("methods", ["magic"], "'magic'")],
)
def test_a_wrong_argument_is_named_with_what_was_expected(refusal, photo, argument, value, words):
    assert words in refusal("/report", image=handle_file(photo), **{argument: value})


def test_a_refused_photo_gets_the_same_words_as_in_python(refusal, tmp_path):
    photo = photos.refused(tmp_path / "photo.jpg")
    with pytest.raises(PhotoError) as expected:
        read_photo(photo)

    assert refusal("/report", image=handle_file(photo)) == str(expected.value)


@pytest.mark.slow
def test_a_report_on_the_server_is_deleted_when_an_upload_of_its_age_is(photo, tmp_path):
    """A server whose files live for six seconds: only this number differs from the shipped one."""
    program = (
        "import sys, gradio as gr; build = gr.Blocks.__init__\n"
        "def soon(self, *a, **k): k['delete_cache'] = k.get('delete_cache') and (1, 6); build(self, *a, **k)\n"
        "gr.Blocks.__init__ = soon\n"
        "import app; sys.exit(app.main(sys.argv[1:]))"
    )
    with running_app(temporary=tmp_path, program=program) as address:
        client = Client(address, verbose=False, download_files=str(tmp_path / "client"))
        with contextlib.suppress(AppError):
            # The upload may be gone before TensorFlow is there.
            client.predict(image=handle_file(photo), api_name="/inspect")
        received = Path(client.predict(image=handle_file(photo), form="json", api_name="/report"))
        assert received.is_file()
        kept = {received.name, photo.name}
        assert kept <= names(tmp_path / "uploads")
        deadline = time.monotonic() + 30
        while kept & names(tmp_path / "uploads"):
            assert time.monotonic() < deadline
            time.sleep(0.5)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}
