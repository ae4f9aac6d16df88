from __future__ import annotations

import numpy as np
import pytest

from explain.heatmap import Heatmap
from explain.inspection import FaceInspection, Inspection
from explain.overlay import (
    FOR_FAKE,
    FOR_REAL,
    blend,
    draw_face,
    draw_photo,
    heat_layer,
    peak,
    shared_peak,
    stands_out,
    with_legend,
)
from model.photo import Photo


def a_map(values: np.ndarray, signed: bool = True) -> Heatmap:
    return Heatmap(values.astype(np.float32), "grad-cam" if signed else "saliency", signed, np.eye(2, 3))


def a_face(heatmap: Heatmap, crop_to_photo: np.ndarray) -> FaceInspection:
    crop = np.full((256, 256, 3), 128, np.uint8)
    landmarks = np.array([[90, 100], [160, 100], [125, 140], [100, 180], [150, 180]], float)
    return FaceInspection(
        (0, 0, 1, 1), landmarks, 1.0, crop, crop_to_photo, 1.0, 0.7, "fake", {heatmap.method: heatmap}, ()
    )


def test_opacity_is_proportional_to_heat_and_colour_tells_the_side():
    values = np.zeros((256, 256))
    values[10, 10], values[20, 20], values[30, 30] = 2.0, 1.0, -2.0
    layer = heat_layer(a_map(values), scale=2.0)
    assert tuple(layer[10, 10]) == (*FOR_FAKE, 255)
    assert tuple(layer[20, 20]) == (*FOR_FAKE, 128)
    assert tuple(layer[30, 30]) == (*FOR_REAL, 255)
    assert layer[0, 0, 3] == 0, "where there is no evidence the photo stays as it is"


@pytest.mark.parametrize("signed", [True, False])
def test_a_flat_map_stays_invisible(signed):
    flat = a_map(np.full((256, 256), 1e-7), signed)
    assert heat_layer(flat, peak(flat))[..., 3].max() == 0
    assert not stands_out(flat)


def test_values_that_are_no_numbers_are_not_drawn():
    values = np.full((256, 256), np.nan)
    values[0, 0] = 1.0
    heatmap = a_map(values)
    assert peak(heatmap) == 1.0
    assert heat_layer(heatmap, 1.0)[100, 100, 3] == 0


def test_a_scale_of_zero_is_an_error():
    with pytest.raises(ValueError, match="scale=0"):
        heat_layer(a_map(np.zeros((256, 256))), 0)


def test_blending_by_hand():
    pixels = np.full((1, 2, 3), 100, np.uint8)
    layer = np.array([[[200, 0, 100, 255], [200, 0, 100, 0]]], np.uint8)
    np.testing.assert_array_equal(blend(pixels, layer, 0.5), [[[150, 50, 100], [100, 100, 100]]])


def test_faces_of_a_photo_share_one_scale():
    weak, strong = np.zeros((256, 256)), np.zeros((256, 256))
    weak[50, 50], strong[50, 50] = 0.1, 0.4
    faces = [a_face(a_map(values), np.eye(2, 3)) for values in (weak, strong)]
    assert shared_peak(faces, "grad-cam") == pytest.approx(0.4)
    drawn = draw_face(faces[0], "grad-cam", scale=0.4, strength=1.0)
    assert tuple(drawn[50, 50]) == tuple(np.rint(np.array([128] * 3) * 0.749 + np.array(FOR_FAKE) * 0.251).astype(int))


def test_on_the_photo_the_heat_lands_where_the_crop_was():
    values = np.zeros((256, 256))
    values[120:136, 120:136] = 1.0
    crop_to_photo = np.array([[0.5, 0.0, 200.0], [0.0, 0.5, 40.0]])
    photo = Photo(np.full((300, 400, 3), 128, np.uint8), (), "")
    inspection = Inspection(photo, [a_face(a_map(values), crop_to_photo)], "lite0", ())
    difference = np.abs(draw_photo(inspection, "grad-cam").astype(int) - draw_photo(inspection, None)).sum(-1)
    rows, columns = np.nonzero(difference)
    # Crop pixels 120..135 are photo pixels 260..267.5 and 100..107.5.
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == pytest.approx((260, 267, 100, 107), abs=1)


def test_a_large_photo_is_drawn_small():
    photo = Photo(np.zeros((1000, 3000, 3), np.uint8), (), "")
    assert draw_photo(Inspection(photo, [], "lite0", ()), None, side=600).shape == (200, 600, 3)


def test_the_legend_goes_below_and_leaves_the_picture_alone():
    picture = np.random.default_rng(0).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    result = with_legend(picture, "grad-cam", 0.1)
    assert result.shape[0] > 300
    np.testing.assert_array_equal(result[:300], picture)
    strip = result[300:].reshape(-1, 3).astype(int)
    for colour in (FOR_FAKE, FOR_REAL):
        assert (np.abs(strip - colour).sum(1) < 6).any(), "both ends of the scale are shown"
