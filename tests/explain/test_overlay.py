from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from explain.colours import PALETTES
from explain.contour import DARK, LIGHT, draw_line
from explain.heatmap import Heatmap
from explain.inspection import FaceInspection, Inspection
from explain.methods import METHODS
from explain.overlay import (
    blend,
    draw_face,
    draw_photo,
    heat_layer,
    peak,
    shared_peak,
    stands_out,
    top_region,
)
from model.photo import Photo

WEAKEST = METHODS["grad-cam"].unit.weakest

RED_BLUE = PALETTES["red-blue"]


def a_map(values: np.ndarray, signed: bool = True) -> Heatmap:
    return Heatmap(values.astype(np.float32), "grad-cam" if signed else "saliency", signed, np.eye(2, 3))


def a_square(value: float, rows: slice, columns: slice, method: str = "grad-cam", spread: float = 0.0) -> Heatmap:
    values = np.zeros((256, 256), np.float32)
    values[rows, columns] = value
    return Heatmap(values, method, METHODS[method].signed, np.eye(2, 3), spread)


def a_face(heatmap: Heatmap, crop_to_photo: np.ndarray | None = None, logit: float = 1.0) -> FaceInspection:
    crop = np.full((256, 256, 3), 128, np.uint8)
    landmarks = np.array([[90, 100], [160, 100], [125, 140], [100, 180], [150, 180]], float)
    crop_to_photo = np.eye(2, 3) if crop_to_photo is None else crop_to_photo
    return FaceInspection(
        (0, 0, 1, 1), landmarks, 1.0, crop, crop_to_photo, logit, 0.7, "fake", {heatmap.method: heatmap}, ()
    )


def test_opacity_is_proportional_to_heat_and_colour_tells_the_side():
    values = np.zeros((256, 256))
    values[10, 10], values[20, 20], values[30, 30] = 2.0, 1.0, -2.0
    layer = heat_layer(a_map(values), scale=2.0)
    assert tuple(layer[10, 10]) == (*RED_BLUE.for_fake, 255)
    assert layer[20, 20, 3] == 128
    assert layer[20, 20, 0] > 2 * layer[20, 20, 2], "half as strong is still red"
    assert tuple(layer[30, 30]) == (*RED_BLUE.for_real, 255)
    assert layer[0, 0, 3] == 0, "where there is no evidence the photo stays as it is"


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("value", [0.0, 1e-7])
def test_a_flat_map_stays_invisible(signed, value):
    flat = a_map(np.full((256, 256), value), signed)
    assert heat_layer(flat, peak(flat), contour=1)[..., 3].max() == 0
    assert not stands_out(flat)
    np.testing.assert_array_equal(draw_face(a_face(flat), flat.method), a_face(flat).crop)


def test_faint_noise_is_not_blown_up():
    noise = a_map(np.random.default_rng(0).normal(0, WEAKEST / 20, (256, 256)))
    assert peak(noise) == WEAKEST
    assert not stands_out(noise)
    assert not top_region(noise, 1).any()
    assert heat_layer(noise, peak(noise), contour=1)[..., 3].max() < 100


def test_a_map_that_is_equally_strong_everywhere_points_nowhere():
    even = a_map(np.full((256, 256), 10 * WEAKEST))
    assert not stands_out(even)
    assert not top_region(even, 1).any()
    assert heat_layer(even, peak(even))[..., 3].min() == 255, "though it is drawn as strong as it is"


def test_a_map_with_one_strong_place_stands_out():
    assert stands_out(a_square(2 * WEAKEST, slice(0, 50), slice(0, 50)))
    assert stands_out(a_square(-2 * WEAKEST, slice(0, 50), slice(0, 50)))


def test_values_that_are_no_numbers_are_not_drawn():
    values = np.full((256, 256), np.nan)
    values[0, 0] = 1.0
    heatmap = a_map(values)
    assert peak(heatmap) == 1.0
    assert heat_layer(heatmap, 1.0)[100, 100, 3] == 0
    nothing = a_map(np.full((256, 256), np.nan))
    assert not stands_out(nothing)
    assert peak(nothing) == WEAKEST


def test_of_maps_of_pixels_a_few_specks_do_not_set_the_scale():
    broad = a_square(1.0, slice(0, 128), slice(0, 256), "saliency", spread=2.0)
    broad.values[200, 200] = 1e4
    assert peak(broad) == pytest.approx(1.0, rel=0.01)
    assert peak(dataclasses.replace(broad, spread=0.0)) == 1e4


def test_the_peak_is_that_of_what_is_drawn():
    """A single bright pixel, blurred with a standard deviation of 2, keeps 1 / (8 pi) of its height."""
    lone = a_square(100.0, slice(50, 51), slice(50, 51), "integrated-gradients", spread=2.0)
    assert lone.on_crop().max() == pytest.approx(100 / (8 * np.pi), rel=0.02)
    assert peak(lone) < 100 / (8 * np.pi)


@pytest.mark.parametrize("scale", [0, -1.0, float("nan")])
def test_a_scale_that_is_not_positive_is_an_error(scale):
    with pytest.raises(ValueError, match=f"scale={scale}"):
        heat_layer(a_map(np.zeros((256, 256))), scale)


def test_blending_by_hand():
    pixels = np.full((1, 2, 3), 100, np.uint8)
    layer = np.array([[[200, 0, 100, 255], [200, 0, 100, 0]]], np.uint8)
    np.testing.assert_array_equal(blend(pixels, layer, 0.5), [[[150, 50, 100], [100, 100, 100]]])


def test_faces_of_a_photo_share_one_scale():
    weak, strong = (a_square(value, slice(50, 60), slice(50, 60)) for value in (0.1, 0.4))
    faces = [a_face(weak), a_face(strong)]
    assert shared_peak(faces, "grad-cam") == pytest.approx(0.4)
    fake = np.array(RED_BLUE.for_fake) - 128
    own, shared = (draw_face(faces[0], "grad-cam", scale=scale)[54, 54] - 128.0 for scale in (None, 0.4))
    np.testing.assert_allclose(own, 0.75 * fake, atol=1)
    assert np.linalg.norm(shared) == pytest.approx(np.linalg.norm(own) / 4, rel=0.3)


def test_maps_in_one_unit_share_one_scale_and_others_do_not():
    face = a_face(a_square(0.1, slice(50, 60), slice(50, 60)))
    face.heatmaps["patch-evidence"] = a_square(0.3, slice(0, 9), slice(0, 9), "patch-evidence")
    face.heatmaps["occlusion"] = a_square(5.0, slice(0, 9), slice(0, 9), "occlusion")
    assert shared_peak([face], "grad-cam") == shared_peak([face], "patch-evidence") == pytest.approx(0.3)
    assert shared_peak([face], "occlusion") == 5.0
    assert shared_peak([], "grad-cam") == WEAKEST


def test_the_top_region_is_the_hottest_share():
    heatmap = a_map(np.random.default_rng(0).normal(0, 1, (256, 256)))
    for sign in (1, -1):
        heat, region = sign * heatmap.values, top_region(heatmap, sign)
        assert region.sum() == round(0.2 * 65536)
        assert heat[region].min() >= heat[~region].max()
    assert top_region(heatmap, 1, share=0.05).sum() == round(0.05 * 65536)


def test_the_top_region_holds_nothing_that_speaks_for_the_other_side():
    heatmap = a_square(1.0, slice(0, 64), slice(0, 64))
    heatmap.values[128:] = -1.0
    np.testing.assert_array_equal(top_region(heatmap, 1), heatmap.values > 0)
    assert top_region(heatmap, -1)[128:].sum() == top_region(heatmap, -1).sum() == round(0.2 * 65536)


def test_a_side_without_evidence_has_no_region():
    heatmap = a_square(1.0, slice(0, 64), slice(0, 64))
    heatmap.values[200:, 200:] = -WEAKEST / 2
    assert top_region(heatmap, 1).any()
    assert not top_region(heatmap, -1).any()


def test_sign_means_nothing_to_an_unsigned_map():
    heatmap = a_square(1.0, slice(0, 64), slice(0, 64), "saliency")
    np.testing.assert_array_equal(top_region(heatmap, -1), top_region(heatmap, 1))


def test_the_contour_is_an_opaque_line_at_the_edge_and_nowhere_else():
    heatmap = a_square(1.0, slice(60, 160), slice(80, 190))
    plain, lined = heat_layer(heatmap, 1.0), heat_layer(heatmap, 1.0, contour=1)
    changed = (plain != lined).any(axis=2)
    rows, columns = np.mgrid[:256, :256]
    inside = np.minimum.reduce([rows - 59.5, 159.5 - rows, columns - 79.5, 189.5 - columns])
    assert not changed[np.abs(inside) > 6].any()
    assert (lined[100, 76:84, 3] == 255).any()
    np.testing.assert_array_equal(heat_layer(heatmap, 1.0, contour=-1), plain)


def test_in_a_map_of_pixels_the_line_goes_around_the_crowd_and_not_around_each_pixel():
    sand = np.random.default_rng(0).normal(128, 40, (2, 400)).round().astype(int).clip(0, 255)
    values = np.zeros((256, 256), np.float32)
    values[tuple(sand)] = 1.0
    heatmap = Heatmap(values, "integrated-gradients", True, np.eye(2, 3), spread=1.0)
    plain = heat_layer(heatmap, 1.0)
    calm, frayed = heat_layer(heatmap, 1.0, contour=1), draw_line(plain, top_region(heatmap, 1))
    pixels = [(plain != lined).any(axis=2).sum() for lined in (calm, frayed)]
    assert 0 < pixels[0] < pixels[1] / 2


@pytest.mark.parametrize("ground", [0, 255])
def test_the_line_is_legible_on_light_and_on_dark(ground):
    region = np.zeros((256, 256))
    region[80:180, 80:180] = 1
    across = draw_line(np.full((256, 256, 3), ground, np.uint8), region)[130, 70:90, 0].astype(int)
    assert np.abs(across - ground).max() > 200
    assert {DARK[0], LIGHT[0]} <= set(across.tolist())


def test_the_line_leaves_out_specks():
    region = np.zeros((256, 256))
    region[100:200, 100:200] = 1
    clean = draw_line(np.zeros((256, 256, 3), np.uint8), region)
    region[20:25, 20:25], region[150:155, 150:155] = 1, 0
    np.testing.assert_array_equal(draw_line(np.zeros((256, 256, 3), np.uint8), region), clean)


@pytest.mark.parametrize("logit", [2.0, -2.0])
def test_the_line_in_a_drawn_face_shows_the_side_of_its_answer(logit):
    heatmap = a_square(1.0, slice(20, 100), slice(20, 100))
    heatmap.values[150:230, 150:230] = -1.0
    face = a_face(heatmap, logit=logit)
    unlined = blend(face.crop, heat_layer(heatmap, 1.0), 0.75)
    changed = (draw_face(face, "grad-cam").astype(int) - unlined != 0).any(axis=2)
    ours, theirs = (
        (changed[:120, :120], changed[130:, 130:]) if logit > 0 else (changed[130:, 130:], changed[:120, :120])
    )
    assert ours.any()
    assert not theirs.any()


def test_a_face_is_drawn_at_any_size_with_heat_in_the_same_place():
    heatmap = a_square(1.0, slice(64, 128), slice(128, 192))
    large = draw_face(a_face(heatmap), "grad-cam", side=512).astype(int)
    assert large.shape == (512, 512, 3)
    assert large[192, 320, 0] - large[192, 320, 2] > 80, "the square's centre, twice as far from the corner"
    assert np.abs(large[192, 100] - 128).max() <= 1


def test_the_photo_shows_through_the_hottest_place():
    heatmap = a_square(1.0, slice(0, 256), slice(0, 200))
    stripes = np.where(np.arange(256) % 8 < 4, 60, 200).astype(np.uint8)
    face = dataclasses.replace(a_face(heatmap), crop=np.tile(stripes[None, :, None], (256, 1, 3)))
    drawn = draw_face(face, "grad-cam").astype(int)
    assert np.ptp(drawn[128, 96:112, 1]) == pytest.approx(0.25 * 140, abs=3)


def test_on_the_photo_the_heat_lands_where_the_crop_was():
    heatmap = a_square(1.0, slice(120, 136), slice(120, 136))
    crop_to_photo = np.array([[0.5, 0.0, 200.0], [0.0, 0.5, 40.0]])
    photo = Photo(np.full((300, 400, 3), 128, np.uint8), (), "")
    # Against its direction: no line is drawn, so that the heat alone is measured.
    inspection = Inspection(photo, [a_face(heatmap, crop_to_photo, logit=-1.0)], "lite0", ())
    difference = np.abs(draw_photo(inspection, "grad-cam").astype(int) - draw_photo(inspection, None)).sum(-1)
    rows, columns = np.nonzero(difference)
    # Crop pixels 120..135 are photo pixels 260..267.5 and 100..107.5.
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == pytest.approx((260, 267, 100, 107), abs=1)
    assert (photo.pixels == 128).all(), "the photo itself is left alone"


def test_small_faces_on_a_photo_get_their_line():
    heatmap = a_square(1.0, slice(60, 170), slice(60, 170))
    crop_to_photo = np.array([[0.2, 0.0, 500.0], [0.0, 0.2, 300.0]])
    photo = Photo(np.full((700, 1000, 3), 128, np.uint8), (), "")
    lined, plain = (
        draw_photo(Inspection(photo, [a_face(heatmap, crop_to_photo, logit=logit)], "lite0", ()), "grad-cam")
        for logit in (1.0, -1.0)
    )
    assert (lined != plain).any(axis=2).sum() > 50


def test_a_scale_given_for_the_photo_is_used():
    photo = Photo(np.full((256, 256, 3), 128, np.uint8), (), "")
    inspection = Inspection(photo, [a_face(a_square(1.0, slice(99, 199), slice(99, 199)))], "lite0", ())
    strong, weak = (draw_photo(inspection, "grad-cam", scale=scale)[150, 150].astype(int) for scale in (1.0, 10.0))
    assert np.abs(strong - 128).max() > 5 * np.abs(weak - 128).max()


def test_a_large_photo_is_drawn_small():
    photo = Photo(np.zeros((1000, 3000, 3), np.uint8), (), "")
    assert draw_photo(Inspection(photo, [], "lite0", ()), None, side=600).shape == (200, 600, 3)


def test_one_side_of_a_signed_map_can_be_drawn_alone():
    values = np.zeros((256, 256))
    values[:, :100], values[:, 150:] = 1, -1
    heatmap = a_map(values)

    both = heat_layer(heatmap, 1.0)
    fake, real = heat_layer(heatmap, 1.0, evidence="fake"), heat_layer(heatmap, 1.0, evidence="real")

    np.testing.assert_array_equal(fake[:, :100], both[:, :100])
    np.testing.assert_array_equal(real[:, 150:], both[:, 150:])
    assert fake[:, 150:, 3].max() == 0 and real[:, :100, 3].max() == 0


def test_the_line_stays_when_one_side_is_drawn_alone():
    values = np.zeros((256, 256))
    values[:40, :40] = 1
    heatmap = a_map(values)

    assert heat_layer(heatmap, 1.0, contour=1, evidence="real")[..., 3].max() == 255


def test_another_palette_changes_colours_and_nothing_else():
    heatmap = a_map(np.random.default_rng(3).normal(size=(256, 256)))

    first, second = heat_layer(heatmap, 2.0), heat_layer(heatmap, 2.0, palette="purple-green")

    np.testing.assert_array_equal(first[..., 3], second[..., 3])
    strong = first[..., 3] > 200
    assert (first[strong] != second[strong]).any(axis=1).all()
