"""Boxes are compared, corrected and made square as worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from model.cascade.boxes import correct, place_landmarks, suppress, to_squares


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, float).reshape(-1, 4)


def test_of_two_that_overlap_the_better_one_stays():
    # They share 5 x 10 of 15 x 10: a third.
    pair = boxes((0, 0, 10, 10), (5, 0, 15, 10))
    assert suppress(pair, np.array([0.7, 0.9]), 0.3).tolist() == [1]
    assert suppress(pair, np.array([0.7, 0.9]), 0.34).tolist() == [1, 0]


def test_beside_the_smaller_one_a_part_of_a_box_is_all_of_it():
    # A sixteenth of both together, but the whole of the smaller one.
    nested = boxes((0, 0, 40, 40), (10, 10, 20, 20))
    assert suppress(nested, np.array([0.9, 0.8]), 0.7).tolist() == [0, 1]
    assert suppress(nested, np.array([0.9, 0.8]), 0.7, relative_to="smaller").tolist() == [0]


def test_a_box_gives_way_to_a_better_one_that_goes_itself():
    # Each shares three fifths with the next, the first and the third a third.
    chain = boxes((0, 0, 12, 10), (3, 0, 15, 10), (6, 0, 18, 10))
    assert suppress(chain, np.array([0.9, 0.8, 0.7]), 0.5).tolist() == [0]


def test_many_boxes_are_compared_in_parts_as_if_at_once():
    generator = np.random.default_rng(0)
    corners = generator.uniform(0, 300, (700, 2))
    many = np.hstack([corners, corners + generator.uniform(5, 60, (700, 2))])
    scores = generator.uniform(size=700)
    # Pair by pair, as the definition reads.
    expected = []
    order = np.argsort(scores)[::-1]
    for place, mine in enumerate(order):
        better = many[order[:place]]
        shared = np.clip(np.minimum(many[mine, 2:], better[:, 2:]) - np.maximum(many[mine, :2], better[:, :2]), 0, None)
        shared = shared[:, 0] * shared[:, 1]
        sizes = np.prod(better[:, 2:] - better[:, :2], axis=1) + np.prod(many[mine, 2:] - many[mine, :2])
        if not (shared / (sizes - shared) > 0.2).any():
            expected.append(mine)
    assert suppress(many, scores, 0.2).tolist() == expected
    assert 10 < len(expected) < 690


def test_no_boxes_stay_no_boxes():
    assert suppress(boxes(), np.empty(0), 0.5).tolist() == []
    assert to_squares(boxes()).shape == (0, 4)


def test_the_shorter_side_grows_about_the_middle():
    np.testing.assert_array_equal(to_squares(boxes((10, 20, 20, 60))), boxes((-5, 20, 35, 60)))
    np.testing.assert_array_equal(to_squares(boxes((10, 20, 50, 30))), boxes((10, 5, 50, 45)))


def test_sides_move_by_parts_of_width_and_height():
    # 9 wide and 19 high, both ends counted 10 and 20.
    moved = correct(boxes((100, 200, 109, 219)), np.array([[0.1, 0.1, -0.2, 0.5]]))
    np.testing.assert_allclose(moved, boxes((101, 202, 107, 229)))


def test_landmarks_are_five_x_and_then_five_y():
    relative = np.array([[0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]])
    (placed,) = place_landmarks(boxes((100, 200, 109, 219)), relative)
    assert placed.tolist() == [[99, 209], [100, 211], [101, 213], [102, 215], [103, 217]]


@pytest.mark.parametrize("relative_to", ["union", "smaller"])
def test_boxes_that_only_touch_share_nothing(relative_to: str):
    assert len(suppress(boxes((0, 0, 5, 5), (5, 0, 9, 5)), np.array([1.0, 0.5]), 0.0, relative_to)) == 2
