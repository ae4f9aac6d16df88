"""Any folder with both classes can be measured, and what is measured is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from train.crops import CropSet
from train.datasets import DataError, read_samples
from train.evaluation import faces as module
from train.evaluation.faces import load_faces

Touch = Callable[..., Path]
LABELS = ("real", "fake")


@pytest.fixture(autouse=True)
def without_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file whose name has no "blank" in it shows a face."""

    def crops(data: Path, samples: Sequence, cache: Path) -> CropSet:
        good = [sample for sample in samples if "blank" not in sample.path]
        skipped = [(sample.path, "No face was found.") for sample in samples if "blank" in sample.path]
        rows = np.arange(len(good))
        return CropSet(np.zeros((len(good), 1, 1, 3), np.uint8), good, rows, np.zeros((len(good), 5, 2)), skipped)

    monkeypatch.setattr(module, "load_crops", crops)


def paths(data: Path, split: str | None) -> set[str]:
    return {sample.path for sample in load_faces(data, split, data).crops.samples}


def test_the_validation_part_is_measured_where_there_is_one(touch: Touch):
    names = [f"{split}/{label}/a.jpg" for split in ("train", "validation", "test") for label in LABELS]
    data = touch(*names)
    faces = load_faces(data, None, data)
    assert faces.split == "validation"
    assert {sample.path for sample in faces.crops.samples} == {"validation/real/a.jpg", "validation/fake/a.jpg"}
    assert paths(data, "test") == {"test/real/a.jpg", "test/fake/a.jpg"}
    assert paths(data, "all") == set(names)


def test_a_part_that_stands_alone_can_be_measured(touch: Touch):
    # Training would refuse it: there is nothing to train on.
    data = touch("validation/real/a.jpg", "validation/fake/b.jpg")
    assert load_faces(data, None, data).notes == []
    with pytest.raises(DataError):
        read_samples(data)


def test_without_a_validation_part_the_test_part_is_measured(touch: Touch):
    data = touch(*(f"{split}/{label}/a.jpg" for split in ("Train", "Test") for label in LABELS))
    assert load_faces(data, None, data).split == "test"


def test_a_plain_folder_is_measured_as_a_whole_with_a_warning(touch: Touch):
    data = touch("real/a.jpg", "real/b.jpg", "fake/c.jpg")
    faces = load_faces(data, None, data)
    assert (faces.split, len(faces.crops.samples)) == ("all", 3)
    assert "trained on these pictures" in faces.notes[0]


@pytest.mark.parametrize("present, missing", [("real", "fake"), ("fake", "real")])
def test_a_folder_without_both_classes_is_refused(touch: Touch, present: str, missing: str):
    data = touch(f"validation/{present}/a.jpg")
    with pytest.raises(DataError, match=f"no {missing} pictures"):
        load_faces(data, None, data)


def test_a_part_without_both_classes_is_refused_by_name(touch: Touch):
    data = touch("train/real/a.jpg", "train/fake/b.jpg", "validation/real/c.jpg")
    with pytest.raises(DataError, match="no fake pictures in the validation part"):
        load_faces(data, None, data)


def test_a_class_whose_pictures_show_no_face_is_refused(touch: Touch):
    data = touch("real/a.jpg", "fake/blank.jpg")
    with pytest.raises(DataError, match=r"no fake picture shows a face that can be found \(1 real and 0 fake faces\)"):
        load_faces(data, None, data)


def test_pictures_left_out_are_listed_for_the_measured_part_alone(touch: Touch):
    data = touch(
        *(f"{split}/{label}/{n}.jpg" for split in ("train", "val") for label in LABELS for n in ("a", "blank"))
    )
    left_out = load_faces(data, None, data).left_out
    assert [(sample.path, sample.label, reason) for sample, reason in left_out] == [
        ("val/fake/blank.jpg", 1, "No face was found."),
        ("val/real/blank.jpg", 0, "No face was found."),
    ]


def test_sources_with_both_classes_are_pooled(touch: Touch):
    data = touch("a/real/1.jpg", "a/fake/2.jpg", "b/fake/3.jpg")
    faces = load_faces(data, None, data)
    assert faces.pooled == ["a"]
    assert faces.in_pool.tolist() == [True, True, False]
    assert faces.cells.tolist() == ["a/1", "a/0", "b/1"]


def test_if_no_source_has_both_classes_all_are_pooled_with_a_warning(touch: Touch):
    data = touch("a/real/1.jpg", "b/fake/3.jpg")
    faces = load_faces(data, None, data)
    assert faces.in_pool.all()
    assert any("No source has both classes" in note for note in faces.notes)


def test_groups_come_from_the_manifest(touch: Touch):
    data = touch("real/a.jpg", "fake/b.jpg")
    (data / "manifest.csv").write_text("path,group\nreal/a.jpg,ada\nfake/b.jpg,ada\n")
    assert load_faces(data, None, data).groups.tolist() == ["ada", "ada"]
