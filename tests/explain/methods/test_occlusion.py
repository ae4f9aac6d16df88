from __future__ import annotations

import numpy as np

from explain.imputation import transplant
from explain.methods.occlusion import occlusion
from explain.probe import Probe
from tests.explain.methods.networks import linear_detector


def test_what_hiding_each_window_costs(crops):
    """Over a linear network the loss is the weighted difference of what was hidden and what was filled in."""
    weights = np.random.default_rng(0).normal(0, 1e-3, (256, 256, 3)).astype(np.float32)
    maps = occlusion(Probe(linear_detector(weights), crops[:1]))
    crop = crops[0].astype(np.float32)
    losses, generator = np.empty((11, 11)), np.random.default_rng(0)
    for row in range(11):
        for column in range(11):
            hidden = np.zeros((256, 256), bool)
            top, left = 24 * row + 8 - 24, 24 * column + 8 - 24
            hidden[max(top, 0) : top + 48, max(left, 0) : left + 48] = True
            losses[row, column] = np.sum((crop - transplant(crop, hidden, generator)) * weights, dtype=np.float64)
    np.testing.assert_allclose(maps.values[0], losses, atol=2e-3)


def test_a_value_is_painted_where_its_window_was():
    maps = occlusion(Probe(linear_detector(np.zeros((256, 256, 3), np.float32)), np.zeros((1, 256, 256, 3), np.uint8)))
    np.testing.assert_array_equal(maps.to_crop @ [0, 0, 1], [7.5, 7.5])
    np.testing.assert_array_equal(maps.to_crop @ [10, 5, 1], [247.5, 127.5])


def test_a_network_that_looks_nowhere_has_a_flat_map():
    maps = occlusion(Probe(linear_detector(np.zeros((256, 256, 3), np.float32)), np.zeros((1, 256, 256, 3), np.uint8)))
    np.testing.assert_array_equal(maps.values, 0)
