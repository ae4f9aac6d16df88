"""Heatmap views show what the inspection says, where it says it."""

import base64
import dataclasses
import io
import math
import os
import re

import numpy as np
import pytest
from PIL import Image

from explain import METHODS, inspect_photo
from explain.colours import PALETTES
from explain.overlay import heat_layer, peak, shared_peak
from explain.regions import describe, face_shares
from model import load_detector
from tests.web import photos
from web.faces import cautions, face_chooser
from web.legend import legend
from web.one_photo import answer
from web.one_photo.answer import draw_evidence
from web.one_photo.face_view import face_view, shares_table
from web.one_photo.photo_view import photo_view
from web.pictures import Heat, color_heat, data_uri

QUICK = [name for name, method in METHODS.items() if method.quick]
FLAT = Heat(0.1, 0.1, {"on-shared on-own": "data:,"})


@pytest.fixture(scope="module")
def detector():
    return load_detector(os.environ.get("UNMASK_DETECTOR"))


@pytest.fixture(scope="module")
def three(detector, tmp_path_factory):
    photo = photos.three_faces(tmp_path_factory.mktemp("photos") / "three.png")
    return inspect_photo(photo, QUICK, detector=detector)


def places(html: str, kind: str) -> list[list[float]]:
    """Left, top, width and height, in percent, of the elements of a class."""
    pattern = rf'class="{kind}[^>]*style="left:([\d.-]+)%;top:([\d.-]+)%;width:([\d.]+)%;height:([\d.]+)%'
    return [[float(number) for number in found] for found in re.findall(pattern, html)]


def test_boxes_lie_where_the_faces_are(three):
    height, width = three.photo.pixels.shape[:2]

    html = photo_view(three, "grad-cam", [FLAT] * 3)

    expected = [np.array(face.box) / [width, height, width, height] * 100 for face in three.faces]
    assert np.allclose(places(html, "box"), expected, atol=1e-3)


def test_heat_lies_exactly_over_the_crop(three):
    height, width = three.photo.pixels.shape[:2]
    face = three.faces[0]
    # A crop whose first pixel covers photo pixels 100 and 101, down from row 40.
    moved = dataclasses.replace(face, crop_to_photo=np.array([[2.0, 0, 100.5], [0, 2.0, 40.5]]))

    html = photo_view(dataclasses.replace(three, faces=[moved]), "grad-cam", [FLAT])

    expected = [100 / width * 100, 40 / height * 100, 512 / width * 100, 512 / height * 100]
    assert np.allclose(places(html, "heat"), [expected], atol=1e-3)


@pytest.mark.parametrize("method", QUICK)
def test_each_face_comes_with_its_map_its_words_and_its_legend(three, method):
    evidence = draw_evidence(three, method)

    assert evidence.count == 3
    for number, face in enumerate(three.faces, 1):
        assert f'class="view of-{method} face face-{number}"' in evidence.faces
        assert describe(face, method) in evidence.faces
    assert f'class="view whole of-{method}"' in evidence.photo
    assert evidence.photo.count('class="box') == 3


def test_a_map_is_drawn_on_both_scales_exactly(three):
    heats = color_heat(three, "grad-cam")

    own = [peak(face.heatmaps["grad-cam"]) for face in three.faces]
    shared = shared_peak(three.faces, "grad-cam")
    assert len(set(own)) == 3 and shared >= max(own)
    for heat, face, scale in zip(heats, three.faces, own, strict=True):
        assert (heat.shared, heat.own) == (shared, scale)
        sign = 1 if face.logit > 0 else -1
        for classes, uri in heat.layers.items():
            drawn = np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1]))).convert("RGBA"))
            wanted = shared if "on-shared" in classes else scale
            # Alpha is stored without loss.
            side = "fake" if "speaks-fake" in classes else "real"
            line = sign if (sign > 0) == (side == "fake") else None
            expected = heat_layer(face.heatmaps["grad-cam"], wanted, contour=line, evidence=side)
            assert np.array_equal(drawn[..., 3], expected[..., 3])


def test_a_signed_map_has_a_layer_a_side_and_others_have_one(three):
    (signed, *_), (unsigned, *_) = color_heat(three, "grad-cam"), color_heat(three, "saliency")

    assert {name for classes in signed.layers for name in classes.split()} >= {"speaks-fake", "speaks-real"}
    assert not any("speaks" in classes for classes in unsigned.layers)


def test_view_and_legend_have_the_palette_that_was_chosen(three):
    views = {palette: draw_evidence(three, "grad-cam", palette) for palette in PALETTES}

    for palette, evidence in views.items():
        red, green, blue = PALETTES[palette].for_fake
        assert f"rgb({red},{green},{blue})" in evidence.faces and f"rgb({red},{green},{blue})" in evidence.photo
    assert len({evidence.faces for evidence in views.values()}) == len(PALETTES)


def test_where_both_scales_are_the_same_there_is_one_picture(three):
    alone = dataclasses.replace(three, faces=[dataclasses.replace(three.faces[0], heatmaps={})])
    alone.faces[0].heatmaps["saliency"] = three.faces[0].heatmaps["saliency"]

    (heat,) = color_heat(alone, "saliency")

    assert list(heat.layers) == ["on-shared on-own"]


def test_shares_of_regions_are_listed_largest_first(three):
    face = three.faces[0]

    rows = re.findall(r'<th scope="row">([^<]+)</th>.*?<td>(\d+)%</td>', shares_table(face, "grad-cam"))

    expected = face_shares(face, "grad-cam")
    assert rows == [(region, f"{100 * share:.0f}") for region, share in expected.items()]
    assert "evidence for" in shares_table(face, "grad-cam")


def test_integrated_gradients_say_what_they_miss(three):
    face = three.faces[0]
    heatmap = dataclasses.replace(face.heatmaps["grad-cam"], method="integrated-gradients", gap=-0.0712)
    face = dataclasses.replace(face, heatmaps={"integrated-gradients": heatmap})

    assert "but for 0.071 logits" in face_view(face, 1, "integrated-gradients", FLAT)
    assert "add up" not in face_view(three.faces[0], 1, "grad-cam", FLAT)


def test_a_legend_says_what_colour_and_line_mean():
    heat = Heat(0.1279, 0.1279, {})

    assert "speaks for real" in legend("grad-cam", [heat]) and "speaks for fake" in legend("grad-cam", [heat])
    assert "0.13 logits a patch" in legend("grad-cam", [heat])
    assert "The line surrounds" in legend("grad-cam", [heat])
    assert "no influence" in legend("saliency", [heat]) and "real" not in legend("saliency", [heat])


def test_a_legend_has_a_sentence_for_each_scale():
    alone = legend("grad-cam", [Heat(0.2, 0.05, {})])
    together = legend("grad-cam", [Heat(0.2, 0.05, {}), Heat(0.2, 0.2, {})])

    assert re.search(r'class="on-shared">[^<]*0\.2 logits', alone)
    assert re.search(r'class="on-own">[^<]*0\.05 logits', alone)
    assert re.search(r'class="on-own">[^<]*can\'t be compared|class="on-own">[^<]*can&#x27;t be compared', together)


def test_transparency_survives_encoding():
    assert data_uri(np.zeros((8, 8, 4), np.uint8), "webp").startswith("data:image/webp;base64,")
    assert data_uri(np.zeros((8, 8, 3), np.uint8), "jpeg").startswith("data:image/jpeg;base64,")
    assert data_uri(np.zeros((8, 8, 3), np.uint8), "png").startswith("data:image/png;base64,")


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

    shown = "".join([result.card, result.evidence.faces, result.evidence.photo])
    assert "Can't tell" in result.card and "%" not in result.card
    assert "nan" not in re.sub(r"data:[^\"]*", "", shown).lower()
    assert "gave no answer for this face" in result.evidence.faces


def test_what_one_method_sends_stays_small(three):
    evidence = draw_evidence(three, "grad-cam")

    # Three faces and the photo, each in four layers: the more the maps say, the more bytes they take.
    assert len(evidence.faces) + len(evidence.photo) < 700_000
