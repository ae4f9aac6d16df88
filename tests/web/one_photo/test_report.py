"""A report asked for on the page is the one that Python makes."""

import base64
import json
import os
from typing import get_args

import pytest

from model import load_detector
from report import build_report
from tests.web import photos
from web.one_photo.report import build_make_report
from web.report_files import Form


class Ready:
    done = True

    def __init__(self, detector):
        self.loaded = detector

    def detector(self):
        return self.loaded


@pytest.fixture(scope="module")
def ready():
    return Ready(load_detector(os.environ.get("UNMASK_DETECTOR")))


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    return str(photos.one_face(tmp_path_factory.mktemp("photos") / "photo.jpg"))


def made(event) -> tuple[str, bytes]:
    *_, (file, note) = event
    assert note == ""
    file = json.loads(file)
    return file["name"], base64.b64decode(file["uri"].split(",")[1])


@pytest.mark.parametrize("form", get_args(Form))
def test_each_form_is_named_after_the_photo_and_is_what_it_says(ready, photo, form):
    name, content = made(build_make_report(ready, form)(photo, "grad-cam"))

    digest = build_report(photo, methods=(), detector=ready.loaded, stability=False).inspection.photo.sha256
    assert name == f"unmask-{digest[:8]}.{form}"
    assert content.lstrip().startswith({"html": b"<!", "pdf": b"%PDF-", "json": b"{"}[form])


def test_the_figures_are_those_of_python_for_the_method_on_the_page(ready, photo):
    _, content = made(build_make_report(ready, "json")(photo, "layercam"))

    methods = ("grad-cam", "saliency", "layercam")
    expected = json.loads(build_report(photo, methods=methods, detector=ready.loaded).to_json())
    received = json.loads(content)
    for volatile in (expected, received):
        volatile.pop("made_at", None)
    assert received == expected


def test_progress_is_shown_until_the_file_is_there(ready, photo):
    *steps, _ = build_make_report(ready, "pdf")(photo, "occlusion")

    assert steps and all("Writing the report" in note and file == "" for file, note in steps)
