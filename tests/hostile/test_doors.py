"""Every file of the corpus gets the right answer, and the same one from Python, the endpoint and the command line."""

from __future__ import annotations

import csv
import functools
import json
import os
import re
import urllib.error
from html import unescape

import pytest

from explain import inspect_photo
from explain.__main__ import main
from model import PhotoError
from tests.hostile.corpus import CASES, CLEAN, Case
from tests.hostile.doors import ask, ready, upload, uploaded
from web.one_photo.check import build_check
from web.states import NO_FACE

_POINTS, _PIXELS = 0.02, 2

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name[:40])
refused_cases = pytest.mark.parametrize("case", [case for case in CASES if case.refused], ids=lambda case: case.name)


@pytest.fixture(scope="module")
def by_python(corpus, detector):
    """From a file's name to what Python says: the inspection as JSON has it, or the refusal."""

    @functools.cache
    def answer(name: str):
        try:
            return json.loads(inspect_photo(corpus[name], (), detector=detector).to_json())
        except PhotoError as error:
            return str(error)

    return answer


@pytest.fixture(scope="module")
def by_command_line(corpus, tmp_path_factory):
    """From a file's name to the rows that the command line wrote for it, all in one run."""
    table = tmp_path_factory.mktemp("table") / "out.csv"
    other = os.environ.get("UNMASK_DETECTOR")
    chosen = ["--detector", other] if other else []
    assert main([*map(str, corpus.values()), "--csv", str(table), *chosen]) == 1, "some could not be read"
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return lambda name: [row for row in rows if row["path"] == str(corpus[name])]


@every_case
def test_python_gives_the_right_answer(case: Case, by_python):
    answer = by_python(case.name)
    if case.refused:
        assert answer == case.refused
        return
    faces = answer["faces"]
    assert case.faces in (None, len(faces))
    said = tuple(note for note in answer["notes"] if case.faces is not None or "No face" not in note)
    assert said == case.notes
    assert {note for face in faces for note in face["notes"]} == set(case.of_face)
    if case.of_face:
        assert {face["verdict"] for face in faces} == {"uncertain"}
    middles = [face["box"][0] + face["box"][2] / 2 for face in faces]
    assert middles == sorted(middles)
    if case.like:
        assert_alike(answer, by_python(case.like))


def assert_alike(answer: dict, clean: dict) -> None:
    (face,), (twin,) = answer["faces"], clean["faces"]
    assert face["box"] == pytest.approx(twin["box"], abs=_PIXELS), "upright, and at the same place"
    assert face["probability_fake"] == pytest.approx(twin["probability_fake"], abs=_POINTS)
    assert face["verdict"] == twin["verdict"]
    assert answer["photo"]["width"] == clean["photo"]["width"]
    assert answer["photo"]["height"] == clean["photo"]["height"]


@every_case
def test_the_endpoint_gives_what_python_gives(case: Case, by_python, corpus, address):
    if case.no_upload:
        with pytest.raises(urllib.error.HTTPError) as refusal:
            upload(address, case.name, corpus[case.name].read_bytes())
        assert refusal.value.code == 413, case.no_upload
        return
    reply = ask(
        address, "inspect", image=uploaded(upload(address, case.name, corpus[case.name].read_bytes())), methods=[]
    )
    assert (reply.message or reply.answer) == by_python(case.name)


@every_case
def test_the_command_line_gives_what_python_gives(case: Case, by_python, by_command_line):
    answer, rows = by_python(case.name), by_command_line(case.name)
    if case.refused:
        assert [(row["error"], row["verdict"], row["probability_fake"]) for row in rows] == [(answer, "", "")]
        return
    if not answer["faces"]:
        assert [row["error"] for row in rows] == ["No face was found in this photo."]
    for row, face in zip([row for row in rows if row["face"]], answer["faces"], strict=True):
        assert [int(row[side]) for side in ("x", "y", "width", "height")] == face["box"]
        assert row["verdict"] == face["verdict"]
        assert float(row["probability_fake"]) == pytest.approx(face["probability_fake"], abs=1e-6)
        assert float(row["logit"]) == pytest.approx(face["logit"], abs=1e-5)


@refused_cases
def test_the_page_refuses_in_the_same_words_and_empties_the_rest(case: Case, corpus, detector):
    *_, (card, evidence, *rest) = build_check(ready(detector))(str(corpus[case.name]), "red-blue")
    assert re.findall(r"<p>(.*?)</p>", card) == [case.refused.replace("'", "&#x27;")]
    assert unescape(card).count(case.refused) == 1
    assert evidence.visible is False
    assert set(rest) == {""}


def test_the_page_gives_no_probability_where_there_is_no_face(corpus, detector):
    for case in CASES:
        if not case.refused and case.faces == 0:
            *_, (card, _, *rest) = build_check(ready(detector))(str(corpus[case.name]), "red-blue")
            assert (card, set(rest)) == (NO_FACE, {""})


def test_the_same_file_twice_gives_the_same_bits(corpus, detector, address):
    path = corpus[CLEAN]
    first, second = (inspect_photo(path, detector=detector).to_json() for _ in range(2))
    assert first == second
    image = uploaded(upload(address, CLEAN, path.read_bytes()))
    assert ask(address, "inspect", image=image) == ask(address, "inspect", image=image)
