"""No number is shown that may not be, and summaries count what is there."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from report.compose import compose, summarise
from report.words import limits
from tests.report.reading import Page, pdf_text


def with_face(report, **changes):
    """A report whose only face is another one."""
    inspection = report.inspection
    (face,), (stability,) = inspection.faces, report.stabilities
    verdict, probability = changes.get("verdict", face.verdict), changes.get("probability_fake", face.probability_fake)
    return replace(
        report,
        inspection=replace(inspection, faces=[replace(face, **changes)]),
        stabilities=(replace(stability, verdict=verdict, original=probability),),
    )


def test_what_is_not_a_number_is_never_shown(one_face):
    report = with_face(one_face, probability_fake=math.nan, logit=math.nan, verdict="uncertain")
    (face,) = compose(report).faces
    assert face.answer.figure == ""
    assert face.texts == ("The network gave no usable number.",)
    assert dict(face.facts)["Logit"] == "not a number"
    assert face.stability.rows[0][1].percent == "–"
    page = Page(report.to_html())
    assert not re_words("nan", page.text) and not re_words("nan", pdf_text(report.to_pdf()))
    data = json.loads(report.to_json())["faces"][0]
    assert data["probability_fake"] is None and data["logit"] is None


def re_words(word: str, text: str) -> bool:
    return word in text.lower().replace(",", " ").replace("(", " ").split()


def test_a_face_too_small_to_judge_shows_why_and_no_number(one_face):
    report = with_face(
        one_face, probability_fake=0.97, verdict="uncertain", notes=("This face is too small to judge.",)
    )
    content = compose(report)
    assert content.faces[0].answer.probability is None
    assert content.faces[0].texts == ("This face is too small to judge.",)
    assert content.summary == "One face: can't tell."


def test_a_summary_counts_the_answers(three_faces, detector):
    faces = three_faces.inspection.faces
    mixed = [replace(face, verdict=verdict) for face, verdict in zip(faces, ("fake", "real", "fake"), strict=True)]
    assert summarise(mixed, detector.calibration) == "3 faces: 1 probably real, 2 probably fake."
    sure = replace(faces[0], verdict="fake", probability_fake=0.999)
    assert summarise([sure], detector.calibration) == "One face: probably fake (>99% fake)."


def test_all_faces_share_a_scale(three_faces):
    notes = {view.notes for face in compose(three_faces).faces for view in face.maps if view.title == "Grad-CAM"}
    assert len(notes) == 1


def test_shares_add_up_and_are_those_of_the_finding(three_faces):
    for face in compose(three_faces).faces:
        for view in face.maps:
            assert not view.shares or sum(share for _, share in view.shares) == pytest.approx(1, abs=1e-5)
            assert len(view.shares) in (0, 7)


def test_limits_say_how_far_kinds_of_fakes_differ_if_it_was_measured():
    sources = {name: {"fakes_called_fake": share} for name, share in (("a", 0.1), ("b", None), ("c", 0.96))}
    assert "2 collections" in limits({"sources": sources})[-1]
    assert "between 10% and 96% fake" in limits({"sources": sources})[-1]
    assert limits({})[0].startswith("An estimate, never proof.")
    assert len(limits({})) == len(limits({"sources": sources})) - 1
