"""What the plots show, asked of the figures."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes

from train.tuning.dimensions import make_space
from train.tuning.importance import Importance
from train.tuning.plots import draw_history, draw_importance, draw_slices
from train.tuning.rows import FAILED, FINISHED, PRUNED, Row
from train.tuning.space import Point, Space

SPACE = {
    "networks": ["lite0", "meso4"],
    "depth": [5, 9],
    "learning_rate": [1e-4, 1e-2],
    "augmentation": [0.0, 2.0],
    "patch_weight": [0.5],
}


@pytest.fixture
def space() -> Space:
    return make_space("random", **SPACE)


def row(number: int, state: str, value: float | None, network: str = "lite0", depth: int | None = 7) -> Row:
    return Row(number, state, Point(network, depth, number * 1e-3, 1.0, 0.5), value, 2, 60.0, "")


ROWS = [
    row(1, FINISHED, 0.7),
    row(2, FINISHED, 0.6, "meso4", None),
    row(3, PRUNED, 0.95),
    row(4, FINISHED, 0.9),
    row(5, FAILED, None, "meso4", None),
]


def marks(axes: Axes) -> dict[str, list[tuple[float, float]]]:
    return {marks.get_label(): [tuple(place) for place in marks.get_offsets().data] for marks in axes.collections}


def test_the_history_has_a_mark_a_trial_and_the_best_that_a_finished_one_had():
    (axes,) = draw_history(ROWS).axes
    assert marks(axes) == {FINISHED: [(1, 0.7), (2, 0.6), (4, 0.9)], PRUNED: [(3, 0.95)]}
    (best,) = axes.lines
    # To the last trial, though that one failed.
    np.testing.assert_array_equal(best.get_xydata(), [(1, 0.7), (2, 0.7), (4, 0.9), (5, 0.9)])


def test_there_is_a_slice_for_each_dimension_with_the_trials_that_have_it(space: Space):
    panels = {axes.get_xlabel(): axes for axes in draw_slices(ROWS, space).axes if axes.axison}
    assert set(panels) == {"network", "depth of lite0", "learning rate", "augmentation"}
    assert marks(panels["learning rate"])[FINISHED] == [(1e-3, 0.7), (2e-3, 0.6), (4e-3, 0.9)]
    assert panels["learning rate"].get_xscale() == "log"
    # meso4 has no depth.
    assert marks(panels["depth of lite0"]) == {FINISHED: [(7, 0.7), (7, 0.9)], PRUNED: [(7, 0.95)]}
    assert marks(panels["network"])[FINISHED] == [(0, 0.7), (1, 0.6), (0, 0.9)]
    assert [label.get_text() for label in panels["network"].get_xticklabels()] == ["lite0", "meso4"]


def test_a_slice_shows_the_whole_range(space: Space):
    panels = {axes.get_xlabel(): axes for axes in draw_slices(ROWS, space).axes}
    for name, (low, high) in (("learning rate", (1e-4, 1e-2)), ("augmentation", (0, 2)), ("depth of lite0", (5, 9))):
        left, right = panels[name].get_xlim()
        assert left < low < high < right


def test_importance_is_a_bar_a_dimension_or_a_sentence():
    shares = {"learning_rate": 0.75, "augmentation": 0.25}
    found = [Importance("all trials", 12, shares), Importance("trials with lite0", 3, {}, "Too few finished trials.")]
    bars, sentence = draw_importance(found).axes
    assert [bar.get_width() for bar in bars.patches] == [0.75, 0.25]
    assert [label.get_text() for label in bars.get_yticklabels()] == ["learning rate", "augmentation"]
    assert bars.get_title() == "all trials (12 finished)"
    assert [text.get_text() for text in sentence.texts] == ["Too few finished trials."]
