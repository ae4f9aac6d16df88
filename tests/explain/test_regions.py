from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from explain.heatmap import Heatmap
from explain.inspection import FaceInspection
from explain.methods import METHODS
from explain.regions import REGIONS, describe, face_shares, find_regions, region_shares

LANDMARKS = np.array([[90, 100], [166, 100], [128, 140], [100, 180], [156, 180]], float)
# Turned to the right of the picture: the nose close to the edge of the face, the eyes close together.
PROFILE = np.array([[120, 100], [160, 100], [165, 140], [125, 180], [155, 180]], float)
PLACES = [
    ((90, 100), "eyes"),
    ((166, 100), "eyes"),
    ((128, 140), "nose"),
    ((128, 182), "mouth"),
    ((128, 215), "mouth"),
    ((75, 140), "cheeks"),
    ((180, 140), "cheeks"),
    ((128, 55), "forehead"),
    ((128, 24), "hairline"),
    ((208, 84), "hairline"),
    ((48, 84), "hairline"),
    ((10, 10), "outside the face"),
    ((240, 240), "outside the face"),
]


def heat_at(*places: tuple[int, int, float]) -> Heatmap:
    values = np.zeros((256, 256), np.float32)
    for x, y, value in places:
        values[y - 4 : y + 5, x - 4 : x + 5] = value
    return Heatmap(values, "grad-cam", True, np.eye(2, 3))


def a_face(heatmap: Heatmap, logit: float = 2.0) -> FaceInspection:
    crop = np.zeros((256, 256, 3), np.uint8)
    # The crop lies at (300, 50) in the photo, at half size.
    crop_to_photo = np.array([[0.5, 0, 300], [0, 0.5, 50]])
    landmarks = LANDMARKS * 0.5 + (300, 50)
    return FaceInspection(
        (0, 0, 9, 9), landmarks, 1.0, crop, crop_to_photo, logit, 0.9, "fake", {heatmap.method: heatmap}, ()
    )


@pytest.mark.parametrize(("place", "region"), PLACES)
def test_heat_at_a_landmark_is_named_after_it(place, region):
    heatmap = heat_at((*place, 1.0))
    assert next(iter(region_shares(heatmap, LANDMARKS))) == region
    assert region.split()[-1] in describe(a_face(heatmap), "grad-cam")


@pytest.mark.parametrize("landmarks", [LANDMARKS, PROFILE, LANDMARKS * 0.4 + 60, np.full((5, 2), 100.0)])
def test_every_pixel_is_in_exactly_one_region(landmarks):
    regions = find_regions(landmarks)
    assert list(regions) == list(REGIONS)
    np.testing.assert_array_equal(sum(place.astype(int) for place in regions.values()), 1)


@pytest.mark.parametrize("degrees", [-30, 20, 90])
@pytest.mark.parametrize("size", [0.5, 0.9])
def test_names_are_independent_of_size_and_tilt(degrees, size):
    """The whole scene turned and shrunk about the centre of the crop."""
    angle = np.deg2rad(degrees)
    matrix = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    regions = find_regions((LANDMARKS - 128) @ matrix.T + 128)
    for place, name in PLACES:
        x, y = np.rint(matrix @ (np.array(place) - 128) + 128).astype(int)
        if 0 <= x < 256 and 0 <= y < 256:
            assert regions[name][y, x], name


def test_a_face_in_profile_is_narrow_on_the_side_of_its_nose():
    def width(region: np.ndarray) -> tuple[int, int]:
        columns = np.flatnonzero(~region[120])
        return 140 - columns.min(), columns.max() - 140

    behind, before = width(find_regions(PROFILE)["outside the face"])
    assert behind > 1.5 * before
    left, right = width(find_regions(LANDMARKS + np.array([12, 0]))["outside the face"])
    assert left == pytest.approx(right, abs=2)
    assert find_regions(PROFILE)["nose"][140, 165]


def test_shares_add_up_to_one_largest_first():
    heatmap = Heatmap(np.random.default_rng(0).random((256, 256)).astype(np.float32), "grad-cam", True, np.eye(2, 3))
    shares = list(region_shares(heatmap, LANDMARKS).values())
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert shares == sorted(shares, reverse=True)


def test_shares_by_hand():
    shares = region_shares(heat_at((90, 100, 1.0), (128, 182, 3.0), (128, 140, -5.0)), LANDMARKS)
    assert shares["mouth"] == pytest.approx(0.75)
    assert shares["eyes"] == pytest.approx(0.25)
    assert shares["nose"] == 0, "what speaks for the other side doesn't count"


def test_faint_evidence_all_over_does_not_outweigh_what_stands_out():
    heatmap = heat_at((128, 182, 1.0))
    heatmap.values[heatmap.values == 0] = 0.1
    assert region_shares(heatmap, LANDMARKS)["mouth"] == pytest.approx(1)


def test_shares_of_a_face_are_those_of_its_answer():
    heatmap = heat_at((128, 182, -1.0), (90, 100, 1.0))
    assert face_shares(a_face(heatmap, logit=2.0), "grad-cam")["eyes"] == pytest.approx(1)
    assert face_shares(a_face(heatmap, logit=-2.0), "grad-cam")["mouth"] == pytest.approx(1)


def test_evidence_for_real_of_a_map_of_pixels_is_gathered_as_it_is_drawn():
    """Neighbours that cancel out when drawn are no evidence; raw they would hold seven tenths of it."""
    values = np.zeros((256, 256), np.float32)
    values[90:110:2, 80:100], values[91:110:2, 80:100] = 1, -1
    values[170:190, 120:140] = -0.2
    heatmap = Heatmap(values, "integrated-gradients", True, np.eye(2, 3), spread=2.0)
    assert face_shares(a_face(heatmap, logit=-2.0), "integrated-gradients")["mouth"] > 0.85


def test_the_sentence_names_side_regions_and_shares():
    heatmap = heat_at((128, 182, 2.0), (128, 140, 1.0), (90, 100, -1.0))
    assert describe(a_face(heatmap, logit=2.0), "grad-cam") == (
        "What spoke for fake lies mostly around the mouth (67%) and the nose (33%)."
    )
    assert describe(a_face(heatmap, logit=-2.0), "grad-cam") == (
        "What spoke for real lies mostly around the eyes (100%)."
    )


def test_no_more_than_the_two_largest_regions_are_named():
    sentence = describe(a_face(heat_at((128, 182, 1.0), (128, 140, 1.5), (90, 100, 1.2))), "grad-cam")
    assert sentence == "What spoke for fake lies mostly around the nose (41%) and the eyes (32%)."


def test_prepositions_fit_their_regions():
    heatmap = heat_at((128, 55, 1.5), (128, 24, 1.0))
    assert describe(a_face(heatmap), "grad-cam").endswith("on the forehead (60%) and along the hairline (40%).")
    outside = describe(a_face(heat_at((10, 10, 1.0), (240, 240, 1.0))), "grad-cam")
    assert outside == "What spoke for fake lies mostly outside the face (100%)."


def test_less_than_half_is_not_mostly():
    values = np.zeros((256, 256), np.float32)
    values[::4, ::4] = 1.0
    values[find_regions(LANDMARKS)["nose"]] = 1.0
    heatmap = Heatmap(values, "grad-cam", True, np.eye(2, 3))
    share = region_shares(heatmap, LANDMARKS)["nose"]
    assert 0.2 < share < 0.5
    assert describe(a_face(heatmap), "grad-cam") == f"What spoke for fake lies partly around the nose ({share:.0%})."


def test_an_unsigned_map_speaks_of_sensitivity():
    heatmap = dataclasses.replace(heat_at((128, 182, 1.0)), method="saliency", signed=False)
    for logit in (2.0, -2.0):
        assert describe(a_face(heatmap, logit), "saliency") == ("The answer is most sensitive around the mouth (100%).")


def test_a_large_region_with_its_fair_share_is_no_finding():
    """Evidence strewn evenly: cheeks and background hold most of it since they are most of the crop."""
    values = np.zeros((256, 256), np.float32)
    values[::4, ::4] = 1.0
    heatmap = Heatmap(values, "grad-cam", True, np.eye(2, 3))
    shares = region_shares(heatmap, LANDMARKS)
    assert max(shares.values()) > 0.3
    assert describe(a_face(heatmap), "grad-cam") == (
        "The evidence is spread over the picture; no single region stood out."
    )


def test_a_small_region_with_a_small_share_is_no_finding_however_dense():
    values = np.zeros((256, 256), np.float32)
    values[::4, ::4] = 1.0
    nose = find_regions(LANDMARKS)["nose"]
    values[::2, ::2][nose[::2, ::2]] = 1.0
    heatmap = Heatmap(values, "grad-cam", True, np.eye(2, 3))
    share = region_shares(heatmap, LANDMARKS)["nose"]
    assert 3.5 * nose.mean() < share < 0.15
    assert "nose" not in describe(a_face(heatmap), "grad-cam")


def test_noise_seldom_makes_a_finding():
    generator, cells = np.random.default_rng(0), np.array([[16, 0, 7.5], [0, 16, 7.5]])
    maps = (Heatmap(generator.normal(0, 0.05, (16, 16)).astype(np.float32), "grad-cam", True, cells) for _ in range(60))
    named = [describe(a_face(heatmap), "grad-cam") for heatmap in maps]
    assert sum("%" in sentence for sentence in named) <= 9


@pytest.mark.parametrize("value", [0.0, METHODS["grad-cam"].unit.weakest / 2, 1.0, np.nan])
def test_a_flat_map_says_that_nothing_stood_out(value):
    heatmap = Heatmap(np.full((16, 16), value, np.float32), "grad-cam", True, np.eye(2, 3))
    assert describe(a_face(heatmap), "grad-cam") == "No region stood out."
    assert set(face_shares(a_face(heatmap), "grad-cam").values()) == {0.0}


def test_an_answer_without_evidence_of_its_own_names_no_region():
    assert describe(a_face(heat_at((128, 182, 1.0)), logit=-0.1), "grad-cam") == "No region stood out."


@pytest.mark.parametrize("logit", [float("nan"), float("inf"), float("-inf")])
def test_a_face_without_an_answer_is_said_to_have_none(logit):
    face = dataclasses.replace(a_face(heat_at((128, 182, 1.0)), logit), probability_fake=float("nan"))
    assert "no answer" in describe(face, "grad-cam")
    assert set(face_shares(face, "grad-cam").values()) == {0.0}
