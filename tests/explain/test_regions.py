from __future__ import annotations

import numpy as np
import pytest

from explain.heatmap import Heatmap
from explain.inspection import FaceInspection
from explain.regions import describe, region_shares

LANDMARKS = np.array([[90, 100], [166, 100], [128, 140], [100, 180], [156, 180]], float)


def heat_at(x: int, y: int, sign: float = 1.0) -> Heatmap:
    values = np.zeros((256, 256), np.float32)
    values[y - 4 : y + 5, x - 4 : x + 5] = sign
    return Heatmap(values, "grad-cam", True, np.eye(2, 3))


def a_face(heatmap: Heatmap, logit: float = 2.0) -> FaceInspection:
    crop = np.zeros((256, 256, 3), np.uint8)
    # The crop lies at (300, 50) in the photo, at half size.
    crop_to_photo = np.array([[0.5, 0, 300], [0, 0.5, 50]])
    landmarks = LANDMARKS * 0.5 + (300, 50)
    return FaceInspection(
        (0, 0, 9, 9), landmarks, 1.0, crop, crop_to_photo, logit, 0.9, "fake", {"grad-cam": heatmap}, ()
    )


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ((90, 100), "eyes"),
        ((166, 100), "eyes"),
        ((128, 140), "nose"),
        ((128, 182), "mouth and chin"),
        ((75, 140), "cheeks"),
        ((180, 140), "cheeks"),
        ((128, 55), "forehead and hairline"),
        ((10, 10), "outside the face"),
        ((240, 240), "outside the face"),
    ],
)
def test_heat_at_a_landmark_is_named_after_it(place, region):
    assert next(iter(region_shares(heat_at(*place), LANDMARKS))) == region
    assert region in describe(a_face(heat_at(*place)), "grad-cam")


def test_shares_add_up_to_one():
    heatmap = Heatmap(np.random.default_rng(0).random((256, 256)).astype(np.float32), "grad-cam", True, np.eye(2, 3))
    assert sum(region_shares(heatmap, LANDMARKS).values()) == pytest.approx(1, abs=1e-4)


def test_faint_evidence_all_over_does_not_outweigh_what_stands_out():
    heatmap = heat_at(128, 182)
    heatmap.values[heatmap.values == 0] = 0.1
    assert next(iter(region_shares(heatmap, LANDMARKS))) == "mouth and chin"


def test_a_tilted_face_keeps_its_names():
    """The whole scene turned by 30 degrees about the centre of the crop."""
    turn = np.deg2rad(30)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    turned = (LANDMARKS - 128) @ matrix.T + 128
    x, y = np.rint(matrix @ (np.array([128, 182]) - 128) + 128).astype(int)
    assert next(iter(region_shares(heat_at(x, y), turned))) == "mouth and chin"


def test_a_real_verdict_is_explained_by_what_spoke_for_real():
    heatmap = heat_at(128, 182, sign=-1.0)
    heatmap.values[96:105, 86:95] = 1.0
    assert "real" in describe(a_face(heatmap, logit=-2.0), "grad-cam")
    assert "mouth" in describe(a_face(heatmap, logit=-2.0), "grad-cam")
    assert "eyes" in describe(a_face(heatmap, logit=2.0), "grad-cam")


def test_a_flat_map_says_that_nothing_stood_out():
    assert describe(a_face(Heatmap(np.zeros((16, 16), np.float32), "grad-cam", True, np.eye(2, 3))), "grad-cam") == (
        "No region stood out."
    )
