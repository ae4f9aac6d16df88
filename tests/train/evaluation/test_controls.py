"""What is hidden leaves no trace, what is kept stays as it was, and the ellipse lies on the face."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from model import Face
from train.evaluation.controls import background_only, face_mask, face_only, fill

LANDMARKS = np.array([[95, 105], [160, 105], [128, 145], [100, 175], [155, 175]], np.float64)


def test_the_ellipse_holds_eyes_nose_and_mouth_and_reaches_from_forehead_to_chin():
    mask = face_mask((256, 256), LANDMARKS)
    assert all(mask[int(y), int(x)] == 1 for x, y in LANDMARKS)
    rows, columns = np.flatnonzero(mask[:, 128] > 0.5), np.flatnonzero(mask[136] > 0.5)
    assert 0.5 * 70 < 105 - rows.min() < 1.3 * 70  # above the eyes
    assert 0.5 * 70 < rows.max() - 175 < 1.3 * 70  # below the mouth
    assert mask[5, 5] == mask[5, 250] == 0
    assert abs((columns.min() + columns.max()) / 2 - 128) < 2


def test_the_ellipse_turns_with_the_face():
    turn = cv2.getRotationMatrix2D((128, 128), 30, 1.0)
    turned = face_mask((256, 256), LANDMARKS @ turn[:, :2].T + turn[:, 2])
    expected = cv2.warpAffine(face_mask((256, 256), LANDMARKS), turn, (256, 256))
    assert np.abs(turned - expected).mean() < 0.01


def test_the_ellipse_covers_most_of_a_real_faces_box_and_not_the_corners_of_the_crop(portrait, example_faces):
    crop, landmarks = portrait("astronaut")
    face: Face = example_faces("astronaut")[0]
    mask = face_mask(crop.shape[:2], landmarks)
    half = np.array(face.box[2:]) / (1.3 * max(face.box[2:])) * 128
    left, top, right, bottom = np.rint([*(128 - half), *(128 + half)]).astype(int)
    assert mask[top:bottom, left:right].mean() > 0.8
    assert all(mask[y, x] < 0.01 for y in (4, 251) for x in (4, 251))


@pytest.mark.parametrize("hide, inside", [(background_only, True), (face_only, False)], ids=["face", "background"])
def test_nothing_of_the_hidden_part_is_left(hide, inside: bool):
    generator = np.random.default_rng(0)
    mask = face_mask((256, 256), LANDMARKS)
    hidden = mask if inside else 1 - mask
    crop = np.full((256, 256, 3), (60, 120, 180), np.uint8)
    other = crop.copy()
    for picture in (crop, other):
        noise = generator.integers(0, 256, (256, 256, 3), dtype=np.uint8)
        picture[hidden > 0.99] = noise[hidden > 0.99]
    one, two = (hide(picture, LANDMARKS, generator) for picture in (crop, other))
    # Whatever was there, the colours of what was kept take its place.
    assert np.array_equal(one[hidden > 0.999], two[hidden > 0.999])
    assert np.abs(one[hidden > 0.999].astype(int) - (60, 120, 180)).max() <= 1
    assert np.array_equal(one[hidden == 0], crop[hidden == 0])


def test_the_fill_follows_the_colours_nearby():
    crop = np.zeros((256, 256, 3), np.uint8)
    crop[:, 128:] = 200
    filled = fill(crop, face_mask((256, 256), LANDMARKS))
    assert filled[140, 70].mean() < 80 < 120 < filled[140, 190].mean()


def test_a_face_that_fills_the_crop_becomes_grey():
    filled = fill(np.full((256, 256, 3), 9, np.uint8), np.ones((256, 256), np.float32))
    assert ((filled == 127) | (filled == 128)).all()


def test_stripes_all_over_are_found_in_either_part(evaluation: dict):
    controls = evaluation["controls"]
    assert list(controls["auc"]) == ["untouched", "face_only", "background_only"]
    assert controls["auc"]["untouched"]["auc"] == evaluation["all"]["metrics"]["auc"]
    assert 0.2 < controls["face_share"] < 0.9
    assert controls["auc"]["face_only"]["mean_auc"]["value"] > 0.8
