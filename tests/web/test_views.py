"""Heatmap views show what the inspection says, where it says it."""

import dataclasses
import math
import os
import re

import numpy as np
import pytest

from explain import inspect_photo
from model import load_detector
from tests.web import photos
from web import answer
from web.views import cautions, data_uri, face_chooser, legend, photo_view


@pytest.fixture(scope="module")
def detector():
    return load_detector(os.environ.get("UNMASK_DETECTOR"))


@pytest.fixture(scope="module")
def three(detector, tmp_path_factory):
    return inspect_photo(photos.three_faces(tmp_path_factory.mktemp("photos") / "three.png"), detector=detector)


def places(html: str, kind: str) -> list[list[float]]:
    """Left, top, width and height, in percent, of the elements of a class."""
    pattern = rf'class="{kind}[^>]*style="left:([\d.-]+)%;top:([\d.-]+)%;width:([\d.]+)%;height:([\d.]+)%'
    return [[float(number) for number in found] for found in re.findall(pattern, html)]


def test_boxes_lie_where_the_faces_are(three):
    height, width = three.photo.pixels.shape[:2]

    expected = [np.array(face.box) / [width, height, width, height] * 100 for face in three.faces]
    assert np.allclose(places(photo_view(three, {}), "box"), expected, atol=1e-3)


def test_heat_lies_exactly_over_the_crop(three):
    height, width = three.photo.pixels.shape[:2]
    face = three.faces[0]
    # A crop whose first pixel covers photo pixels 100 and 101, down from row 40.
    moved = dataclasses.replace(face, crop_to_photo=np.array([[2.0, 0, 100.5], [0, 2.0, 40.5]]))

    html = photo_view(dataclasses.replace(three, faces=[moved]), {"grad-cam": ["data:,"]})

    expected = [100 / width * 100, 40 / height * 100, 512 / width * 100, 512 / height * 100]
    assert np.allclose(places(html, "heat"), [expected], atol=1e-3)


def test_a_legend_says_what_colour_means():
    assert "speaks for real" in legend("grad-cam", 0.1) and "speaks for fake" in legend("grad-cam", 0.1)
    assert "0.13 logits a patch" in legend("grad-cam", 0.1279)
    assert "no influence" in legend("saliency", 0.1) and "real" not in legend("saliency", 0.1)


def test_transparency_survives_encoding():
    assert data_uri(np.zeros((8, 8, 4), np.uint8), "webp").startswith("data:image/webp;base64,")
    assert data_uri(np.zeros((8, 8, 3), np.uint8), "jpeg").startswith("data:image/jpeg;base64,")


def test_a_single_face_needs_no_thumbnail():
    assert face_chooser(["data:,"], ["5% fake"]) == ""
    assert face_chooser(["data:,"] * 2, ["5% fake", "<b>"]).count('type="radio"') == 2
    assert "&lt;b&gt;" in face_chooser(["data:,"] * 2, ["5% fake", "<b>"])


def test_cautions_repeat_all_notes_escaped(three):
    noted = dataclasses.replace(three.faces[0], notes=("Small & blurred.",))

    html = cautions(dataclasses.replace(three, faces=[noted], notes=("<i>Animated</i>",)))

    assert "never proof" in html
    assert "Small &amp; blurred." in html and "&lt;i&gt;Animated" in html


def test_an_answer_without_a_number_is_still_drawn(three, detector, monkeypatch):
    face = three.faces[0]
    maps = {
        name: dataclasses.replace(heatmap, values=np.full_like(heatmap.values, math.nan))
        for name, heatmap in face.heatmaps.items()
    }
    broken = dataclasses.replace(
        face, logit=math.nan, probability_fake=math.nan, verdict="uncertain", heatmaps=maps, notes=()
    )
    inspection = dataclasses.replace(three, faces=[broken])
    monkeypatch.setattr(answer, "inspect_photo", lambda *_, **__: inspection)

    result = answer.answer_photo("photo.jpg", detector)

    assert "Can't tell" in result.card and "%" not in result.card
    assert "nan" not in re.sub(r"data:[^\"]*", "", "".join([result.card, *result.views.values(), result.photo])).lower()
    assert "No region stood out" in result.views["grad-cam"]
