"""What is measured is what the tables say: one face, eight faces, photos that differ."""

from __future__ import annotations

from benchmarks.photos import eight_faces, one_face, portraits
from model import find_faces, read_photo


def test_the_portrait_shows_one_face_and_the_group_eight():
    for photo, faces in ((read_photo(one_face()), 1), (read_photo(eight_faces()), 8)):
        assert photo.pixels.shape == (1024, 1024, 3)
        assert len(find_faces(photo)) == faces


def test_portraits_all_differ_and_show_a_face():
    photos = [read_photo(photo) for photo in portraits(6, side=300)]
    assert len({photo.sha256 for photo in photos}) == 6
    assert [len(find_faces(photo)) for photo in photos] == [1] * 6
