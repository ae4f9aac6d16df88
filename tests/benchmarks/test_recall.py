"""Faces count as found again where the boxes overlap; smaller ones than can be judged don't count."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks import recall
from benchmarks.recall import main
from model import Photo
from model.cascade.search import Found


def found(*boxes: tuple[float, float, float, float], sure: float = 1.0) -> Found:
    return Found(np.array(boxes, float).reshape(-1, 4), np.zeros((len(boxes), 5, 2)), np.full(len(boxes), sure))


def test_overlap_is_intersection_over_union():
    # 5 x 10 of 150 that either has.
    assert recall._overlap(np.array([0, 0, 10, 10.0]), np.array([5, 0, 15, 10.0])) == pytest.approx(1 / 3)


def test_each_face_has_the_overlap_of_the_nearest_one(monkeypatch: pytest.MonkeyPatch):
    # The third is under 48 pixels, the second not found.
    everything = found((0, 0, 60, 60), (100, 0, 160, 60), (200, 0, 240, 40))
    answers = iter([everything, found((0, 0, 60, 30))])
    monkeypatch.setattr(recall, "search", lambda *_: next(answers))
    assert recall._overlaps(np.zeros((9, 9, 3), np.uint8), None, 1.0).tolist() == [0.5, 0]


def test_an_example_shrunk_has_a_face_of_the_wanted_height(example_photo: Callable[[str], Photo]):
    small = recall._shrink(example_photo("astronaut").pixels, 60)
    (box,) = recall.search(small).boxes
    assert box[3] - box[1] == pytest.approx(60, abs=4)


def test_a_folder_without_pictures_is_refused(tmp_path, capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit) as end:
        main(["--data", str(tmp_path / "faces")])
    assert end.value.code == 2
    assert str(tmp_path / "faces") in capsys.readouterr().err
