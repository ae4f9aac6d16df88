"""Which photos a path means, and files that are there in full or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.files import list_photos, write_whole


def test_folders_are_searched_by_extension_and_files_are_taken_as_they_are(tmp_path: Path):
    for name in ("b.JPG", "a/c.webp", "a/d.txt", "a/e.jpeg", "f.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "folder.jpg").mkdir()
    assert list(list_photos([tmp_path, tmp_path / "a" / "d.txt"])) == [
        (tmp_path / "a" / "c.webp", Path("a/c.webp")),
        (tmp_path / "a" / "e.jpeg", Path("a/e.jpeg")),
        (tmp_path / "b.JPG", Path("b.JPG")),
        (tmp_path / "f.png", Path("f.png")),
        (tmp_path / "a" / "d.txt", Path("d.txt")),
    ]


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.jpg: there is no such file or folder"):
        list(list_photos([tmp_path / "nowhere.jpg"]))
    with pytest.raises(FileNotFoundError, match=r"xxx: there is no such file or folder"):
        list(list_photos([tmp_path / ("x" * 300)]))


def test_a_file_is_replaced_in_full_and_folders_are_made(tmp_path: Path):
    path = tmp_path / "new" / "out.json"
    write_whole(path, b"first")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert [file.name for file in path.parent.iterdir()] == ["out.json"]


def test_what_fails_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "out.json"
    write_whole(path, b"first")

    def fail(self: Path, data: bytes) -> None:
        with self.open("wb") as file:
            file.write(data[:2])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
