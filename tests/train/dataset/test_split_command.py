"""`python -m train split`: a manifest that training understands, and folders if they are asked for."""

from __future__ import annotations

import csv
import errno
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.train.dataset.pictures import balanced, encoded, picture, write
from train.__main__ import main
from train.dataset import division_files, listing
from train.datasets import read_samples


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two sources of thirty pictures of each class."""
    return balanced(balanced(tmp_path / "data", 30, "one/"), 30, "second/")


def split(data: Path, *more: str, out: Path | None = None) -> int:
    return main(["split", "--data", str(data), "--out", str(out or data / "manifest.csv"), *more])


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


def test_training_reads_the_division_from_the_manifest(data: Path):
    assert split(data) == 0
    rows = rows_of(data / "manifest.csv")
    samples = read_samples(data)
    assert {each.path: each.split for each in samples} == {path: row["split"] for path, row in rows.items()}
    assert {each.split for each in samples} == {"train", "validation", "test"}
    assert rows["one/fake/000.jpg"]["label"] == "fake"


def test_the_table_counts_and_says_how_far_shares_are_missed(data: Path, capsys: pytest.CaptureFixture[str]):
    split(data)
    out = capsys.readouterr().out
    counts = Counter((each.source, each.label, each.split) for each in read_samples(data))
    train, validation, test = (counts["second", 1, name] for name in ("train", "validation", "test"))
    assert (
        f"| second | fake | {train} ({100 * train / 30 - 80:+.1f}) | {validation} ({100 * validation / 30 - 10:+.1f}) "
        f"| {test} ({100 * test / 30 - 10:+.1f}) |"
    ) in out
    assert "| source | class | train (80%) | validation (10%) | test (10%) |" in out
    assert "120 pictures are 120 families" in out


def test_folders_named_like_splits_are_overruled(tmp_path: Path):
    data = balanced(tmp_path / "data", 40, "train/")
    split(data)
    assert {each.split for each in read_samples(data)} == {"train", "validation", "test"}


def alike(data: Path) -> Path:
    """Every real picture of one source again in the other, smaller and as a fake."""
    return write(
        data,
        {f"second/fake/x{n}.jpg": encoded(picture(4000 + 2 * n).resize((80, 80)), quality=60) for n in range(30)},
    )


def test_pictures_that_look_the_same_stay_together(data: Path, capsys: pytest.CaptureFixture[str]):
    split(alike(data))
    rows = rows_of(data / "manifest.csv")
    for number in range(30):
        first, second = rows[f"one/real/{number:03}.jpg"], rows[f"second/fake/x{number}.jpg"]
        assert (first["split"], first["group"]) == (second["split"], second["group"])
    assert "150 pictures are 120 families" in capsys.readouterr().out


def test_unless_duplicates_are_ignored_and_then_no_picture_is_opened(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listing, "read_facts", None)
    split(alike(data), "--ignore-duplicates")
    rows = rows_of(data / "manifest.csv")
    pairs = [(rows[f"one/real/{n:03}.jpg"]["split"], rows[f"second/fake/x{n}.jpg"]["split"]) for n in range(30)]
    assert any(first != second for first, second in pairs)


def test_groups_and_further_columns_of_the_old_manifest_stay(data: Path):
    names = ["one/real/000.jpg", "one/fake/005.jpg", "second/fake/007.jpg"]
    old = "path,group,camera,split\n" + "".join(f"{name},person,Leica,train\n" for name in names)
    (data / "manifest.csv").write_text(old)
    assert split(data, "--seed", "3", "--replace") == 0
    rows = rows_of(data / "manifest.csv")
    assert len({rows[name]["split"] for name in names}) == 1
    assert [(rows[name]["group"], rows[name]["camera"]) for name in names] == [("person", "Leica")] * 3
    assert rows["one/real/001.jpg"]["camera"] == ""


def test_a_file_that_is_there_is_not_overwritten_unasked(data: Path, capsys: pytest.CaptureFixture[str]):
    (data / "manifest.csv").write_text("path,group\n")
    assert split(data) == 2
    assert "exists already. Name another file, or add --replace" in capsys.readouterr().err
    assert (data / "manifest.csv").read_text() == "path,group\n"


def test_the_same_command_writes_the_same_bytes(data: Path, tmp_path: Path):
    for name in ("a.csv", "b.csv"):
        split(data, out=tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    split(data, "--seed", "1", out=tmp_path / "c.csv")
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "c.csv").read_bytes()


@pytest.mark.parametrize("how", ["--copy", "--link"])
def test_a_copy_is_laid_out_for_training_and_the_data_stays(data: Path, tmp_path: Path, how: str):
    (data / "one/real/000.jpg").chmod(0o444)
    before = {path: path.read_bytes() for path in data.rglob("*.jpg")}
    assert split(data, how, str(tmp_path / "divided"), out=tmp_path / "m.csv") == 0
    rows, samples = rows_of(tmp_path / "m.csv"), read_samples(tmp_path / "divided")
    assert Counter((each.source, each.label, each.split) for each in samples) == Counter(
        (row["source"], int(row["label"] == "fake"), row["split"]) for row in rows.values()
    )
    assert {path: path.read_bytes() for path in data.rglob("*.jpg")} == before
    placed = tmp_path / "divided" / "one" / rows["one/real/000.jpg"]["split"] / "real/000.jpg"
    assert placed.read_bytes() == before[data / "one/real/000.jpg"]
    assert placed.is_symlink() == (how == "--link")
    # Not only by the manifest: the folders say the same.
    (tmp_path / "divided/manifest.csv").unlink()
    assert {(each.path, each.split) for each in read_samples(tmp_path / "divided")} == {
        (each.path, each.split) for each in samples
    }


def test_pictures_of_one_name_do_not_overwrite_each_other(tmp_path: Path):
    data = balanced(balanced(tmp_path / "data", 25, "Train/"), 25, "Test/")
    split(data, "--copy", str(tmp_path / "divided"), "--seed", "2", out=tmp_path / "m.csv")
    copied = Counter(path.read_bytes() for path in (tmp_path / "divided").rglob("*.jpg"))
    assert copied == Counter(path.read_bytes() for path in data.rglob("*.jpg"))


def test_names_that_are_no_unicode_are_kept(data: Path, tmp_path: Path):
    name = os.fsdecode(b"caf\xe9.jpg")
    write(data, {f"one/real/{name}": encoded(picture(9000))})
    assert split(data, "--copy", str(tmp_path / "divided")) == 0
    assert any(each.path.endswith(name) for each in read_samples(tmp_path / "divided"))
    assert [each.split for each in read_samples(data) if each.path.endswith(name)]


@pytest.mark.parametrize(
    "more, words",
    [
        (["--shares", "0.8", "0.1", "0.3"], "must add up to 1, the first two above 0. Received: 0.8 0.1 0.3"),
        (["--shares", "0.8", "0.2"], "expected 3 arguments"),
        (["--seed", "x"], "must be a whole number. Received: 'x'"),
        (["--copy", "{data}/divided"], "lies in the data folder"),
        (["--copy", "{data}"], "exists and is not empty"),
        (["--copy", "a", "--link", "b"], "not allowed with argument"),
    ],
)
def test_wrong_use_ends_with_2_before_any_picture_is_read(
    data: Path, more: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(listing, "read_facts", None)
    try:
        status = split(data, *(word.format(data=data) for word in more))
    except SystemExit as end:
        status = end.code
    assert status == 2
    assert words in capsys.readouterr().err
    assert not (data / "manifest.csv").exists()


@pytest.mark.parametrize(
    "files, words",
    [
        ({}, "no pictures in folders named real or fake"),
        ({"real/a.jpg": b""}, "no fake pictures"),
        ({"manifest.csv": b"file\nx\n"}, "needs the columns path and group. Received: file"),
        ({"manifest.csv": b"path,group,split\nx,g,later\n"}, "row 2: a split is train, validation or test"),
    ],
)
def test_unusable_data_ends_with_2(
    tmp_path: Path, files: dict[str, bytes], words: str, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "data").mkdir()
    assert split(write(tmp_path / "data", files), out=tmp_path / "m.csv") == 2
    assert words in capsys.readouterr().err


def test_a_missing_folder_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert split(tmp_path / "nowhere", out=tmp_path / "m.csv") == 2
    assert "there is no such folder" in capsys.readouterr().err


def test_pictures_that_cant_be_read_are_divided_like_others(data: Path):
    write(data, {"one/real/bad.jpg": b"", "one/fake/bad.jpg": b""})
    assert split(data) == 0
    assert {"one/real/bad.jpg", "one/fake/bad.jpg"} <= rows_of(data / "manifest.csv").keys()


@pytest.mark.parametrize(
    "failure, status", [(OSError(errno.ENOSPC, "No space left on device"), 2), (KeyboardInterrupt(), 130)]
)
def test_a_full_disk_or_ctrl_c_leaves_nothing_behind(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, status: int
):
    copied = []

    def stop(origin: Path, target: Path) -> None:
        copied.append(target)
        Path(target).write_bytes(b"half")
        if len(copied) == 5:
            raise failure

    monkeypatch.setattr(division_files.shutil, "copyfile", stop)
    assert split(data, "--copy", str(tmp_path / "divided"), out=tmp_path / "m.csv") == status
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
