"""A whole folder: how its files relate, whatever it looks like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.train.dataset.pictures import balanced, encoded, picture, write
from train.dataset import listing
from train.dataset.audit import ALL, audit_files
from train.dataset.inspection import Inspection, inspect_folder
from train.dataset.reading import Problem
from train.datasets import DataError


def problems_of(inspection: Inspection) -> dict[str, list[str]]:
    return {entry.facts.path: [str(p) for p in entry.problems] for entry in inspection.entries if entry.problems}


def test_a_sound_folder_has_no_problem(tmp_path: Path):
    inspection = inspect_folder(balanced(tmp_path))
    assert problems_of(inspection) == {}
    assert len(inspection.samples) == len(inspection.entries) == 12


def test_all_copies_but_the_first_are_duplicates(tmp_path: Path):
    data = balanced(tmp_path)
    write(data, {f"real/{name}.jpg": (data / "real/003.jpg").read_bytes() for name in ("0", "z")})
    assert problems_of(inspect_folder(data)) == {"real/003.jpg": ["duplicate"], "real/z.jpg": ["duplicate"]}


def test_a_file_under_both_labels_is_told_of_every_copy(tmp_path: Path):
    data = balanced(tmp_path)
    write(data, {"real/x.jpg": (data / "fake/003.jpg").read_bytes()})
    found = problems_of(inspect_folder(data))
    assert found == {"fake/003.jpg": ["both-labels"], "real/x.jpg": ["duplicate", "both-labels"]}


def test_a_picture_that_looks_the_same_is_told_with_label_and_split(tmp_path: Path):
    data = balanced(balanced(tmp_path, source="train/"), source="validation/")
    again = encoded(picture(6000 + 4).resize((80, 80)), quality=60)
    write(data, {"validation/fake/x.jpg": again})
    found = problems_of(inspect_folder(data))
    both = ["near-duplicate", "near-both-labels", "near-leak"]
    assert found == {"train/real/002.jpg": both, "validation/fake/x.jpg": both}


def test_a_copy_in_another_split_is_a_leak(tmp_path: Path):
    data = balanced(balanced(tmp_path, source="train/"), source="test/")
    write(data, {"test/real/x.jpg": (data / "train/real/000.jpg").read_bytes()})
    found = problems_of(inspect_folder(data))
    assert found == {"test/real/x.jpg": ["leak"], "train/real/000.jpg": ["duplicate", "leak"]}


def test_a_group_in_two_splits_is_told_and_a_group_in_one_is_not(tmp_path: Path):
    data = balanced(balanced(tmp_path, source="train/"), source="test/")
    rows = ["train/real/000.jpg,a", "test/fake/001.jpg,a", "train/real/001.jpg,b", "train/fake/001.jpg,b"]
    (data / "manifest.csv").write_text("\n".join(["path,group", *rows]))
    inspection = inspect_folder(data)
    assert problems_of(inspection) == {"train/real/000.jpg": ["group-leak"], "test/fake/001.jpg": ["group-leak"]}
    assert list(inspection.split_groups) == ["a"]


def test_masks_beside_fakes_are_passed_over_and_may_be_alike(tmp_path: Path):
    data = balanced(tmp_path)
    write(data, {f"mask/{number}.png": encoded(picture(9), "PNG") for number in range(3)})
    found = problems_of(inspect_folder(data))
    assert found == {f"mask/{number}.png": ["passed-over"] for number in range(3)}


def test_a_folder_that_training_would_refuse_is_inspected_all_the_same(tmp_path: Path):
    data = write(
        tmp_path, {"a.jpg": encoded(picture(0)), "deep/b.jpg": encoded(picture(0)), "c.jpg": b"", "d.txt": b"x"}
    )
    inspection = inspect_folder(data)
    assert inspection.samples == []
    assert problems_of(inspection) == {
        "a.jpg": ["passed-over"],
        "c.jpg": ["unreadable", "passed-over"],
        "deep/b.jpg": ["passed-over", "duplicate"],
    }


def test_hidden_files_and_folders_are_not_looked_at(tmp_path: Path):
    data = balanced(tmp_path)
    write(data, {".unmask-set-aside/001/real/x.jpg": b"", "real/._000.jpg": b"", ".git/config": b""})
    assert problems_of(inspect_folder(data)) == {}


def test_two_processes_say_what_one_says_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = balanced(tmp_path, 40)
    write(data, {"real/bad.jpg": b"", "notes.txt": b""})
    alone = inspect_folder(data)
    monkeypatch.setattr(listing, "_WORTH_PROCESSES", 0)
    assert inspect_folder(data) == alone


def test_faces_are_counted_only_when_asked(tmp_path: Path, example_photo):
    portrait = Image.fromarray(example_photo("astronaut").pixels)
    data = write(tmp_path, {"real/a.jpg": encoded(portrait), "fake/b.jpg": encoded(picture(0))})
    assert [entry.faces for entry in inspect_folder(data).entries] == [None, None]
    inspection = inspect_folder(data, faces=True)
    assert {entry.facts.path: entry.faces for entry in inspection.entries} == {"real/a.jpg": 1, "fake/b.jpg": 0}
    assert [entry.facts.path for entry in inspection.having(Problem.NO_FACE)] == ["fake/b.jpg"]


def test_a_missing_folder_an_empty_one_and_one_without_pictures_are_refused(tmp_path: Path):
    with pytest.raises(DataError, match="nowhere: there is no such folder"):
        inspect_folder(tmp_path / "nowhere")
    with pytest.raises(DataError, match="this folder is empty"):
        inspect_folder(tmp_path)
    with pytest.raises(DataError, match="none of the 2 files is a JPEG, PNG or WebP picture"):
        inspect_folder(write(tmp_path, {"a.txt": b"", "b.csv": b""}))


def saved(folder: Path, options: dict[str, tuple[str, dict]], side=lambda number, label: 64) -> Path:
    """Twenty pictures of each class, saved the way that `options` says for it."""
    for label, (kind, how) in options.items():
        for number in range(20):
            image = picture(100 * (label == "fake") + number, side(number, label))
            name = f"{label}/{number:02}.{ {'JPEG': 'jpg', 'PNG': 'png'}[kind] }"
            write(folder, {name: encoded(image, kind, **how)})
    return folder


@pytest.mark.parametrize(
    "real, fake, feature",
    [
        (("JPEG", {"quality": 80}), ("PNG", {}), "format and mode"),
        (("JPEG", {"quality": 90}), ("JPEG", {"quality": 60}), "JPEG quality"),
    ],
)
def test_the_shortcut_that_was_laid_is_found(tmp_path: Path, real, fake, feature: str):
    found = audit_files(inspect_folder(saved(tmp_path, {"real": real, "fake": fake})).entries)
    assert found[feature]["all"] == 1.0
    assert found["all of these"]["all"] == 1.0
    assert 0.4 < found["width and height"]["all"] < 0.6


def test_sizes_that_are_neither_larger_nor_smaller_give_the_class_away_too(tmp_path: Path):
    # Reals are 64 wide, fakes 48 or 80: no threshold tells them.
    same = {label: ("JPEG", {"quality": 80}) for label in ("real", "fake")}
    data = saved(tmp_path, same, lambda number, label: 64 if label == "real" else (48, 80)[number % 2])
    found = audit_files(inspect_folder(data).entries)
    assert found["width and height"]["all"] == 1.0
    assert found["JPEG quality"]["all"] == 0.5


def test_no_shortcut_is_found_where_there_is_none(tmp_path: Path):
    same = {label: ("JPEG", {"quality": 80}) for label in ("real", "fake")}
    found = audit_files(inspect_folder(saved(tmp_path, same)).entries)
    assert all(0.25 < values["all"] < 0.75 for values in found.values()), found


def test_sources_of_one_class_count_only_together(tmp_path: Path):
    data = balanced(tmp_path, 10, "a/")
    write(data, {f"b/real/{number}.png": encoded(picture(500 + number), "PNG") for number in range(10)})
    found = audit_files(inspect_folder(data).entries)
    assert set(found["file size"]) == {"a"}
    balanced(data, 10, "ccc/")
    found = audit_files(inspect_folder(data).entries)
    assert set(found["file size"]) == {"a", "ccc", ALL}
    assert found["format and mode"]["a"] == 0.5
    assert found["format and mode"][ALL] > 0.5


def test_one_class_gives_no_figure(tmp_path: Path):
    data = write(tmp_path, {f"real/{number}.jpg": encoded(picture(number)) for number in range(6)})
    found = audit_files(inspect_folder(data).entries)
    assert all(value is None for values in found.values() for value in values.values())
    assert np.all([not values or set(values) == {ALL} for values in found.values()])
