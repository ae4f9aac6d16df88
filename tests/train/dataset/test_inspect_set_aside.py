"""Nothing is deleted, and everything can be moved back, whatever interrupts."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path

import pytest

from tests.train.dataset.pictures import write
from train.dataset import set_aside as module
from train.dataset.set_aside import open_log, set_aside, undo
from train.datasets import DataError

FILES = {"a/real/1.jpg": b"one", "a/real/2.jpg": b"two", "b/fake/1.jpg": b"three"}
CHOSEN = [("a/real/1.jpg", "unreadable"), ("b/fake/1.jpg", "duplicate")]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".csv"
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "data", FILES)


def move(data: Path, aside: Path | None = None, chosen=CHOSEN) -> Path:
    log = open_log(data, [path for path, _ in chosen], aside or data / ".unmask-set-aside")
    set_aside(data, chosen, log)
    return log


def test_files_move_with_their_relative_paths_and_the_log_says_why(data: Path):
    log = move(data)
    assert log == data / ".unmask-set-aside/001.csv"
    assert contents(data) == {
        ".unmask-set-aside/001/a/real/1.jpg": b"one",
        ".unmask-set-aside/001/b/fake/1.jpg": b"three",
        "a/real/2.jpg": b"two",
    }
    with log.open(newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"from": "../a/real/1.jpg", "to": "001/a/real/1.jpg", "why": "unreadable"},
            {"from": "../b/fake/1.jpg", "to": "001/b/fake/1.jpg", "why": "duplicate"},
        ]


def test_undo_puts_everything_back_and_can_be_repeated(data: Path):
    log = move(data)
    (data / "b/fake").rmdir()
    assert undo(log) == (2, [])
    assert contents(data) == FILES
    assert not log.with_suffix("").exists()
    assert undo(log) == (0, [])


def test_a_second_time_gets_a_folder_of_its_own(data: Path):
    first = move(data)
    write(data, {"a/real/1.jpg": b"another"})
    second = move(data, chosen=CHOSEN[:1])
    assert (first.name, second.name) == ("001.csv", "002.csv")
    assert undo(second) == (1, [])
    assert (data / "a/real/1.jpg").read_bytes() == b"another"


def test_another_folder_can_be_named(data: Path, tmp_path: Path):
    log = move(data, tmp_path / "elsewhere/aside")
    assert set(contents(data)) == {"a/real/2.jpg"}
    assert undo(log) == (2, [])
    assert contents(data) == FILES


def test_undo_works_after_the_whole_data_folder_was_moved(data: Path, tmp_path: Path):
    log = move(data)
    data.rename(tmp_path / "new place")
    assert undo(tmp_path / "new place" / log.relative_to(data)) == (2, [])
    assert contents(tmp_path / "new place") == FILES


def test_the_log_is_on_the_disk_before_a_file_moves(data: Path, monkeypatch: pytest.MonkeyPatch):
    seen = []

    def watched(origin: Path, target: Path) -> None:
        seen.append((data / ".unmask-set-aside/001.csv").read_text().count(origin.name))
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_move", watched)
    with pytest.raises(KeyboardInterrupt):
        move(data)
    assert seen == [2]  # in from and in to
    assert undo(data / ".unmask-set-aside/001.csv") == (0, [])
    assert contents(data) == FILES


def test_an_interruption_between_two_files_is_undone(data: Path, monkeypatch: pytest.MonkeyPatch):
    original = module._move

    def once(origin: Path, target: Path) -> None:
        original(origin, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_move", once)
    with pytest.raises(KeyboardInterrupt):
        move(data)
    monkeypatch.undo()
    assert "a/real/1.jpg" not in contents(data)
    assert undo(data / ".unmask-set-aside/001.csv") == (1, [])
    assert contents(data) == FILES


def test_a_full_disk_while_logging_moves_nothing(data: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        move(data)
    assert contents(data) == FILES


def test_a_row_that_was_cut_off_is_passed_over(data: Path):
    log = move(data, chosen=CHOSEN[:1])
    with log.open("a") as file:
        file.write('../b/fake/1.jpg,"001/b/fa')
    assert undo(log) == (1, [])
    assert contents(data) == FILES


def other_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rename from one folder to another fails as between two disks."""
    rename = Path.rename

    def across(self: Path, target: Path) -> Path:
        if self.parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", across)


def test_to_another_disk_files_are_copied_whole_and_back(data: Path, monkeypatch: pytest.MonkeyPatch):
    other_disk(monkeypatch)
    log = move(data)
    assert set(contents(data)) == {
        ".unmask-set-aside/001/a/real/1.jpg",
        ".unmask-set-aside/001/b/fake/1.jpg",
        "a/real/2.jpg",
    }
    assert undo(log) == (2, [])
    assert contents(data) == FILES


def test_a_full_disk_while_copying_leaves_the_file_where_it_is(data: Path, monkeypatch: pytest.MonkeyPatch):
    other_disk(monkeypatch)

    def half(origin: Path, target: Path, **_: object) -> None:
        Path(target).write_bytes(b"o")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.shutil, "copy2", half)
    with pytest.raises(OSError, match="No space left"):
        move(data)
    assert contents(data) == FILES


def test_a_copy_whose_original_is_still_there_is_cleared_away(data: Path):
    log = move(data, chosen=CHOSEN[:1])
    write(data, {"a/real/1.jpg": b"one"})
    assert undo(log) == (0, [])
    assert contents(data) == FILES


def test_another_file_of_the_name_is_never_overwritten(data: Path):
    log = move(data)
    write(data, {"a/real/1.jpg": b"new"})
    moved, failures = undo(log)
    assert (moved, len(failures)) == (1, 1)
    assert "another file has this name" in failures[0]
    assert (data / "a/real/1.jpg").read_bytes() == b"new"
    assert (log.with_suffix("") / "a/real/1.jpg").read_bytes() == b"one"


def test_what_is_gone_is_named(data: Path):
    log = move(data)
    (log.with_suffix("") / "a/real/1.jpg").unlink()
    moved, failures = undo(log)
    assert moved == 1
    assert "neither there nor set aside" in failures[0]


def test_a_log_that_names_files_of_others_moves_none_of_them(data: Path, tmp_path: Path):
    write(tmp_path, {"secret.txt": b"secret"})
    log = move(data)
    with log.open("a") as file:
        file.write("../a/real/9.jpg,../../secret.txt,unreadable\n")
    moved, failures = undo(log)
    assert moved == 2
    assert "lies outside" in failures[0]
    assert (tmp_path / "secret.txt").exists()


@pytest.mark.parametrize("content", ["path,group\na,b\n", ""])
def test_another_file_is_no_log(tmp_path: Path, content: str):
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(DataError, match="this is not a log"):
        undo(tmp_path / "x.csv")
    with pytest.raises(DataError, match="there is no such file"):
        undo(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("folder", ["b/fake", "."])
def test_a_folder_marked_read_only_is_refused_before_anything_moves_even_for_the_superuser(data: Path, folder: str):
    (data / folder).chmod(0o555)
    try:
        with pytest.raises(DataError, match="read-only, so nothing was moved") as caught:
            move(data)
    finally:
        (data / folder).chmod(0o755)
    assert str((data / folder).resolve()) in str(caught.value)
    assert contents(data) == FILES
    assert not (data / ".unmask-set-aside").exists()


def test_a_disk_that_can_only_be_read_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != data.resolve() / "a/real")
    with pytest.raises(DataError, match="a/real: this folder is read-only"):
        move(data)
    assert contents(data) == FILES
