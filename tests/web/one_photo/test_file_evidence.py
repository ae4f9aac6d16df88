"""What the page shows of a file's own notes."""

import re
import threading

from PIL import Image, PngImagePlugin

from evidence import Credentials, FileEvidence, Finding
from tests.web import photos
from web.one_photo import file_evidence as module
from web.one_photo.file_evidence import build_file_evidence, build_views, evidence_panel
from web.operation.patience import PATIENCE


def last(event):
    *_, result = event
    return result


def test_notes_that_name_an_ai_program_stand_out_and_nothing_else_is_claimed(tmp_path):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("parameters", "a secret prompt, Steps: 20, Sampler: Euler a, CFG scale: 7")
    path = tmp_path / "photo.png"
    Image.new("RGB", (64, 64)).save(path, pnginfo=notes)

    html = last(build_file_evidence()(str(path)))

    assert "AI" in re.search(r'<p class="finding">(.*?)</p>', html)[1]
    assert '<tr class="ai">' in html
    assert "secret prompt" not in html
    assert "None of this changes the answer above" in html


def test_a_file_without_notes_is_said_to_mean_nothing(tmp_path):
    html = last(build_file_evidence()(str(photos.one_face(tmp_path / "photo.jpg"))))

    assert "That means nothing" in html
    assert "<table" not in html


def test_hostile_notes_are_text():
    hostile = Finding("<b>Camera</b>", "<img src=x onerror=alert(1)>", "camera")

    html = evidence_panel(FileEvidence(Credentials("none"), (hostile,)))

    assert "<img" not in html and "<b>" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_a_refused_file_is_refused_in_the_words_of_the_photo_reader(tmp_path):
    path = str(photos.refused(tmp_path / "photo.jpg"))

    for event in (build_file_evidence()(path), build_views()(path)):
        assert "save it as JPEG, PNG or WebP" in last(event)


def test_a_file_that_takes_too_long_to_read_is_given_up(tmp_path, monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(module, "gather_evidence", lambda path: ended.wait(30))
    monkeypatch.setattr(PATIENCE, "seconds", 0.2)

    html = last(build_file_evidence()(str(photos.one_face(tmp_path / "photo.jpg"))))
    ended.set()

    assert "This took longer than 0.2 seconds" in html


def test_both_views_come_as_pictures_that_are_called_aids(tmp_path):
    html = last(build_views()(str(photos.one_face(tmp_path / "photo.jpg"))))

    assert re.findall(r'<img src="data:image/jpeg;base64,[^"]+" alt="([^"]+)"', html) == [
        "Error levels of the photo",
        "Noise of the photo",
    ]
    assert "not verdicts" in html
