"""The panels say what was measured, of which face and which map, and no more."""

import re

import numpy as np
import pytest

from explain.faithfulness.agreement import Agreement
from explain.faithfulness.curves import Curve
from explain.faithfulness.hiding import Hiding
from explain.faithfulness.trust import Trust
from model.calibration import Calibration
from web.one_photo.trust import agreement_table, measuring, trust_figures, trust_panels

CALIBRATION = Calibration(temperature=1.0, real_below=0.2, fake_above=0.8)


def curve(*logits: float) -> Curve:
    return Curve(np.linspace(0, 1, len(logits)), np.array(logits))


@pytest.fixture
def trust():
    hiding = Hiding(0.2, 1, 2.6, {"blur": -0.36}, {"blur": (2.0, 2.0)})
    covered, others = curve(2.6, -1.0, -2.0), (curve(2.6, 2.0, -2.0), curve(2.6, 1.0, -2.0))
    return Trust(hiding, covered, curve(-2.0, 2.0, 2.6), others, (curve(-2.0, -1.0, 2.6), curve(-2.0, 0.0, 2.6)))


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_figures_stand_in_the_panel_of_their_face_and_map():
    panels = trust_panels("occlusion", 3, {2: "<p>FIGURES</p>"}).split("</section>")[:-1]

    assert len(panels) == 3
    for number, panel in enumerate(panels, 1):
        assert re.search(rf'class="trust of-occlusion face face-{number}[ "]', panel)
        assert "Occlusion" in panel
        assert ("FIGURES" in panel) == (number == 2)
        assert ("Not measured yet for this face" in panel) == ("<button" in panel) == (number != 2)


def test_the_sentence_of_hiding_is_the_first_thing_said(trust):
    words = text(trust_figures(trust, {}, CALIBRATION))

    assert words.startswith(trust.hiding.sentence(CALIBRATION))
    assert "93%" in words and "41%" in words and "88%" in words


def test_plots_are_described_for_those_who_do_not_see_them(trust):
    html = trust_figures(trust, {}, CALIBRATION)

    assert html.count("<polyline") == 6
    first, second = re.findall("<desc>([^<]*)</desc>", html)
    assert "covered" in first and "From 93% to 12%" in first and "Half-way it is 27%" in first
    assert "uncovered" in second and "Half-way it is 88%" in second


def test_whether_the_order_of_the_map_does_better_is_said(trust):
    assert "goes sooner" in trust_figures(trust, {}, CALIBRATION)
    worse = Trust(trust.hiding, curve(2.6, 2.6, -2.0), curve(-2.0, -2.0, 2.6), *([trust.random_deletions] * 2))
    assert "goes no sooner" in trust_figures(worse, {}, CALIBRATION)


def test_agreement_with_other_methods_is_listed_without_calling_it_evidence():
    words = text(agreement_table({"saliency": Agreement(0.314, 0.22), "layercam": Agreement(float("nan"), 0.0)}))

    assert "Saliency 22% 0.31" in words
    assert "nan" not in words
    assert "no evidence that they are right" in words
    assert agreement_table({}) == ""


def test_nothing_is_called_proof(trust):
    html = trust_figures(trust, {"saliency": Agreement(0.3, 0.2)}, CALIBRATION) + trust_panels("grad-cam", 2)

    assert not re.search("proof|proves|proven", html)


def test_measuring_shows_how_far_it_is():
    assert 'role="progressbar"' in measuring(0.42)
    assert 'aria-valuenow="42"' in measuring(0.42)
