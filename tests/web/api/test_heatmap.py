"""`/heatmap` over real HTTP draws what Python draws."""

import os

import numpy as np
import pytest
from gradio_client import handle_file
from PIL import Image

from explain import METHODS, inspect_photo
from explain.inspection import DEFAULT_METHODS
from explain.legend import with_legend
from explain.overlay import draw_face, draw_photo, shared_peak
from explain.regions import describe
from model import PhotoError, load_detector, read_photo
from tests.web import photos
from web.states import NO_FACE_WORDS


@pytest.fixture(scope="module")
def detector():
    return load_detector(os.environ.get("UNMASK_DETECTOR"))


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return photos.three_faces(tmp_path_factory.mktemp("photos") / "three.png")


def received(client, photo, **arguments) -> np.ndarray:
    path = client.predict(image=handle_file(photo), api_name="/heatmap", **arguments)
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture)


@pytest.mark.parametrize("method", ["grad-cam", "layercam", "smoothgrad"])
def test_a_face_is_drawn_as_python_draws_it_on_the_scale_of_the_page(client, detector, three, method):
    picture = received(client, three, method=method, face=2, strength=60, colours="purple-green")

    inspection = inspect_photo(three, (*DEFAULT_METHODS, method), detector=detector)
    face, scale = inspection.faces[1], shared_peak(inspection.faces, method)
    drawn = draw_face(face, method, scale=scale, strength=0.6, side=640, palette="purple-green")
    expected = with_legend(drawn, method, scale, finding=describe(face, method), palette="purple-green")
    np.testing.assert_array_equal(picture, expected)


def test_number_nought_is_the_whole_photo(client, detector, three):
    picture = received(client, three, face=0)

    inspection = inspect_photo(three, detector=detector)
    drawn = draw_photo(inspection, "grad-cam")
    np.testing.assert_array_equal(picture[: drawn.shape[0], : drawn.shape[1]], drawn)


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("method", "magic", "'magic'"),
        ("face", 4, "from 0, the whole photo, to 3. Received: 4"),
        ("face", -1, "Received: -1"),
        ("strength", 101, "from 0 to 100. Received: 101"),
        ("colours", "jet", "one of red-blue, purple-green. Received: 'jet'"),
        ("layer", "magic", "'magic'"),
    ],
)
def test_a_wrong_argument_is_named_with_what_was_expected(refusal, three, argument, value, words):
    assert words in refusal("/heatmap", image=handle_file(three), **{argument: value})


def test_a_photo_without_a_face_has_no_heatmap(refusal, tmp_path):
    assert refusal("/heatmap", image=handle_file(photos.no_face(tmp_path / "photo.png"))) == NO_FACE_WORDS


def test_a_refused_photo_gets_the_same_words_as_in_python(refusal, tmp_path):
    photo = photos.refused(tmp_path / "photo.jpg")
    with pytest.raises(PhotoError) as expected:
        read_photo(photo)

    assert refusal("/heatmap", image=handle_file(photo)) == str(expected.value)


def test_the_description_names_all_methods(client):
    from web.api.heatmap import build_heatmap
    from web.warmup import Warmup

    assert all(f'"{name}"' in build_heatmap(Warmup()).__doc__ for name in METHODS)
