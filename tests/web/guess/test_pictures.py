"""The pictures of the game: each is there, described, free, and shows one face."""

import base64
import json
import re

import pytest
from PIL import Image

from model import find_faces, read_photo
from web.examples import FOLDER
from web.guess.pictures import load_pictures

PICTURES = load_pictures()
GUESS_ONLY = sorted((FOLDER / "guess").iterdir())


def relative(path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.path.stem)
def test_each_shows_exactly_one_face(picture):
    assert len(find_faces(read_photo(picture.path))) == 1


def test_there_are_enough_of_both_kinds():
    truths = [picture.truth for picture in PICTURES]

    assert len(truths) >= 10
    assert set(truths) == {"real", "fake"}
    assert truths.count("real") >= 4


def test_every_picture_that_only_the_game_shows_has_its_truth_and_none_is_told_twice():
    told = [relative(picture.path) for picture in PICTURES]

    assert len(set(told)) == len(told)
    assert {relative(path) for path in GUESS_ONLY} == {name for name in told if name.startswith("guess/")}
    assert all((FOLDER / name).is_file() for name in told)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.path.stem)
def test_the_readme_says_the_same_and_names_the_licence(picture):
    name = relative(picture.path)
    (row,) = [
        line
        for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{name}` |")
    ]
    _, _, what, origin, _ = (cell.strip() for cell in row.split("|"))

    assert what.startswith(f"{picture.truth}: ")
    for text in (origin, picture.source):
        assert re.search("public domain|CC0", text)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.path.stem)
def test_how_it_came_about_is_one_sentence(picture):
    assert re.fullmatch(r"[A-Z][^.]+\.", picture.how)


def test_pictures_that_only_the_game_shows_are_small():
    assert sum(path.stat().st_size for path in GUESS_ONLY) < 600_000
    for path in GUESS_ONLY:
        with Image.open(path) as image:
            assert max(image.size) <= 512


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.path.stem)
def test_the_page_gets_the_pixels_and_no_name_or_remark(picture):
    data = base64.b64decode(picture.data_uri().removeprefix("data:image/jpeg;base64,"))

    assert data == picture.path.read_bytes()
    with Image.open(picture.path) as image:
        assert image.format == "JPEG"
        assert not {"comment", "exif", "xmp"} & set(image.info)


def test_the_file_is_plain_json_with_four_keys():
    entries = json.loads((FOLDER / "examples.json").read_text(encoding="utf-8"))

    assert all(set(entry) == {"file", "truth", "how", "source"} for entry in entries)


def test_without_the_file_there_are_no_pictures(tmp_path):
    assert load_pictures(tmp_path) == []
