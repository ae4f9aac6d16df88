"""Every face is found where it is, and cut out so that each pixel's way back to the photo is known."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from model import Face, Photo, crop_face, find_faces
from model.faces import CROP_SIZE, LANDMARKS, crop_square

ExamplePhoto = Callable[[str], Photo]
ExampleFaces = Callable[[str], list[Face]]


def as_photo(pixels: np.ndarray) -> Photo:
    return Photo(np.ascontiguousarray(pixels), (), "")


def face_at(box: tuple[int, int, int, int]) -> Face:
    return Face(box, np.zeros((5, 2)), 1.0)


# Where the middle between eyes and mouth stands, read off the pictures by eye.
@pytest.mark.parametrize(
    "name, middles",
    [
        ("astronaut", [(222, 118)]),
        ("hopper", [(265, 220)]),
        ("three_faces", [(192, 118), (627, 190), (1029, 118)]),
        ("cat", []),
    ],
)
def test_faces_are_found_where_they_are_from_left_to_right(
    name: str, middles: list[tuple[int, int]], example_faces: ExampleFaces
):
    faces = example_faces(name)
    assert len(faces) == len(middles)
    for face, middle in zip(faces, middles, strict=True):
        x, y, width, height = face.box
        assert abs(x + width / 2 - middle[0]) < 15
        assert abs(y + height / 2 - middle[1]) < 20
        assert 0.9 <= face.confidence <= 1


@pytest.mark.parametrize("name", ["astronaut", "hopper", "three_faces", "astronaut_face_swap"])
def test_landmarks_lie_in_their_box_in_the_order_of_their_names(name: str, example_faces: ExampleFaces):
    assert LANDMARKS == ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
    for face in example_faces(name):
        assert face.landmarks.shape == (5, 2)
        x, y, width, height = face.box
        assert ((face.landmarks >= (x, y)) & (face.landmarks <= (x + width, y + height))).all()
        left_eye, right_eye, nose, mouth_left, mouth_right = face.landmarks
        assert left_eye[0] < nose[0] < right_eye[0]
        assert mouth_left[0] < mouth_right[0]
        assert max(left_eye[1], right_eye[1]) < nose[1] < min(mouth_left[1], mouth_right[1])


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_large_photo_gets_its_boxes_in_its_own_pixels(
    name: str, example_photo: ExamplePhoto, example_faces: ExampleFaces
):
    # Searched on a copy of 640 pixels; forgetting the way back would leave boxes of a third of the size.
    enlarged = cv2.resize(example_photo(name).pixels, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    (small,), (large,) = example_faces(name), find_faces(as_photo(enlarged))
    np.testing.assert_allclose(large.box, 3 * np.array(small.box), atol=0.12 * 3 * small.box[3])
    np.testing.assert_allclose(large.landmarks, 3 * small.landmarks, atol=0.06 * 3 * small.box[3])


def test_boxes_are_whole_numbers_inside_the_photo(example_photo: ExamplePhoto):
    # Cut through the face, so that the detector's box reaches over the border.
    half = as_photo(example_photo("hopper").pixels[150:, 200:420])
    for face in find_faces(half):
        assert all(type(number) is int for number in face.box)
        x, y, width, height = face.box
        assert x >= 0
        assert y >= 0
        assert width > 0
        assert height > 0
        assert x + width <= 220
        assert y + height <= 450


@pytest.mark.parametrize("shape", [(32, 32), (64, 64), (33, 6000), (6000, 33)])
def test_a_picture_of_nothing_has_no_face(shape: tuple[int, int]):
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert find_faces(as_photo(noise)) == []
    assert find_faces(as_photo(np.full((*shape, 3), 128, np.uint8))) == []


def test_the_same_photo_gives_the_same_faces_and_crops_even_from_several_threads(
    example_photo: ExamplePhoto, example_faces: ExampleFaces
):
    photo, expected = example_photo("three_faces"), example_faces("three_faces")
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(find_faces, [photo] * 3))
    for faces in results:
        for face, other in zip(faces, expected, strict=True):
            assert (face.box, face.confidence) == (other.box, other.confidence)
            np.testing.assert_array_equal(face.landmarks, other.landmarks)
            for mine, theirs in zip(crop_face(photo, face), crop_face(photo, other), strict=True):
                np.testing.assert_array_equal(mine, theirs)


# A photo of 200 x 300 pixels. The longer side of a box of 80 x 100 times 1.3 is 130.
@pytest.mark.parametrize(
    "box, square",
    [
        ((60, 100, 80, 100), (35, 85, 130)),  # room on all sides: the same centre, (100, 150)
        ((0, 100, 80, 100), (0, 85, 130)),  # left border
        ((120, 100, 80, 100), (70, 85, 130)),  # right border
        ((60, 0, 80, 100), (35, 0, 130)),  # top
        ((60, 200, 80, 100), (35, 170, 130)),  # bottom
        ((0, 0, 80, 100), (0, 0, 130)),
        ((120, 200, 80, 100), (70, 170, 130)),
        ((10, 20, 180, 190), (0, 15, 200)),  # 247 would not fit: the largest square that does
        ((0, 0, 200, 300), (0, 50, 200)),
        ((100, 100, 100, 80), (70, 75, 130)),  # wider than high
    ],
)
def test_the_square_around_a_face_keeps_its_centre_as_far_as_the_photo_allows(
    box: tuple[int, int, int, int], square: tuple[int, int, int]
):
    assert crop_square(box, height=300, width=200) == square


def test_the_square_lies_inside_the_photo_whatever_the_box():
    generator = np.random.default_rng(0)
    for _ in range(500):
        width, height = generator.integers(32, 400, 2).tolist()
        x, y = int(generator.integers(0, width - 1)), int(generator.integers(0, height - 1))
        box = (x, y, int(generator.integers(1, width - x + 1)), int(generator.integers(1, height - y + 1)))
        left, top, side = crop_square(box, height, width)
        assert side >= 1
        assert left >= 0
        assert top >= 0
        assert left + side <= width
        assert top + side <= height


@pytest.mark.parametrize("box", [(150, 130, 90, 70), (80, 60, 330, 500), (610, 10, 80, 90)])
def test_crop_to_photo_leads_from_a_dot_in_the_crop_to_the_dot_in_the_photo(box: tuple[int, int, int, int]):
    # Sides of 117 and 650 pixels: once enlarged, once shrunk, once at the border.
    width, height = 700, 680
    centre = np.array([box[0] + 0.4 * box[2], box[1] + 0.6 * box[3]])
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    spread = box[3] / 25
    dot = 255 * np.exp(-((columns - centre[0]) ** 2 + (rows - centre[1]) ** 2) / (2 * spread**2))
    crop, crop_to_photo = crop_face(as_photo(np.repeat(np.rint(dot)[..., None], 3, 2).astype(np.uint8)), face_at(box))
    weights = crop[..., 0].astype(float)
    columns, rows = np.meshgrid(np.arange(CROP_SIZE), np.arange(CROP_SIZE))
    found = np.array([(weights * columns).sum(), (weights * rows).sum()]) / weights.sum()
    # Corners instead of centres of pixels would miss by half a pixel of the coarser picture.
    np.testing.assert_allclose(crop_to_photo @ [*found, 1], centre, atol=0.06 * max(1, max(box) / 256))


@pytest.mark.parametrize("box", [(150, 130, 90, 70), (80, 60, 330, 500)])
def test_crop_to_photo_agrees_with_the_map_of_opencv(box: tuple[int, int, int, int]):
    noise = np.random.default_rng(0).normal(size=(680, 700, 3)).astype(np.float32)
    smooth = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 8), None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    crop, crop_to_photo = crop_face(as_photo(smooth), face_at(box))

    def miss(matrix: np.ndarray) -> float:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = cv2.warpAffine(smooth, matrix, (CROP_SIZE, CROP_SIZE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return float(np.abs(crop.astype(float) - warped)[8:-8, 8:-8].mean())

    assert crop.shape == (CROP_SIZE, CROP_SIZE, 3)
    assert crop.dtype == np.uint8
    assert crop_to_photo.shape == (2, 3)
    assert crop_to_photo.dtype == np.float64
    assert miss(crop_to_photo) < 1
    for shift in ((0.4, 0), (-0.4, 0), (0, 0.4), (0, -0.4)):
        assert miss(crop_to_photo) < 0.7 * miss(crop_to_photo + np.array([[0, 0, shift[0]], [0, 0, shift[1]]]))


def test_shrinking_a_large_face_averages_instead_of_skipping_pixels():
    # A fine chequerboard of black and white is grey from afar; skipping pixels would leave black and white.
    board = np.indices((1024, 1024)).sum(0) % 2 * 255
    crop, _ = crop_face(as_photo(np.repeat(board[..., None], 3, 2).astype(np.uint8)), face_at((120, 120, 780, 780)))
    assert crop.std() < 30


def test_a_crop_is_no_view_of_the_photo(example_photo: ExamplePhoto):
    photo = as_photo(example_photo("astronaut").pixels[:256, :256].copy())
    crop, _ = crop_face(photo, face_at((30, 30, 197, 197)))  # 197 x 1.3 = 256: nothing to resize
    before = photo.pixels.copy()
    crop[:] = 0
    np.testing.assert_array_equal(photo.pixels, before)
