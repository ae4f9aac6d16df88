"""A report says what was found, the same in all its forms, and nothing that the photo's file says in private."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from skimage.data import astronaut

from explain.stability import check_stability
from explain.wording import VERDICT_WORDS, percent
from model import PhotoError
from report import DEFAULT_METHODS
from tests.report.conftest import MADE_AT
from tests.report.private_photo import CAMERA, secrets, write_private_photo
from tests.report.reading import Page, exif_free, pdf_streams, pdf_text
from tests.web import photos


@pytest.fixture(scope="module")
def private_report(make_report, tmp_path_factory):
    return make_report(write_private_photo(tmp_path_factory.mktemp("private"), astronaut()))


def test_the_figures_are_those_of_the_inspection(three_faces, detector):
    inspection = three_faces.inspection
    assert len(inspection.faces) == 3
    for face, stability in zip(inspection.faces, three_faces.stabilities, strict=True):
        assert tuple(face.heatmaps) == DEFAULT_METHODS == three_faces.methods
        again = check_stability(inspection.photo, face, detector)
        assert stability.to_dict() == again.to_dict()


def test_all_forms_say_the_same_of_every_face(three_faces):
    page, text = Page(three_faces.to_html()).text, pdf_text(three_faces.to_pdf())
    data = json.loads(three_faces.to_json())
    for face, stability, shown in zip(
        three_faces.inspection.faces, three_faces.stabilities, data["faces"], strict=True
    ):
        word = VERDICT_WORDS[face.verdict]
        figure = f"{percent(face.probability_fake)} fake"
        assert f"{word} {figure}" in page and f"{word}, {figure}" in text
        assert shown["answer"] == word and shown["probability_fake"] == face.probability_fake
        for sentence in (stability.sentence, shown["meaning"], shown["findings"]["grad-cam"]["sentence"]):
            assert sentence in page
            assert sentence in text
        assert shown["stability"] == json.loads(json.dumps(stability.to_dict()))
        assert f"{face.logit:.3f}" in page and f"{face.logit:.3f}" in text


def test_a_photo_without_a_face_has_a_report_that_says_so(no_face):
    words = "No face was found in this photo, so there is nothing to judge and no probability."
    assert words in Page(no_face.to_html()).text
    assert words in pdf_text(no_face.to_pdf())
    assert json.loads(no_face.to_json())["faces"] == []
    assert "% fake" not in Page(no_face.to_html()).text.split("Limits")[0]


def test_nothing_private_of_the_file_is_in_any_form(private_report):
    html, pdf, data = private_report.to_html().encode(), private_report.to_pdf(), private_report.to_json().encode()
    pictures = Page(html.decode()).pictures()
    streams = pdf_streams(pdf)
    assert len(pictures) == 4 and sum(stream.startswith(b"\xff\xd8") for stream in streams) == 4
    for secret in secrets():
        for where in (html, pdf, data, *pictures, *streams):
            assert secret.lower() not in where.lower(), secret
    assert all(exif_free(picture) for picture in pictures)
    assert all(exif_free(stream) for stream in streams if stream.startswith(b"\xff\xd8"))


def test_the_file_that_tells_private_things_really_does(tmp_path):
    """Otherwise the test above could not fail."""
    data = write_private_photo(tmp_path, astronaut()).read_bytes()
    missing = [secret for secret in secrets() if secret not in data and b"holiday" not in secret]
    assert missing == []


def test_what_strangers_wrote_is_shown_as_they_wrote_it(private_report):
    assert CAMERA in Page(private_report.to_html()).text
    assert "Camera <b>" not in private_report.to_html()
    # ReportLab draws each of the escaped characters on its own.
    assert CAMERA.replace(" ", "") in pdf_text(private_report.to_pdf()).replace(" ", "")
    findings = json.loads(private_report.to_json())["evidence"]["findings"]
    assert CAMERA in {finding["text"] for finding in findings}


def test_the_same_report_at_the_same_time_has_the_same_bytes(make_report, one_face, tmp_path):
    pixels = one_face.inspection.photo
    source = tmp_path / "again.jpg"
    again = make_report(photos.one_face(source))
    assert again.inspection.photo.sha256 == pixels.sha256
    assert again.to_html() == one_face.to_html()
    assert again.to_pdf() == one_face.to_pdf()
    assert again.to_json() == one_face.to_json()
    later = replace(again, made_at=MADE_AT.replace(second=6))
    assert later.to_html() != again.to_html() and later.to_pdf() != again.to_pdf()


def test_bytes_and_open_files_give_what_their_path_gives(make_report, one_face, tmp_path):
    path = photos.one_face(tmp_path / "photo.jpg")
    with path.open("rb") as file:
        assert make_report(file).to_json() == one_face.to_json()
    assert make_report(path.read_bytes()).to_json() == one_face.to_json()


def test_without_stability_and_maps_there_are_none(make_report, one_face, tmp_path):
    report = make_report(photos.one_face(tmp_path / "photo.jpg"), methods=(), stability=False)
    page = Page(report.to_html())
    assert report.stabilities is None
    assert "Does the answer hold?" not in page.text and "Grad-CAM" not in page.text
    assert "--no-stability --methods" in page.text
    assert json.loads(report.to_json())["faces"][0]["stability"] is None
    assert report.to_pdf().startswith(b"%PDF")


def test_progress_grows_to_the_end(make_report, tmp_path):
    shares = []
    make_report(photos.three_faces(tmp_path / "photo.jpg"), report=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(set(shares)) > 10


def test_a_time_without_a_zone_and_an_unknown_method_are_refused(make_report, tmp_path):
    with pytest.raises(ValueError, match="time zone"):
        make_report(b"", made_at=datetime(2026, 11, 21))
    with pytest.raises(ValueError, match="magic"):
        make_report(photos.one_face(tmp_path / "photo.jpg"), methods=("magic",))


def test_what_is_no_photo_is_refused_in_the_words_of_the_page(make_report, tmp_path):
    with pytest.raises(PhotoError, match="not a photo"):
        make_report(photos.refused(tmp_path / "photo.jpg"))


def test_now_has_a_time_zone(make_report, tmp_path):
    assert make_report(photos.no_face(tmp_path / "photo.png"), made_at=None).made_at.utcoffset() is not None
