"""The verdict card says no more than the detector knows."""

import math
import re

import numpy as np
import pytest

from explain.inspection import FaceInspection
from explain.wording import has_number
from model.calibration import Calibration
from web.card import probability_bar, verdict_card

CALIBRATION = Calibration(temperature=1.0, real_below=0.12, fake_above=0.85)
METRICS = {"accepted_error": 0.03}


def face(probability: float, verdict: str | None = None, notes: tuple[str, ...] = ()) -> FaceInspection:
    return FaceInspection(
        box=(10, 10, 80, 100),
        landmarks=np.zeros((5, 2)),
        confidence=0.99,
        crop=np.zeros((256, 256, 3), np.uint8),
        crop_to_photo=np.eye(2, 3),
        logit=0.0,
        probability_fake=probability,
        verdict=verdict or CALIBRATION.verdict(probability),
        heatmaps={},
        notes=notes,
    )


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize(
    ("probability", "word", "kind", "icon"),
    [
        (0.05, "Probably real", "real", "check"),
        (0.5, "Can't tell", "uncertain", "question"),
        (0.93, "Probably fake", "fake", "warning"),
    ],
)
def test_each_verdict_has_its_word_colour_and_icon(probability, word, kind, icon):
    html = verdict_card(face(probability), 1, 1, CALIBRATION, METRICS)

    assert word in text(html)
    assert f'class="card {kind} ' in html
    assert f"icon-{icon}" in html
    assert f"{100 * probability:.0f}% fake" in text(html)


def test_the_zones_of_the_bar_meet_at_the_detectors_thresholds():
    html = probability_bar(0.3, CALIBRATION)

    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", html)]
    assert widths == pytest.approx([12, 73, 15])
    assert "left:30.00%" in html
    assert "Below 12% the answer is real, above 85% fake" in html


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.5), (0.5, 0.5), (0.0, 1.0), (0.5, 1.0)])
def test_extreme_thresholds_still_fill_the_bar(low, high):
    html = probability_bar(0.5, Calibration(1.0, low, high))

    assert sum(float(width) for width in re.findall(r"width:([\d.]+)%", html)) == pytest.approx(100)


def test_what_is_not_a_number_is_cannot_tell_without_a_number():
    html = verdict_card(face(math.nan), 1, 1, CALIBRATION, METRICS)

    assert "Can't tell" in text(html)
    assert "%" not in html and "nan" not in html.lower()
    assert "no usable number" in html


def test_a_face_too_small_to_judge_shows_why_and_no_number():
    small = face(0.97, verdict="uncertain", notes=("This face is too small to judge.",))

    html = verdict_card(small, 1, 1, CALIBRATION, METRICS)

    assert not has_number(small, CALIBRATION)
    assert "Can't tell This face is too small to judge." in text(html)
    assert "%" not in html


def test_the_card_of_one_among_several_faces_says_which():
    assert "Face 2 of 3" in verdict_card(face(0.5), 2, 3, CALIBRATION, METRICS)
    assert "Face 1" not in verdict_card(face(0.5), 1, 1, CALIBRATION, METRICS)


def test_notes_are_escaped():
    html = verdict_card(face(math.nan, notes=("<img src=x onerror=alert(1)>",)), 1, 1, CALIBRATION, METRICS)

    assert "<img" not in html
    assert "&lt;img" in html
