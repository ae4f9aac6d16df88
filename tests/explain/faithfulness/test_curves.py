from __future__ import annotations

import cv2
import numpy as np
import pytest

from explain.faithfulness.curves import Curve, area_under, deletion_curve, insertion_curve, random_orders
from model.calibration import Calibration


@pytest.fixture(scope="module")
def black(picture) -> np.ndarray:
    return np.zeros_like(picture)


def test_deletion_by_hand(score, picture, black, true_map):
    """The region is a sixteenth: with 16 steps it is gone after the first, and nothing happens thereafter."""
    curve = deletion_curve(score, picture, black, true_map, steps=16)
    np.testing.assert_array_equal(curve.shares, np.linspace(0, 1, 17))
    np.testing.assert_allclose(curve.logits, [4] + [-4] * 16)
    # One trapezoid with the mean 0, fifteen sixteenths at -4.
    assert curve.area == pytest.approx(-4 * 15 / 16)


def test_insertion_by_hand(score, picture, black, true_map):
    curve = insertion_curve(score, picture, black, true_map, steps=16)
    np.testing.assert_allclose(curve.logits, [-4] + [4] * 16)
    assert curve.area == pytest.approx(4 * 15 / 16)


def test_the_opposite_map_deletes_it_last(score, picture, black, true_map):
    curve = deletion_curve(score, picture, black, -true_map, steps=16)
    np.testing.assert_allclose(curve.logits, [4] * 16 + [-4])


def test_a_shifted_map_is_no_better_than_chance(score, picture, black, true_map, shifted_map):
    orders = random_orders(true_map, 8, np.random.default_rng(0))
    chance = [deletion_curve(score, picture, black, order).area for order in orders]
    assert deletion_curve(score, picture, black, true_map).area < min(chance) - 1
    assert deletion_curve(score, picture, black, shifted_map).area > min(chance)


def test_swapping_in_the_picture_before_the_change_takes_nothing_else(score, picture, true_map):
    """Counterfactual deletion: the two pictures differ in the region only, so the rest may come in any order."""
    before = picture // 2
    curve = deletion_curve(score, picture, before, true_map, steps=16)
    np.testing.assert_allclose(curve.logits[1:], score(before[None].astype(np.float32))[0])


def test_probabilities_and_their_area_by_hand():
    curve = Curve(np.array([0, 0.5, 1]), np.array([0.0, 0.0, np.log(3)]))
    probabilities = curve.probabilities(Calibration(1.0, 0.3, 0.7))
    np.testing.assert_allclose(probabilities, [0.5, 0.5, 0.75])
    assert area_under(curve.shares, probabilities) == pytest.approx(0.25 + 0.3125)


def test_random_orders_have_the_texture_of_the_map():
    heat = cv2.GaussianBlur(np.random.default_rng(0).normal(size=(256, 256)), (0, 0), 12)
    for order in random_orders(heat, 4, np.random.default_rng(1)):
        np.testing.assert_array_equal(np.sort(order.ravel()), np.sort(heat.ravel()))
        assert not np.array_equal(order, heat)
        # As smooth, but for the seams where it is rolled over the border.
        assert np.median(np.abs(np.diff(order))) == pytest.approx(np.median(np.abs(np.diff(heat))), rel=0.05)


def test_shapes_that_do_not_fit_are_refused(score, picture, black, true_map):
    with pytest.raises(ValueError, match="the same shape"):
        deletion_curve(score, picture, black[:128], true_map)
    with pytest.raises(ValueError, match="steps=0"):
        deletion_curve(score, picture, black, true_map, steps=0)
