"""The folder for uploads is this process' own, and nothing in it stays."""

import os
import subprocess
import sys
import time

import pytest

from tests.web.serving import ROOT
from web.operation.uploads_folder import UploadsFolder, UploadsFolderError

# Makes a folder, a file in it, and dies without a chance to clean up; or waits until it is told to end.
OTHER = """
import os, pathlib, sys
from web.operation.uploads_folder import UploadsFolder
folder = UploadsFolder(pathlib.Path(sys.argv[1]))
(folder.path / "photo.jpg").write_bytes(b"photo")
print(folder.path, flush=True)
sys.stdin.readline()
os._exit(9)
"""


@pytest.fixture
def other(tmp_path):
    """Another process with a folder in the same place: gives its folder, and ends it."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, tmp_path], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder = process.stdout.readline().strip()
    assert os.path.isfile(f"{folder}/photo.jpg")  # noqa: PTH113, the folder is text here

    def end():
        process.communicate("\n")

    yield folder, end
    if process.poll() is None:
        end()


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def test_nobody_else_may_look_into_it(tmp_path):
    folder = UploadsFolder(tmp_path)

    assert folder.path.parent == tmp_path
    assert folder.path.stat().st_mode & 0o777 == 0o700
    folder.close()
    assert names(tmp_path) == []


def test_what_a_dead_process_left_is_removed_and_a_living_one_keeps_its_own(other, tmp_path):
    left, end = other

    first = UploadsFolder(tmp_path)
    assert os.path.isfile(f"{left}/photo.jpg"), "while it lives"  # noqa: PTH113
    end()
    second = UploadsFolder(tmp_path)

    assert not os.path.exists(left)  # noqa: PTH110
    assert names(tmp_path) == sorted([first.path.name, second.path.name])
    first.close()
    second.close()


def test_what_is_not_ours_stays(tmp_path):
    """Other programs use the same place, and names can be alike."""
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "unmask-holidays").mkdir(parents=True)
    (elsewhere / "in-use.lock").touch()
    (elsewhere / "photo.jpg").touch()
    place = tmp_path / "place"
    (place / "unmask-of-somebody").mkdir(parents=True)
    (place / "gradio-upload").mkdir()
    (place / "unmask-linked").symlink_to(elsewhere, target_is_directory=True)

    UploadsFolder(place).close()

    assert names(place) == ["gradio-upload", "unmask-linked", "unmask-of-somebody"]
    assert (elsewhere / "photo.jpg").is_file()


def test_old_files_go_and_the_sites_own_stay(tmp_path):
    folder = UploadsFolder(tmp_path)
    own, later, deep = (folder.path / name for name in ("own.jpg", "later.jpg", "digest/deep.jpg"))
    own.write_bytes(b"own")
    folder.sweep_regularly(3600)
    deep.parent.mkdir()
    for path in (later, deep):
        path.write_bytes(b"visitor")
    elsewhere = tmp_path / "elsewhere.jpg"
    elsewhere.write_bytes(b"elsewhere")
    (folder.path / "link").symlink_to(elsewhere)

    folder.sweep(3600)
    assert later.is_file() and deep.is_file(), "too young"
    time.sleep(0.05)
    folder.sweep(0.01)

    assert own.is_file() and elsewhere.is_file()
    assert not later.exists() and not deep.exists()
    time.sleep(0.05)
    folder.sweep(0.01)
    assert sorted(path.name for path in folder.path.iterdir()) == ["in-use.lock", "own.jpg"]
    folder.close()


def test_its_size_is_that_of_its_files(tmp_path):
    folder = UploadsFolder(tmp_path)
    before = folder.size()
    (folder.path / "a").write_bytes(b"x" * 1000)

    assert folder.size() - before == 1000
    folder.close()


@pytest.mark.parametrize("name", ["kept", "gone"])
def test_a_folder_that_somebody_deletes_meanwhile_is_no_matter(tmp_path, monkeypatch, name):
    folder = UploadsFolder(tmp_path)
    for upload in ("kept", "gone"):
        (folder.path / upload).mkdir()
        (folder.path / upload / "photo.jpg").write_bytes(b"12345")
    scan = os.scandir

    def scan_or_miss(path):
        if os.path.basename(path) == name:  # noqa: PTH119, the folder may be text here
            raise FileNotFoundError(path)
        return scan(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scan_or_miss)
        assert folder.size() >= 5, "what is still there counts"
        folder.sweep(-1)
    # The one that could be read was emptied; the other one is left for the next time.
    assert [path.parent.name for path in folder.path.rglob("*.jpg")] == [name]
    folder.close()


def test_a_place_where_nothing_can_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(UploadsFolderError, match="file: uploads can't be kept there"):
        UploadsFolder(tmp_path / "file")
