"""Five landmarks give a whole face: on the landmarks, of plausible size, whatever the landmarks."""

from __future__ import annotations

import numpy as np
import pytest

from train.synthetic.face_shape import REGIONS, TEMPLATE, draw_region, place_face

SHAPE = (256, 256)
# Eyes, nose and corners of the mouth in the drawing's own units.
DRAWN = np.array([[-1, 0], [1, 0], [0, 1.02], [-0.87, 1.98], [0.87, 1.98]])
FRONTAL = DRAWN * 40 + (128, 90)
# Parts of the face, for asking which region holds which.
LEFT_EYE, RIGHT_EYE, NOSE, MOUTH = FRONTAL[0], FRONTAL[1], FRONTAL[2], FRONTAL[3:].mean(0)
STRANGE = {
    "profile": [[120, 100], [124, 100], [90, 140], [112, 180], [116, 180]],
    "eyes at one place": [[120, 100], [120, 100], [120, 140], [100, 180], [140, 180]],
    "eyes swapped": [[170, 100], [90, 100], [128, 140], [165, 180], [95, 180]],
    "all at one place": [[128, 128]] * 5,
    "one line": [[50, 50], [60, 60], [70, 70], [80, 80], [90, 90]],
    "outside": [[-300, 100], [-220, 100], [-260, 140], [-290, 180], [-230, 180]],
    "partly outside": [[-20, 60], [60, 60], [20, 100], [-15, 140], [55, 140]],
    "huge": [[-900, -900], [900, -900], [128, 128], [-900, 900], [900, 900]],
    "not a number": [[np.nan, 100], [170, 100], [128, 140], [95, 180], [165, 180]],
    "infinite": [[np.inf, 100], [170, 100], [128, 140], [95, 180], [165, 180]],
}


def drawn_rows() -> list[int]:
    return [int(np.flatnonzero((point == TEMPLATE).all(1))[0]) for point in DRAWN]


def region(name: str, seed: int = 0, landmarks: np.ndarray = FRONTAL) -> np.ndarray:
    return draw_region(name, place_face(landmarks, SHAPE), SHAPE, np.random.default_rng(seed))


def holds(mask: np.ndarray, point: np.ndarray) -> bool:
    x, y = np.rint(point).astype(int)
    return mask[y, x] == 1


def test_the_drawing_itself_is_found_again_without_any_bend():
    np.testing.assert_allclose(place_face(FRONTAL, SHAPE), TEMPLATE * 40 + (128, 90), atol=1e-6)


def test_a_turned_and_scaled_face_gives_the_drawing_turned_and_scaled():
    angle = np.radians(25)
    turn = 30 * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    np.testing.assert_allclose(place_face(DRAWN @ turn + (140, 100), SHAPE), TEMPLATE @ turn + (140, 100), atol=1e-6)


def test_an_unsymmetrical_face_still_has_its_eyes_nose_and_mouth_on_the_landmarks():
    landmarks = np.array([[90, 100], [150, 92], [112, 138], [98, 175], [148, 168]], np.float32)
    np.testing.assert_allclose(place_face(landmarks, SHAPE)[drawn_rows()], landmarks, atol=1e-3)


def test_far_from_the_landmarks_a_bend_fades():
    bent = FRONTAL.copy()
    bent[2] += (8, 0)
    moved = np.linalg.norm(place_face(bent, SHAPE) - place_face(FRONTAL, SHAPE), axis=1)
    assert moved[drawn_rows()[2]] == pytest.approx(8, abs=1e-3)
    assert moved[np.abs(TEMPLATE).max(1) > 5].max() < 2.5


@pytest.mark.parametrize(
    "name, inside, outside",
    [
        ("face", [LEFT_EYE, RIGHT_EYE, NOSE, MOUTH, (128, 40)], [(20, 128), (236, 128), (128, 250)]),
        ("inner_face", [LEFT_EYE, RIGHT_EYE, NOSE, MOUTH], [(128, 40), (20, 128), (236, 128)]),
        ("lower_half", [MOUTH, FRONTAL[3], FRONTAL[4]], [LEFT_EYE, RIGHT_EYE]),
        ("upper_half", [LEFT_EYE, RIGHT_EYE], [FRONTAL[3], MOUTH]),
        ("eye_band", [LEFT_EYE, RIGHT_EYE], [NOSE, MOUTH, (128, 40)]),
        ("left_eye", [LEFT_EYE], [RIGHT_EYE, NOSE, MOUTH]),
        ("right_eye", [RIGHT_EYE], [LEFT_EYE, NOSE, MOUTH]),
        ("eyes", [LEFT_EYE, RIGHT_EYE], [(128, 95), NOSE, MOUTH]),
        ("nose", [NOSE], [LEFT_EYE, RIGHT_EYE, MOUTH]),
        ("mouth", [MOUTH], [LEFT_EYE, RIGHT_EYE, NOSE]),
    ],
)
def test_a_region_holds_what_it_is_named_after(name: str, inside: list, outside: list):
    for seed in range(40):
        mask = region(name, seed)
        assert all(holds(mask, np.asarray(point)) for point in inside)
        assert not any(holds(mask, np.asarray(point)) for point in outside)


def test_every_region_is_tested_above_and_no_other_exists():
    assert len(REGIONS) == 10
    with pytest.raises(KeyError):
        region("ear")


def test_masks_are_zero_or_one():
    for name in REGIONS:
        mask = region(name)
        assert mask.dtype == np.float32
        assert mask.shape == SHAPE
        assert set(np.unique(mask)) == {0.0, 1.0}


def test_whole_faces_are_larger_than_halves_and_halves_than_features():
    area = {name: np.mean([region(name, seed).mean() for seed in range(20)]) for name in REGIONS}
    assert area["face"] > area["inner_face"] > area["lower_half"] > area["mouth"] > 0.01
    assert area["inner_face"] > area["upper_half"] > area["eye_band"] > area["eyes"] > area["left_eye"]


def test_chance_moves_the_outline_a_little_and_the_seed_decides():
    np.testing.assert_array_equal(region("face", 3), region("face", 3))
    a, b = region("face", 3), region("face", 4)
    assert 0.7 < np.minimum(a, b).sum() / np.maximum(a, b).sum() < 0.999


@pytest.mark.parametrize("landmarks", STRANGE.values(), ids=STRANGE)
def test_strange_landmarks_give_a_face_in_the_crop_all_the_same(landmarks: list):
    landmarks = np.array(landmarks, np.float64)
    before = landmarks.copy()
    assert np.isfinite(place_face(landmarks, SHAPE)).all()
    mask = region("face", 0, landmarks)
    assert 0.02 < mask.mean() < 0.9
    np.testing.assert_array_equal(landmarks, before)


def test_a_profile_is_narrower_than_a_face_from_the_front_but_no_line():
    width = {
        name: np.ptp(np.nonzero(region("face", 0, np.array(landmarks, float)))[1])
        for name, landmarks in {"profile": STRANGE["profile"], "frontal": FRONTAL}.items()
    }
    assert 0.35 * width["frontal"] < width["profile"] < 0.9 * width["frontal"]


def test_the_crop_need_not_be_square():
    points = place_face(FRONTAL - (0, 40), (200, 300))
    mask = draw_region("face", points, (200, 300), np.random.default_rng(0))
    assert mask.shape == (200, 300)
    assert mask.any()


@pytest.mark.parametrize("landmarks", STRANGE.values(), ids=STRANGE)
def test_a_face_is_never_laid_over_the_crop_as_its_mirror_image(landmarks: list):
    points = place_face(np.array(landmarks, np.float64), SHAPE)
    left_top, right_top, left_bottom = (
        points[(np.array(corner) == TEMPLATE).all(1)][0] for corner in ([-6, -6], [6, -6], [-6, 8])
    )
    (a, b), (c, d) = right_top - left_top, left_bottom - left_top
    assert a * d - b * c > 0
