from __future__ import annotations

import math

import numpy as np
import pytest

from explain.faithfulness.agreement import compare, compare_all, spearman
from explain.heatmap import Heatmap


def heatmap(cells: np.ndarray, signed: bool = True) -> Heatmap:
    """A map that is the same all over each of 16 x 16 cells, so that comparing on that grid loses nothing."""
    return Heatmap(np.kron(cells, np.ones((16, 16))).astype(np.float32), "toy", signed, np.eye(2, 3))


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(16, 16))


def test_spearman_by_hand():
    """Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 x 4 / (4 x 15) = 0.6."""
    assert spearman(np.array([1.0, 2, 3, 4]), np.array([20.0, 10, 400, 300])) == pytest.approx(0.6)


def test_spearman_of_a_flat_map_is_undefined():
    assert math.isnan(spearman(np.zeros(4), np.arange(4.0)))


def test_spearman_needs_one_shape():
    with pytest.raises(ValueError, match="one shape"):
        spearman(np.zeros((1, 4)), np.zeros(4))


def test_a_map_agrees_with_itself_at_any_scale(values):
    agreement = compare(heatmap(values), heatmap(7 * values))
    assert agreement.correlation == pytest.approx(1)
    assert agreement.overlap == 1


def test_opposite_signs_disagree(values):
    agreement = compare(heatmap(values), heatmap(-values))
    assert agreement.correlation == pytest.approx(-1)
    assert agreement.overlap == 0


def test_without_sign_only_magnitude_counts(values):
    for first in (values, -values):
        agreement = compare(heatmap(first), heatmap(np.abs(values), signed=False))
        assert (agreement.correlation, agreement.overlap) == (pytest.approx(1), 1)


def test_a_shifted_map_disagrees(values):
    agreement = compare(heatmap(values), heatmap(np.roll(values, (5, 3), (0, 1))))
    assert abs(agreement.correlation) < 0.3
    assert agreement.overlap < 0.3


def test_overlap_by_hand():
    """51 cells are a fifth of 256: three rows and three cells. One row of 16 lower, 35 are shared out of 67."""
    first, second = np.zeros((2, 256))
    first[:51], second[16:67] = 1, 1
    pair = [heatmap(cells.reshape(16, 16)) for cells in (first, second)]
    assert compare(*pair).overlap == pytest.approx(35 / 67)


def test_for_a_real_answer_the_coldest_are_compared(values):
    """Both call the same cells real, but not the same cells fake."""
    cold = np.minimum(values, 0)
    other = np.where(values < 0, values, np.roll(np.maximum(values, 0), 8, axis=0))
    assert (
        compare(heatmap(cold), heatmap(other), sign=-1).overlap > compare(heatmap(cold), heatmap(other)).overlap + 0.3
    )


def test_every_pair_once_in_both_places(values):
    maps = {"a": heatmap(values), "b": heatmap(-values), "c": heatmap(np.abs(values), signed=False)}
    table = compare_all(maps)
    assert {name: set(row) for name, row in table.items()} == {"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}}
    assert table["a"]["b"] is table["b"]["a"]
    assert table["a"]["b"] == compare(maps["a"], maps["b"])
