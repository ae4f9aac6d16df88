"""A stranger's ZIP gives photos or reasons, never more memory than allowed, and nothing on the disk."""

import contextlib
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from model.photo import MAX_BYTES, PhotoError
from tests.web.many_photos.zips import claim_size, lock, make_zip
from web.many_photos import archive
from web.many_photos.archive import MAX_MEMBERS, MAX_UNPACKED, Allowance, Archive


@pytest.fixture
def opened():
    with contextlib.ExitStack() as stack:

        def open_zip(path, allowance=None):
            return stack.enter_context(contextlib.closing(Archive(path, allowance or Allowance())))

        yield open_zip


def names(one: Archive) -> list[str]:
    return [name for name, _ in one.members()]


def read_first(one: Archive) -> bytes:
    return one.read(next(one.members())[1])


def test_members_are_read_as_they_were_packed(opened, tmp_path):
    one = opened(make_zip(tmp_path / "a.zip", {"sea/a.jpg": b"first", "b.jpg": b"second"}))

    assert {name: one.read(member) for name, member in one.members()} == {"sea/a.jpg": b"first", "b.jpg": b"second"}


def test_folders_and_what_systems_add_are_skipped(opened, tmp_path):
    added = ["folder/", "__MACOSX/._a.jpg", "sea/__MACOSX/a.jpg", ".DS_Store", "sea/.hidden.jpg", ".git/a.jpg"]

    one = opened(make_zip(tmp_path / "a.zip", dict.fromkeys([*added, "sea/a.jpg"], b"x")))

    assert names(one) == ["sea/a.jpg"]


@pytest.mark.parametrize("name", ["../../etc/a.jpg", "/etc/a.jpg", "..\\..\\etc\\a.jpg", "etc/../../etc/a.jpg"])
def test_names_climb_out_of_no_folder_and_nothing_is_written(opened, tmp_path, monkeypatch, name):
    (tmp_path / "here").mkdir()
    one = opened(make_zip(tmp_path / "a.zip", {name: b"x"}))
    monkeypatch.chdir(tmp_path / "here")

    assert names(one)[0] in ("etc/a.jpg", "etc/etc/a.jpg")
    assert read_first(one) == b"x"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "here"]


@pytest.mark.parametrize("data", [b"", b"no ZIP", b"PK\x03\x04 broken", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_called_damaged(tmp_path, data):
    (tmp_path / "a.zip").write_bytes(data)

    with pytest.raises(PhotoError, match="damaged or incomplete"):
        Archive(tmp_path / "a.zip", Allowance())


def test_a_damaged_member_is_named_so_and_the_next_is_read(opened, tmp_path):
    path = make_zip(tmp_path / "a.zip", {"a.jpg": b"A" * 100, "b.jpg": b"B" * 100}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"AXAA", 1))
    one = opened(path)
    (_, first), (_, second) = one.members()

    with pytest.raises(PhotoError, match="damaged inside"):
        one.read(first)
    assert one.read(second) == b"B" * 100


def test_a_locked_member_is_named_so(opened, tmp_path):
    with pytest.raises(PhotoError, match="password"):
        read_first(opened(lock(make_zip(tmp_path / "a.zip", {"a.jpg": b"x"}))))


@pytest.mark.parametrize("name", ["inner.zip", "INNER.ZIP", "a.tar.gz", "a.7z"])
def test_an_archive_inside_is_not_opened(opened, tmp_path, name):
    with pytest.raises(PhotoError, match="archive inside"):
        read_first(opened(make_zip(tmp_path / "a.zip", {name: b"x"})))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_whose_pieces_know_no_bound_are_refused(opened, tmp_path, method):
    with pytest.raises(PhotoError, match="ordinary ZIP"):
        read_first(opened(make_zip(tmp_path / "a.zip", {"a.jpg": bytes(2**20)}, method)))


@pytest.mark.parametrize("claimed", [None, 10, 2**31])
def test_of_a_bomb_no_more_is_unpacked_than_a_photo_may_have_whatever_its_header_says(opened, tmp_path, claimed):
    path = make_zip(tmp_path / "a.zip", {"a.jpg": bytes(100 * 2**20)})
    if claimed is not None:
        claim_size(path, claimed)
    allowance = Allowance()
    one = opened(path, allowance)

    tracemalloc.start()
    with contextlib.suppress(PhotoError):
        assert len(read_first(one)) == MAX_BYTES + 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 4 * MAX_BYTES
    assert allowance.left >= MAX_UNPACKED - MAX_BYTES - 1


def test_all_zips_together_unpack_to_no_more_than_the_allowance(opened, tmp_path):
    allowance = Allowance(250)
    first, second = (
        opened(make_zip(tmp_path / f"{name}.zip", {f"{i}.jpg": bytes(100) for i in range(2)}), allowance)
        for name in "ab"
    )

    results = []
    for one in (first, second):
        for _, member in one.members():
            try:
                results.append(len(one.read(member)))
            except PhotoError as error:
                results.append(str(error))

    assert results == [100, 100, archive.TOO_MUCH, archive.TOO_MUCH]
    assert "64 MB" in archive.TOO_MUCH
    assert allowance.left == 0


def test_the_allowance_may_be_used_to_its_last_byte(opened, tmp_path):
    allowance = Allowance(100)

    assert len(read_first(opened(make_zip(tmp_path / "a.zip", {"a.jpg": bytes(100)}), allowance))) == 100
    assert allowance.left == 0


def test_a_list_without_end_is_refused(tmp_path):
    path = make_zip(tmp_path / "a.zip", {f"{i}.jpg": b"" for i in range(MAX_MEMBERS + 1)})

    with pytest.raises(PhotoError, match=f"more than {MAX_MEMBERS} files"):
        Archive(path, Allowance())


def test_a_refused_zip_leaves_no_file_open(tmp_path, monkeypatch):
    closed: list[Path] = []
    monkeypatch.setattr(zipfile.ZipFile, "close", lambda self: closed.append(self.filename))

    with pytest.raises(PhotoError):
        Archive(make_zip(tmp_path / "a.zip", {f"{i}": b"" for i in range(MAX_MEMBERS + 1)}), Allowance())

    assert closed[-1] == str(tmp_path / "a.zip")
