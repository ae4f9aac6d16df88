"""Labels come from folder names, whatever the layout, and no group stands on both sides of a split."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from train.datasets import DataError, Sample, read_samples, write_manifest

Touch = Callable[..., Path]


def many(folder: str, count: int, suffix: str = ".jpg") -> list[str]:
    return [f"{folder}/{i:03}{suffix}" for i in range(count)]


def test_the_layout_of_source_split_and_label(touch: Touch):
    data = touch(
        "dfdc/train/real/a.jpg", "dfdc/train/fake/b.jpg", "ffhq/validation/real/c.jpg", "ffhq/validation/fake/d.jpg"
    )
    assert read_samples(data) == [
        Sample("dfdc/train/fake/b.jpg", "dfdc", "train", 1, "dfdc/train/fake/b.jpg"),
        Sample("dfdc/train/real/a.jpg", "dfdc", "train", 0, "dfdc/train/real/a.jpg"),
        Sample("ffhq/validation/fake/d.jpg", "ffhq", "validation", 1, "ffhq/validation/fake/d.jpg"),
        Sample("ffhq/validation/real/c.jpg", "ffhq", "validation", 0, "ffhq/validation/real/c.jpg"),
    ]


def test_the_layout_of_kaggle(touch: Touch):
    splits = {"Train": "train", "Validation": "validation", "Test": "test"}
    data = touch(*(f"{split}/{label}/{split}.jpg" for split in splits for label in ("Real", "Fake")))
    found = {(sample.path, sample.source, sample.split, sample.label) for sample in read_samples(data)}
    assert found == {
        (f"{split}/{label}/{split}.jpg", "all", splits[split], int(label == "Fake"))
        for split in splits
        for label in ("Real", "Fake")
    }


def test_the_layout_of_140k_faces_below_its_two_folders(touch: Touch):
    top = "real_vs_fake/real-vs-fake"
    data = touch(
        *(f"{top}/{split}/{label}/a.jpg" for split in ("train", "valid", "test") for label in ("real", "fake"))
    )
    assert {(sample.source, sample.split) for sample in read_samples(data)} == {
        (top, split) for split in ("train", "validation", "test")
    }


def test_the_layout_of_edited_portraits(touch: Touch):
    data = touch(*many("real_and_fake_face/training_real", 20), *many("real_and_fake_face/training_fake", 20))
    samples = read_samples(data)
    assert {sample.source for sample in samples} == {"real_and_fake_face"}
    assert Counter(sample.label for sample in samples) == {0: 20, 1: 20}
    # It has no validation part, so 15 % become one.
    assert sum(sample.split == "validation" for sample in samples) == 6


@pytest.mark.parametrize("real, fake", [("real", "fake"), ("real", "df"), ("REAL", "DF"), ("Real", "Fake")])
def test_the_plain_layout_in_any_case(touch: Touch, real: str, fake: str):
    samples = read_samples(touch(*many(real, 20), *many(fake, 20)))
    assert {(sample.path.split("/")[0], sample.label) for sample in samples} == {(real, 0), (fake, 1)}
    assert {sample.source for sample in samples} == {"all"}
    # 15 % of 20 of each class.
    assert Counter((sample.split, sample.label) for sample in samples) == {
        ("train", 0): 17,
        ("train", 1): 17,
        ("validation", 0): 3,
        ("validation", 1): 3,
    }


def test_every_source_without_split_gives_its_share_to_validation(touch: Touch):
    samples = read_samples(
        touch(*(name for s in "ab" for label in ("real", "fake") for name in many(f"{s}/{label}", 20)))
    )
    held = Counter((sample.source, sample.label) for sample in samples if sample.split == "validation")
    assert held == {(source, label): 3 for source in "ab" for label in (0, 1)}


@pytest.mark.parametrize("suffix", [".jpg", ".JPG", ".jpeg", ".png", ".PNG", ".webp"])
def test_pictures_are_known_by_their_extension_in_any_case(touch: Touch, suffix: str):
    assert len(read_samples(touch(*many("real", 4, suffix), *many("fake", 4, suffix)))) == 8


def test_other_files_and_folders_are_passed_over(touch: Touch):
    data = touch(
        *many("real", 4), *many("fake", 4), "real/notes.txt", "fake/clip.mp4", "other/x.jpg", "x.jpg", "LICENSE"
    )
    assert len(read_samples(data)) == 8


def test_the_innermost_label_counts_and_the_data_folders_own_name_does_not(tmp_path: Path):
    data = tmp_path / "fake" / "train"  # somebody unpacked it there
    for name in [*many("real", 4), *many("fake", 4)]:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(b"")
    samples = read_samples(data)
    assert Counter(sample.label for sample in samples) == {0: 4, 1: 4}
    assert {sample.source for sample in samples} == {"all"}


def test_a_given_division_is_kept(touch: Touch):
    data = touch(
        *many("train/real", 30), *many("train/fake", 30), *many("validation/real", 1), *many("validation/fake", 1)
    )
    assert Counter(sample.split for sample in read_samples(data)) == {"train": 60, "validation": 2}


def test_undivided_the_splits_are_those_of_the_folders_whatever_they_lack(touch: Touch):
    data = touch("real/a.jpg", "fake/b.jpg", "val/real/c.jpg", "test/fake/d.jpg")
    splits = {sample.path: sample.split for sample in read_samples(data, divide=False)}
    assert splits == {
        "real/a.jpg": "train",
        "fake/b.jpg": "train",
        "val/real/c.jpg": "validation",
        "test/fake/d.jpg": "test",
    }


def test_undivided_a_folder_still_needs_both_classes(touch: Touch):
    with pytest.raises(DataError, match=r"no fake pictures \(1 real and 0 fake were found\)"):
        read_samples(touch("real/a.jpg"), divide=False)


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(DataError, match=r"nowhere: there is no such folder"):
        read_samples(tmp_path / "nowhere")


@pytest.mark.parametrize("names", [[], ["cats/a.jpg", "dogs/b.jpg"], ["a.jpg"], ["real/notes.txt"]])
def test_an_unknown_layout_is_answered_with_the_path_and_the_known_ones(touch: Touch, names: list[str]):
    data = touch("README.md", *names)
    with pytest.raises(DataError) as caught:
        read_samples(data)
    assert str(caught.value).startswith(f"{data}: ")
    assert "{real,fake}" in str(caught.value)


@pytest.mark.parametrize("present, missing", [("real", "fake"), ("fake", "real")])
def test_an_empty_class_is_named(touch: Touch, present: str, missing: str):
    data = touch(*many(present, 5))
    (data / missing).mkdir()
    with pytest.raises(DataError) as caught:
        read_samples(data)
    assert str(caught.value).startswith(f"{data}: no {missing} pictures")


def test_a_validation_part_without_fakes_is_named(touch: Touch):
    data = touch("train/real/a.jpg", "train/fake/b.jpg", "validation/real/c.jpg")
    with pytest.raises(DataError, match=r"no fake pictures for validation"):
        read_samples(data)


def grouped(touch: Touch) -> Path:
    """Forty persons: a real picture, two edits of it and a second source with their videos' frames."""
    names, rows = [], []
    for person in range(40):
        for name in (
            f"a/real/{person}.jpg",
            f"a/fake/{person}x.jpg",
            f"a/fake/{person}y.jpg",
            f"b/real/{person}.jpg",
            f"b/df/{person}.jpg",
        ):
            names.append(name)
            rows.append(f"{name},person{person}\n")
    data = touch(*names)
    (data / "manifest.csv").write_text("path,group\n" + "".join(rows))
    return data


def test_a_group_is_never_on_both_sides(touch: Touch):
    samples = read_samples(grouped(touch))
    sides = {sample.group: {other.split for other in samples if other.group == sample.group} for sample in samples}
    assert len(sides) == 40
    assert all(len(splits) == 1 for splits in sides.values())
    held = Counter((sample.source, sample.label) for sample in samples if sample.split == "validation")
    # 15 % of 40 persons, in each source and class.
    assert held == {("a", 0): 6, ("a", 1): 12, ("b", 0): 6, ("b", 1): 6}


def test_the_division_depends_on_the_seed_alone(touch: Touch):
    data = grouped(touch)
    assert read_samples(data, seed=4) == read_samples(data, seed=4)
    held = [{sample.group for sample in read_samples(data, seed=s) if sample.split == "validation"} for s in range(4)]
    assert len(set(map(frozenset, held))) > 1


def test_the_division_does_not_depend_on_the_order_of_the_disk(touch: Touch, monkeypatch: pytest.MonkeyPatch):
    data = grouped(touch)
    expected = read_samples(data)
    rglob = Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda self, pattern: sorted(rglob(self, pattern), reverse=True))
    assert read_samples(data) == expected


def test_a_manifest_without_groups_is_refused(touch: Touch):
    data = touch(*many("real", 4), *many("fake", 4))
    (data / "manifest.csv").write_text("file,person\nreal/000.jpg,1\n")
    with pytest.raises(DataError, match=r"manifest.csv: needs the columns path and group. Received: file, person"):
        read_samples(data)


def test_the_manifest_names_every_label_and_can_be_read_back_as_groups(touch: Touch, tmp_path: Path):
    samples = read_samples(grouped(touch))
    path = tmp_path / "manifest.csv"
    write_manifest(path, samples)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["path"], row["source"], row["split"], row["group"]) for row in rows] == [
        (sample.path, sample.source, sample.split, sample.group) for sample in samples
    ]
    assert all(row["label"] == ("real" if "/real/" in row["path"] else "fake") for row in rows)


def test_a_split_in_the_manifest_counts_more_than_the_folders(touch: Touch):
    data = touch(*many("train/real", 4), *many("train/fake", 4))
    rows = [
        "train/real/000.jpg,g,Val",
        "train/fake/000.jpg,h,validation",
        "train/fake/001.jpg,i,test",
        "train/real/001.jpg,j,",
    ]
    (data / "manifest.csv").write_text("path,group,split\n" + "\n".join(rows))
    found = {sample.path: sample.split for sample in read_samples(data) if sample.split != "train"}
    assert found == {
        "train/real/000.jpg": "validation",
        "train/fake/000.jpg": "validation",
        "train/fake/001.jpg": "test",
    }


def test_an_unknown_split_in_the_manifest_is_named_with_its_row(touch: Touch):
    data = touch(*many("real", 4), *many("fake", 4))
    (data / "manifest.csv").write_text("path,group,split\nreal/000.jpg,g,train\nreal/001.jpg,h,later\n")
    with pytest.raises(DataError, match=r"row 3: a split is train, validation or test. Received: 'later'"):
        read_samples(data)


def test_a_picture_without_a_group_in_the_manifest_is_a_group_of_its_own(touch: Touch):
    data = touch(*many("real", 4), *many("fake", 4))
    (data / "manifest.csv").write_text("path,group\nreal/000.jpg,\nreal/001.jpg,\n")
    assert len({sample.group for sample in read_samples(data)}) == 8


def test_a_manifest_that_a_spreadsheet_saved_is_read(touch: Touch):
    data = touch(*many("real", 4), *many("fake", 4))
    (data / "manifest.csv").write_text("\ufeffpath,group\nreal/000.jpg,g\n", encoding="utf-8")
    assert "g" in {sample.group for sample in read_samples(data)}


def test_hidden_files_and_folders_are_passed_over(touch: Touch):
    data = touch(*many("real", 4), *many("fake", 4), "real/._000.jpg", ".unmask-set-aside/001/real/x.jpg")
    assert len(read_samples(data)) == 8
