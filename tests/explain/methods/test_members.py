"""Maps of several networks are laid on one another where they belong, and no evidence is lost on the way."""

from __future__ import annotations

import numpy as np
import pytest

from explain.methods.members import add_maps
from explain.methods.method import Maps


def grid(stride: float, x: float, y: float) -> np.ndarray:
    return np.array([[stride, 0, x], [0, stride, y]])


def test_maps_on_the_same_cells_are_added_cell_by_cell():
    generator = np.random.default_rng(0)
    first, second = generator.normal(size=(2, 3, 16, 16)).astype(np.float32)
    cells = grid(16, 7.5, 9)
    total = add_maps([(0.25, Maps(first, cells)), (2.0, Maps(second, cells))])
    np.testing.assert_allclose(total.values, 0.25 * first + 2 * second, atol=1e-6)
    np.testing.assert_array_equal(total.to_crop, cells)
    assert total.values.dtype == np.float32


def test_a_coarse_cell_is_divided_evenly_among_the_fine_cells_in_it():
    coarse = Maps(np.array([[[4.0, 0], [0, 8]]], np.float32), grid(128, 63.5, 63.5))
    fine = Maps(np.zeros((1, 4, 4), np.float32), grid(64, 31.5, 31.5))
    expected = [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 2, 2], [0, 0, 2, 2]]
    np.testing.assert_allclose(add_maps([(1, coarse), (1, fine)]).values[0], expected)


def test_a_cell_between_two_is_divided_by_area():
    # A cell of 4 pixels, a quarter of it over the next cell to the right and all of it in one row.
    source = Maps(np.array([[[8.0, 0], [0, 0]]], np.float32), grid(4, 2.5, 1.5))
    target = Maps(np.zeros((1, 3, 3), np.float32), grid(4, 1.5, 1.5))
    np.testing.assert_allclose(add_maps([(1, source), (1, target)]).values[0, 0], [6, 2, 0])


def test_x_and_y_are_not_mixed_up():
    source = Maps(np.array([[[1.0, 0], [0, 0]]], np.float32), grid(4, 5.5, 1.5))
    target = Maps(np.zeros((1, 3, 3), np.float32), grid(4, 1.5, 1.5))
    np.testing.assert_allclose(add_maps([(1, source), (1, target)]).values[0], [[0, 1, 0], [0, 0, 0], [0, 0, 0]])


@pytest.mark.parametrize("x, y", [(7.5, 7.5), (-40, 3), (15, 31)])
def test_no_evidence_is_lost_whatever_the_cells(x: float, y: float):
    generator = np.random.default_rng(1)
    parts = [
        (0.7, Maps(generator.normal(size=(2, 16, 16)).astype(np.float32), grid(16, 8.2, 6.9))),
        (1.3, Maps(generator.normal(size=(2, 7, 9)).astype(np.float32), grid(31, x, y))),
    ]
    expected = sum(share * maps.values.sum(axis=(1, 2)) for share, maps in parts)
    total = add_maps(parts)
    assert total.values.shape == (2, 16, 16)
    np.testing.assert_allclose(total.values.sum(axis=(1, 2)), expected, rtol=1e-5, atol=1e-5)
