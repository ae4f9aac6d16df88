"""Several files are there in full or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from train import files
from train.files import write_files


def test_all_are_written_and_others_stay(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_bytes(b"old")
    (tmp_path / "out" / "b").write_bytes(b"before")
    write_files(tmp_path / "out", {"a": b"1", "b": b"2"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        "old": b"old",
        "a": b"1",
        "b": b"2",
    }


def test_a_folder_that_is_not_there_is_made(tmp_path: Path):
    write_files(tmp_path / "deep" / "out", {"a": b"1"})
    assert (tmp_path / "deep" / "out" / "a").read_bytes() == b"1"


def test_if_one_can_not_be_written_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a").write_bytes(b"before")
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "partial.b":
            write(path, data[:1])
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(files.Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_files(tmp_path, {"a": b"after", "b": b"22"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"before"}
