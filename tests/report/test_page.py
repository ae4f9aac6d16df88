"""The page needs nothing but itself, and everybody can read it."""

from __future__ import annotations

import io
import itertools
import re

import pytest
from PIL import Image

from report.pictures import MAP_SIDE, PHOTO_SIDE


def test_the_page_is_well_formed(page):
    assert page.unbalanced == []
    assert page.all("html")[0]["lang"] == "en"
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    referred = {attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes}
    assert referred == set(identifiers)


def test_nothing_is_fetched_and_nothing_runs(page, three_faces):
    names = {name for name, _ in page.tags}
    assert not names & {"script", "link", "iframe", "object", "form"}
    assert not any(key.startswith("on") for _, attributes in page.tags for key in attributes)
    assert all(image["src"].startswith("data:image/jpeg;base64,") for image in page.all("img"))
    assert not re.search(r"https?:|url\(|@import", three_faces.to_html())
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(name[1]) for name, _ in page.tags if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_every_picture_has_its_size_and_words(page):
    images = page.all("img")
    assert len(images) == 1 + 3 * (1 + 2)
    assert images[0]["alt"] == "The photo with numbered boxes around its 3 faces"
    assert images[1]["alt"] == "Face 1, as the network saw it"
    assert images[2]["alt"].startswith("Grad-CAM heatmap of face 1. ")
    for image, data in zip(images, page.pictures(), strict=True):
        assert Image.open(io.BytesIO(data)).size == (int(image["width"]), int(image["height"]))
    assert max(int(images[0]["width"]), int(images[0]["height"])) <= PHOTO_SIDE
    assert images[2]["width"] == str(MAP_SIDE)


def test_the_zones_meet_at_the_detectors_thresholds(page, detector):
    low, high = 100 * detector.calibration.real_below, 100 * detector.calibration.fake_above
    for strip in range(0, len(page.all("rect")), 3):
        real, between, fake = page.all("rect")[strip : strip + 3]
        assert float(real["width"][:-1]) == pytest.approx(low, abs=0.01)
        assert float(between["x"][:-1]) == pytest.approx(low, abs=0.01)
        assert float(fake["x"][:-1]) == pytest.approx(high, abs=0.01)


def test_the_mark_stands_at_the_probability(page, three_faces):
    marks = [float(circle["cx"][:-1]) for circle in page.all("circle")]
    expected = []
    for face, stability in zip(three_faces.inspection.faces, three_faces.stabilities, strict=True):
        variants = [variant.probability_fake for variant in stability.variants]
        expected += [face.probability_fake, face.probability_fake, *variants]
    assert marks == pytest.approx([100 * share for share in expected], abs=0.01)


def test_what_is_needed_to_get_the_figures_again_is_there(page, three_faces, detector):
    assert three_faces.inspection.photo.sha256 in page.text
    assert detector.description["weights"]["sha256"] in page.text
    assert f"{detector.calibration.temperature:.4f}" in page.text
    assert "python -m report PHOTO --out DIR --methods grad-cam saliency" in page.text
    assert "660 × 220 pixels" in page.text
    assert "2026-11-21 21:20:05 (UTC+01:00)" in page.text


def test_evidence_of_the_file_is_kept_apart(page, three_faces):
    apart = page.text.index("has no part in them")
    assert page.text.index(three_faces.evidence.sentence) > apart
    assert page.text.rindex("Does the answer hold?") < apart


def test_a_report_of_one_face_is_small_enough_to_send(one_face):
    assert len(one_face.to_html().encode()) < 700_000
    assert len(one_face.to_pdf()) < 700_000
