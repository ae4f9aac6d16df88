from __future__ import annotations

import numpy as np

from explain.heatmap import Heatmap


def test_a_single_hot_cell_lands_where_its_map_says():
    values = np.zeros((16, 16), np.float32)
    values[3, 9] = 1.0
    picture = Heatmap(values, "grad-cam", True, np.array([[16.0, 0, 15], [0, 16, 15]])).on_crop()
    assert np.unravel_index(picture.argmax(), picture.shape) == (16 * 3 + 15, 16 * 9 + 15)
    assert picture.max() == 1.0


def test_pixels_stay_as_they_are():
    values = np.random.default_rng(0).normal(size=(256, 256)).astype(np.float32)
    np.testing.assert_array_equal(Heatmap(values, "saliency", False, np.eye(2, 3)).on_crop(), values)
