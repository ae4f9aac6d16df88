"""`python -m train augment`: the same folders with more pictures, and nothing that falsifies a measurement."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.photo import read_photo
from tests.train.enlarging.conftest import scene
from train.datasets import DataError, Sample, read_samples
from train.enlarging import copies as copies_module
from train.enlarging import processes as processes_module
from train.enlarging.changes import apply_changes
from train.enlarging.copies import Settings
from train.enlarging.enlarge import enlarge

TWO = Settings(copies=2, seed=3)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def manifest(out: Path) -> list[dict[str, str]]:
    with (out / "Augmented_Dataset" / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def larger(pictures: Path, tmp_path: Path) -> Path:
    out = tmp_path / "out"
    enlarge(pictures, out, TWO)
    return out


class TestFiles:
    def test_each_training_picture_has_its_copies_beside_it(self, larger: Path, pictures: Path):
        names = {name for name in files(larger / "Augmented_Dataset") if name != "manifest.csv"}
        originals = {name for name in files(pictures) if name != "manifest.csv"}
        copies = {name.replace(".", f"-aug{number}.") for name in originals if "/train/" in name for number in (1, 2)}
        assert names == originals | copies
        assert len(copies) == 2 * 12

    def test_originals_are_copied_byte_by_byte(self, larger: Path, pictures: Path):
        there = files(larger / "Augmented_Dataset")
        assert all(there[name] == content for name, content in files(pictures).items() if name != "manifest.csv")

    def test_copies_differ_from_their_original_and_from_one_another(self, larger: Path):
        for path in (larger / "Augmented_Dataset").rglob("[0-9].*"):
            if "train" in path.parts:
                versions = [path, *path.parent.glob(f"{path.stem}-aug*")]
                assert len({read_photo(version).pixels.tobytes() for version in versions}) == 3

    def test_without_originals_there_are_copies_only(self, pictures: Path, tmp_path: Path):
        enlarge(pictures, tmp_path / "out", replace(TWO, originals=False))
        names = [path.stem for path in (tmp_path / "out/Augmented_Dataset").rglob("*.*") if path.suffix != ".csv"]
        assert len(names) == 24
        assert all("-aug" in name for name in names)

    def test_other_splits_are_copied_when_asked_for(self, pictures: Path, tmp_path: Path):
        enlarge(pictures, tmp_path / "out", replace(TWO, splits=("validation",)))
        copies = [row for row in manifest(tmp_path / "out") if row["changes"] != "{}"]
        assert len(copies) == 2 * 4
        assert {row["split"] for row in copies} == {"validation"}

    def test_the_sheet_shows_originals_with_their_copies(self, larger: Path):
        # Six rows of three tiles, with gaps.
        assert Image.open(larger / "examples.png").size == (3 * 164 + 4, 6 * 164 + 4)


class TestManifest:
    def test_every_picture_has_a_row_with_its_originals_class_and_group(self, larger: Path, pictures: Path):
        originals = {sample.path: sample for sample in read_samples(pictures)}
        rows = manifest(larger)
        assert {row["path"] for row in rows} == files(larger / "Augmented_Dataset").keys() - {"manifest.csv"}
        for row in rows:
            sample = originals[row["made_from"]]
            assert row["path"].startswith(row["made_from"].rsplit(".", 1)[0])
            assert row["group"] == sample.group
            assert (row["source"], row["split"]) == (sample.source, sample.split)
            assert row["label"] == ("fake" if sample.label else "real")

    def test_a_copy_is_its_original_changed_by_the_numbers(self, larger: Path, pictures: Path):
        checked = 0
        for row in manifest(larger):
            changes = json.loads(row["changes"])
            if row["path"].endswith("png") and changes and "jpeg" not in changes:
                expected = apply_changes(read_photo(pictures / row["made_from"]).pixels, changes)
                np.testing.assert_array_equal(read_photo(larger / "Augmented_Dataset" / row["path"]).pixels, expected)
                checked += 1
        assert checked > 3

    def test_it_says_how_each_was_saved(self, larger: Path):
        for row in manifest(larger):
            quality = json.loads(row["changes"]).get("jpeg", {}).get("quality")
            if row["path"] == row["made_from"]:
                assert row["saved"] == "as it was"
            elif row["path"].endswith("jpg"):
                assert row["saved"] == (f"JPEG quality {quality}" if quality else "JPEG quality 80 as the original")
            else:
                assert row["saved"] == (f"PNG after JPEG quality {quality}" if quality else "PNG")

    def test_the_data_set_reads_like_the_original_one(self, larger: Path, pictures: Path):
        def places(samples: list[Sample]) -> set[tuple]:
            return {(sample.source, sample.split, sample.label, sample.group) for sample in samples}

        samples = read_samples(larger / "Augmented_Dataset")
        assert len(samples) == 16 + 24
        assert places(samples) == places(read_samples(pictures))


class TestUndividedData:
    @pytest.fixture
    def undivided(self, tmp_path: Path) -> Path:
        data = tmp_path / "undivided"
        for number in range(20):
            path = data / ("fake" if number % 2 else "Real") / f"{number}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(scene(number % 15)).save(path)
        return data

    def test_what_is_held_out_has_no_copies_and_no_copy_is_held_out(self, undivided: Path, tmp_path: Path):
        enlarge(undivided, tmp_path / "out", TWO)
        samples = read_samples(tmp_path / "out" / "Augmented_Dataset", seed=TWO.seed)
        held = {sample.path for sample in samples if sample.split == "validation"}
        assert held == {s.path for s in read_samples(undivided, seed=TWO.seed) if s.split == "validation"}
        assert not any("-aug" in path for path in held)
        assert len(samples) == 20 + 2 * (20 - len(held))


class TestDeterminism:
    def test_the_same_seed_gives_the_same_files_and_another_seed_others(
        self, larger: Path, pictures: Path, tmp_path: Path
    ):
        enlarge(pictures, tmp_path / "again", TWO)
        enlarge(pictures, tmp_path / "other", replace(TWO, seed=4))
        first, again, other = (
            files(out / "Augmented_Dataset") for out in (larger, tmp_path / "again", tmp_path / "other")
        )
        assert first == again
        assert sum(first[name] == other[name] for name in first if "-aug" in name) < 3

    def test_other_pictures_change_nothing(self, larger: Path, pictures: Path, tmp_path: Path):
        (pictures / "web/train/real/0.jpg").unlink()
        enlarge(pictures, tmp_path / "fewer", TWO)
        first, fewer = (files(out / "Augmented_Dataset") for out in (larger, tmp_path / "fewer"))
        del fewer["manifest.csv"]
        assert len(fewer) == len(first) - 4
        assert all(first[name] == content for name, content in fewer.items())

    def test_two_processes_make_the_same(
        self, larger: Path, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(processes_module, "_WORTH_PROCESSES", 1)
        monkeypatch.setattr(processes_module, "_BATCH", 2)
        monkeypatch.setattr(processes_module, "_WAITING", 3)
        enlarge(pictures, tmp_path / "again", TWO)
        assert files(tmp_path / "again" / "Augmented_Dataset") == files(larger / "Augmented_Dataset")


def failing_after(count: int, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets so many pictures be encoded, then fails as a half of the next one is written."""
    write, written = Path.write_bytes, []

    def write_bytes(path: Path, content: bytes) -> int:
        if path.suffix == ".partial" and len(written) == count:
            write(path, content[: len(content) // 2])
            raise error
        written.append(path)
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


class TestGoingOn:
    @pytest.mark.parametrize(
        "error", [KeyboardInterrupt(), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))], ids=["Ctrl-C", "full disk"]
    )
    def test_stopped_it_leaves_whole_files_and_goes_on_with_them(
        self, error: BaseException, larger: Path, pictures: Path, tmp_path: Path
    ):
        out, complete = tmp_path / "stopped", files(larger / "Augmented_Dataset")
        with pytest.MonkeyPatch.context() as patch:
            failing_after(11, error, patch)
            with pytest.raises(type(error)):
                enlarge(pictures, out, TWO)
        left = files(out / "Augmented_Dataset")
        assert len(left) == 11
        assert all(complete[name] == content for name, content in left.items())
        result = enlarge(pictures, out, TWO)
        assert (result.kept, result.written) == (11, 40 - 11)
        assert files(out / "Augmented_Dataset") == complete

    def test_a_second_call_decodes_and_writes_no_picture(
        self, larger: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
    ):
        before = files(larger)
        times = {path: path.stat().st_mtime_ns for path in larger.rglob("*-aug*")}
        monkeypatch.setattr(copies_module, "read_photo", None)
        result = enlarge(pictures, larger, TWO)
        assert (result.kept, result.written) == (40, 0)
        assert files(larger) == before
        assert times == {path: path.stat().st_mtime_ns for path in larger.rglob("*-aug*")}

    def test_other_settings_are_refused(self, larger: Path, pictures: Path):
        before = files(larger)
        with pytest.raises(ValueError, match="holds results of other settings") as caught:
            enlarge(pictures, larger, replace(TWO, strength=2.0))
        assert "'strength': 2.0" in str(caught.value)
        assert files(larger) == before

    def test_other_pictures_are_refused(self, larger: Path, pictures: Path):
        shutil.copy(pictures / "web/train/real/0.jpg", pictures / "web/train/real/new.jpg")
        with pytest.raises(ValueError, match="results on other pictures"):
            enlarge(pictures, larger, TWO)


class TestUnusableData:
    def test_a_picture_that_cannot_be_read_is_listed_and_has_no_copies(self, pictures: Path, tmp_path: Path):
        (pictures / "web/train/real/letter.jpg").write_text("Dear aunt")
        whole = (pictures / "web/train/real/0.jpg").read_bytes()
        (pictures / "web/train/real/half.jpg").write_bytes(whole[: len(whole) // 2])
        result = enlarge(pictures, tmp_path / "out", TWO)
        assert [path for path, _ in result.skipped] == ["web/train/real/half.jpg", "web/train/real/letter.jpg"]
        listed = list(csv.reader((tmp_path / "out/skipped.csv").read_text().splitlines()))
        assert listed[0] == ["path", "reason"]
        assert "damaged or incomplete" in listed[1][1]
        assert "not a photo" in listed[2][1]
        folder = tmp_path / "out/Augmented_Dataset/web/train/real"
        assert not list(folder.glob("letter-aug*")) + list(folder.glob("half-aug*"))
        assert result.counts["web", "train", 0] == (5, 6)

    @pytest.mark.parametrize("where", ["data/copies", "data", "."], ids=["inside", "the same", "around"])
    def test_folders_within_one_another_are_refused(self, where: str, pictures: Path, tmp_path: Path):
        data = pictures
        if where == ".":
            data = tmp_path / "Augmented_Dataset"
            pictures.rename(data)
        with pytest.raises(DataError, match="must not be inside"):
            enlarge(data, tmp_path / where, TWO)

    def test_a_name_that_a_copy_would_take_is_refused_before_anything_is_written(self, larger: Path, tmp_path: Path):
        with pytest.raises(DataError, match=r"0-aug1.png: a picture has the name that a copy of studio/.*0.png would"):
            enlarge(larger / "Augmented_Dataset", tmp_path / "twice", TWO)
        assert not (tmp_path / "twice").exists()

    def test_a_part_without_pictures_is_told(self, pictures: Path, tmp_path: Path):
        with pytest.raises(DataError, match="no pictures for test"):
            enlarge(pictures, tmp_path / "out", replace(TWO, splits=("test",)))
        assert not (tmp_path / "out").exists()

    def test_a_process_that_dies_is_told(
        self, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_workers: None
    ):
        with pytest.raises(DataError, match="died, most likely for lack of memory"):
            enlarge(pictures, tmp_path / "out", TWO)

    @pytest.fixture
    def kill_workers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(processes_module, "_WORTH_PROCESSES", 1)
        # What each process does first.
        monkeypatch.setattr(processes_module.cv2, "setNumThreads", os._exit)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"copies": 0}, "copies=0"),
        ({"strength": 0.0}, "strength=0.0"),
        ({"strength": 3.5}, "strength=3.5"),
        ({"strength": float("nan")}, "strength=nan"),
        ({"changes": ("blur",)}, "blur"),
        ({"changes": ()}, "names from rotation"),
        ({"changes": ("flip",)}, "copies=2"),
    ],
)
def test_impossible_settings_are_refused(wrong: dict, words: str, make_settings: Callable[..., Settings]):
    with pytest.raises(ValueError, match="Received") as caught:
        make_settings(**wrong)
    assert words in str(caught.value)


@pytest.fixture
def make_settings() -> Callable[..., Settings]:
    return lambda **wrong: replace(TWO, **wrong)
