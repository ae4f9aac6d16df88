"""Uploads become at most fifty photos, each with the name that its owner knows."""

import pytest
from gradio.data_classes import FileData, ListFiles

from model.photo import PhotoError
from tests.web.many_photos.zips import make_zip
from web.errors import PhotoGoneError
from web.many_photos.archive import NO_PHOTOS
from web.many_photos.files_input import FilesInput, Upload, last_part
from web.many_photos.sources import MAX_PHOTOS, open_sources


@pytest.fixture
def upload(tmp_path):
    def make(name: str) -> Upload:
        path = tmp_path / name
        path.touch()
        return Upload(path, name)

    return make


def test_photos_and_those_in_zips_stand_in_their_order(upload, tmp_path):
    uploads = [upload("b.jpg"), Upload(make_zip(tmp_path / "x", {"sea/1.jpg": b"1", "2.jpg": b"2"}), "album.ZIP")]

    with open_sources([*uploads, upload("a.jpg")]) as sources:
        assert [photo.name for photo in sources.photos] == ["b.jpg", "album.ZIP/sea/1.jpg", "album.ZIP/2.jpg", "a.jpg"]
        assert sources.photos[0].read() == tmp_path / "b.jpg"
        assert [photo.read() for photo in sources.photos[1:3]] == [b"1", b"2"]
        assert sources.left_out == 0


def test_a_zip_that_gives_nothing_stands_there_with_its_reason(tmp_path):
    empty, broken = Upload(make_zip(tmp_path / "e", {"a/": b""}), "e.zip"), Upload(tmp_path / "b", "b.zip")
    broken.path.write_bytes(b"?")

    with open_sources([empty, broken]) as sources:
        reasons = []
        for photo in sources.photos:
            with pytest.raises(PhotoError) as caught:
                photo.read()
            reasons.append(str(caught.value))

    assert [photo.name for photo in sources.photos] == ["e.zip", "b.zip"]
    assert reasons[0] == NO_PHOTOS and "damaged" in reasons[1]


def test_fifty_are_looked_at_and_the_rest_is_counted(upload, tmp_path):
    album = Upload(make_zip(tmp_path / "x", {f"{i}.jpg": b"" for i in range(MAX_PHOTOS + 3)}), "x.zip")

    with open_sources([upload("a.jpg"), album, upload("b.jpg")]) as sources:
        assert len(sources.photos) == MAX_PHOTOS == 50
        assert sources.photos[-1].name == "x.zip/48.jpg"
        assert sources.left_out == 5


def test_an_upload_that_was_removed_meanwhile_is_noticed(tmp_path):
    with pytest.raises(PhotoGoneError), open_sources([Upload(tmp_path / "gone.jpg", "gone.jpg")]):
        pass


def test_the_component_gives_names_without_folders_and_leaves_no_file_behind(tmp_path):
    files = ListFiles(
        root=[
            FileData(path=str(tmp_path / "1"), orig_name="holiday/= ü <b>.jpg"),
            FileData(path=str(tmp_path / "2.webp")),
        ]
    )

    uploads = FilesInput(file_count="multiple").preprocess(files)

    assert [upload.name for upload in uploads] == ["= ü <b>.jpg", "2.webp"]
    assert [upload.path.name for upload in uploads] == ["1", "2.webp"]
    assert list(tmp_path.iterdir()) == []
    assert FilesInput(file_count="multiple").preprocess(None) == []


def test_names_of_every_system_lose_their_folders():
    assert [last_part(name) for name in ("a.jpg", "x/a.jpg", r"C:\x\a.jpg", "../../a.jpg")] == ["a.jpg"] * 4
