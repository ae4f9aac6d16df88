"""Answers are counted by how often they changed; what says neither real nor fake is no answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.stability import Answer, ask, main, table
from model import load_detector
from train.datasets import Sample

EXAMPLES = Path("examples")


def sample(name: str, label: int) -> Sample:
    return Sample(name, "all", "validation", label, name)


def test_the_table_by_hand():
    # Of ten answers one of five is wrong that never changed, none of three and both of two.
    answers = [Answer(True, 0)] * 4 + [Answer(False, 0)] + [Answer(True, 1)] * 2 + [Answer(True, 2)]
    answers += [Answer(False, 3), Answer(False, 9)]
    first, _, _, _, *rows = table(answers).splitlines()
    assert first == "10 answers, 3 of them wrong"
    assert rows == [
        "| none | 5 | 50.0% | 20.0% | 57.1% |",
        "| one or two | 3 | 30.0% | 0.0% | 42.9% |",
        "| three or more | 2 | 20.0% | 100.0% | 0.0% |",
    ]


def test_without_answers_there_are_no_shares():
    assert table([]).splitlines()[-1] == "| three or more | 0 |  |  |  |"


def test_an_answer_is_right_if_it_says_what_the_folder_says():
    name, detector = "astronaut_face_swap.jpg", load_detector()
    as_fake, as_real = (ask(EXAMPLES, sample(name, label), detector) for label in (1, 0))
    assert (as_fake.right, as_real.right) == (True, False)
    assert as_fake.changed == as_real.changed


def test_what_shows_no_face_or_is_no_photo_gives_no_answer(tmp_path: Path):
    shutil.copy(EXAMPLES / "cat.jpg", tmp_path)
    (tmp_path / "letter.jpg").write_text("Dear Sir")
    for name in ("cat.jpg", "letter.jpg"):
        assert ask(tmp_path, sample(name, 0), load_detector()) is None


def test_a_folder_without_pictures_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        main(["--data", str(tmp_path / "faces")])
    assert end.value.code == 2
    assert str(tmp_path / "faces") in capsys.readouterr().err
