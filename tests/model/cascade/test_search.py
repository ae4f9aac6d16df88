"""The search finds what the package `mtcnn` finds, and bounds what it takes."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from model import Photo
from model.cascade import search as module
from model.cascade.search import Found, search

ExamplePhoto = Callable[[str], Photo]


@pytest.fixture(scope="module")
def package() -> Callable[[np.ndarray], np.ndarray]:
    """Searches by the package: rows of image, corners, confidence, five x, five y."""
    from mtcnn import MTCNN

    detector = MTCNN()
    return lambda pixels: detector.detect_faces(pixels, box_format="xyxy", output_type="numpy")


def from_left_to_right(found: Found) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = np.argsort(found.boxes[:, 0])
    return found.boxes[order], found.landmarks[order], found.confidences[order]


@pytest.mark.parametrize("name, count", [("astronaut", 1), ("hopper", 1), ("three_faces", 3), ("cat", 0)])
def test_faces_are_found_where_the_package_finds_them(
    name: str, count: int, example_photo: ExamplePhoto, package: Callable[[np.ndarray], np.ndarray]
):
    pixels = example_photo(name).pixels
    rows = package(pixels)
    rows = rows[np.argsort(rows[:, 1])]
    boxes, landmarks, confidences = from_left_to_right(search(pixels))
    assert len(rows) == len(boxes) >= count
    np.testing.assert_allclose(boxes, rows[:, 1:5], atol=0.05)
    np.testing.assert_allclose(landmarks, rows[:, 6:].reshape(-1, 2, 5).transpose(0, 2, 1), atol=0.05)
    np.testing.assert_allclose(confidences, rows[:, 5], atol=1e-3)


@pytest.mark.parametrize("name", ["astronaut", "hopper", "three_faces"])
def test_larger_faces_are_found_in_the_same_places_when_small_ones_are_not_wanted(
    name: str, example_photo: ExamplePhoto
):
    pixels = example_photo(name).pixels
    all_of_them, wanted = search(pixels), search(pixels, 40)
    large = (all_of_them.boxes[:, 3] - all_of_them.boxes[:, 1]) > 60
    boxes, *_ = from_left_to_right(Found(*(part[large] for part in vars(all_of_them).values())))
    found, *_ = from_left_to_right(wanted)
    assert len(boxes) == len(found) > 0
    np.testing.assert_allclose(found, boxes, atol=0.1 * (boxes[:, 3] - boxes[:, 1]).max())


def test_a_face_of_the_smallest_size_wanted_is_found(example_photo: ExamplePhoto):
    # The face is 107 pixels high; here 40.
    small = cv2.resize(example_photo("astronaut").pixels, None, fx=0.37, fy=0.37, interpolation=cv2.INTER_AREA)
    assert len(search(small, 40).boxes) == 1
    # Far too small for what is wanted: left out, which is what saves the time.
    assert len(search(small, 110).boxes) == 0


@pytest.mark.parametrize("shape", [(1, 1), (12, 12), (19, 400), (400, 19), (21, 21)])
def test_a_picture_too_small_for_a_face_has_none(shape: tuple[int, int]):
    found = search(np.full((*shape, 3), 90, np.uint8))
    assert (found.boxes.shape, found.landmarks.shape, found.confidences.shape) == ((0, 4), (0, 5, 2), (0,))


def test_no_more_proposals_than_a_crowd_has_go_on(monkeypatch: pytest.MonkeyPatch):
    """A network that sees a face everywhere stands for a picture made to exhaust the server."""
    asked = []

    def everywhere(name: str, pixels: np.ndarray) -> dict[str, np.ndarray]:
        if name != "proposal":
            asked.append(len(pixels))
            return {"offsets": np.zeros((len(pixels), 4)), "scores": np.tile([1.0, 0.0], (len(pixels), 1))}
        rows, columns = (pixels.shape[1] - 10) // 2, (pixels.shape[2] - 10) // 2
        sure = np.random.default_rng(0).uniform(0.7, 1, (1, rows, columns, 1))
        # So small that none overlaps another.
        offsets = np.broadcast_to(np.array([0.5, 0.5, -0.49, -0.49]), (1, rows, columns, 4))
        return {"offsets": offsets, "scores": np.concatenate([1 - sure, sure], axis=3)}

    monkeypatch.setattr(module, "run_network", everywhere)
    search(np.zeros((640, 640, 3), np.uint8))
    assert sum(asked) == 2000
    assert max(asked) == 256
