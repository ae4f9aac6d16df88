"""What the page's events give: the same as Python, for the right face, and cards for what goes wrong."""

import base64
import dataclasses
import io
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explain import METHODS, inspect_photo
from explain.check import QUICK
from explain.inspection import DEFAULT_METHODS
from explain.legend import with_legend
from explain.overlay import draw_face
from explain.regions import describe
from model import load_detector
from tests.web import photos
from web.one_photo import check, save, show
from web.one_photo.answer import draw_evidence
from web.one_photo.file_evidence import build_file_evidence, build_views
from web.one_photo.measure import build_measure
from web.one_photo.report import build_make_report
from web.one_photo.save import build_save
from web.one_photo.show import build_show
from web.one_photo.stability import build_stability
from web.warmup import NotReadyError

RED = "red-blue"


class Ready:
    """A warmed-up detector."""

    done = True

    def __init__(self, detector):
        self.loaded = detector

    def detector(self):
        return self.loaded


class Failed:
    done = True

    def detector(self):
        raise NotReadyError("The detector could not be loaded.")


@pytest.fixture(scope="module")
def ready():
    return Ready(load_detector(os.environ.get("UNMASK_DETECTOR")))


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return str(photos.three_faces(tmp_path_factory.mktemp("photos") / "three.png"))


def last(event):
    *_, result = event
    return result


def test_the_check_and_a_later_choice_show_the_same_map(ready, three):
    outputs = dict(zip(check.OUTPUTS, last(check.build_check(ready)(three, RED)), strict=True))

    faces, photo, trust = last(build_show(ready)(three, "grad-cam", RED))

    assert faces == outputs["face_view"]
    assert photo == outputs["photo_view"]
    assert trust == outputs["trust"]


@pytest.mark.parametrize("method", ["layercam", "saliency", "integrated-gradients"])
def test_a_chosen_method_shows_what_python_gives(ready, three, method):
    faces, photo, trust = last(build_show(ready)(three, method, RED))

    inspection = inspect_photo(three, (*DEFAULT_METHODS, method), detector=ready.loaded)
    expected = draw_evidence(inspection, method)
    assert (faces, photo) == (expected.faces, expected.photo)
    assert trust.count("Not measured yet") == 3


def test_a_slow_method_shows_how_far_it_is(ready, three):
    *steps, _ = build_show(ready)(three, "occlusion", RED)

    shares = [int(re.search(r'aria-valuenow="(\d+)"', faces)[1]) for faces, _, _ in steps]
    assert len(shares) >= 2
    assert shares == sorted(shares) and shares[-1] > shares[0]
    assert all("Computing Occlusion" in faces for faces, _, _ in steps)


def test_a_map_is_measured_for_the_face_that_was_asked_for(ready, three):
    first, *_, done = build_measure(ready)(three, "grad-cam", 2)

    assert "progressbar" in first
    panels = done.split("</section>")[:-1]
    assert ["Hiding the marked region" in panel for panel in panels] == [False, True, False]
    others = set(QUICK) - {"grad-cam"}
    assert all(METHODS[name].title in panels[1] for name in others)


def test_measured_figures_start_from_the_answer_on_the_card(ready, three):
    done = last(build_measure(ready)(three, "patch-evidence", 3))

    probability = inspect_photo(three, (), detector=ready.loaded).faces[2].probability_fake
    assert f"from {100 * probability:.0f}% fake" in done


def test_a_saved_picture_is_what_python_draws(ready, three):
    file, note = last(build_save(ready)(three, "grad-cam", 2, 60, 0.05, "purple-green", "both"))
    uri = json.loads(file)["uri"]

    face = inspect_photo(three, ("grad-cam",), detector=ready.loaded).faces[1]
    drawn = draw_face(face, "grad-cam", scale=0.05, strength=0.6, side=640, palette="purple-green")
    expected = with_legend(drawn, "grad-cam", 0.05, finding=describe(face, "grad-cam"), palette="purple-green")
    saved = np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.removeprefix("data:image/png;base64,")))))
    assert note == ""
    # One face alone or among others: the last bits of a sum differ.
    assert saved.shape == expected.shape
    assert np.abs(saved.astype(int) - expected).max() <= 2


@pytest.mark.parametrize("scale", [None, 0, -1, float("nan"), float("inf")])
def test_a_senseless_scale_becomes_the_maps_own(ready, three, scale):
    file, _ = last(build_save(ready)(three, "grad-cam", 1, 75, scale, RED, "both"))

    assert json.loads(file)["uri"].startswith("data:image/png")


def events(warmup, path):
    return {
        "stability": build_stability(warmup)(path),
        "report": build_make_report(warmup, "json")(path, "grad-cam"),
        "show": build_show(warmup)(path, "grad-cam", RED),
        "measure": build_measure(warmup)(path, "grad-cam", 1),
        "save": build_save(warmup)(path, "grad-cam", 1, 75, 0.1, RED, "both"),
    }


@pytest.mark.parametrize("path", [None, "missing.jpg"])
def test_without_the_upload_each_event_says_upload_it_again(ready, path, tmp_path):
    path = path and str(tmp_path / path)
    for event in events(ready, path).values():
        assert "upload it again" in str(last(event))
    for event in (build_file_evidence()(path), build_views()(path)):
        assert "upload it again" in last(event)
    card, evidence, *rest = last(check.build_check(ready)(path, RED))
    assert ("upload it again" if path else "No photo yet") in card
    assert evidence.visible is False and set(rest) == {""}


def test_without_a_detector_each_event_says_so(three):
    for event in events(Failed(), three).values():
        assert "could not be loaded" in str(last(event))


def test_a_face_that_is_not_there_gets_no_figures_and_no_traceback(ready, three):
    for number in (0, 4, -1, None):
        result = last(build_measure(ready)(three, "grad-cam", number))
        assert "Something went wrong" in result and "Hiding" not in result


def test_a_flat_map_is_not_measured(ready, three, monkeypatch):
    flat = {
        name: dataclasses.replace(heatmap, values=np.zeros_like(heatmap.values))
        for name, heatmap in inspect_photo(three, QUICK, detector=ready.loaded).faces[0].heatmaps.items()
    }
    monkeypatch.setattr("explain.check.compute_heatmaps", lambda *_: [flat])

    assert "No region stood out" in last(build_measure(ready)(three, "grad-cam", 1))


def test_nothing_is_left_on_the_server(ready, three, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    for event in events(ready, three).values():
        last(event)

    assert list(Path(tmp_path).rglob("*")) == []


def test_outputs_are_named_once():
    assert len(set(check.OUTPUTS)) == len(check.OUTPUTS)
    assert set(show.OUTPUTS) < set(check.OUTPUTS)
    assert save.OUTPUTS == ("file", "saved")
