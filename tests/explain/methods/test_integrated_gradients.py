from __future__ import annotations

import numpy as np

from explain.methods.elsewhere import move_crops
from explain.methods.integrated_gradients import integrated_gradients
from explain.probe import Probe
from tests.explain.methods import oracles


def test_over_a_linear_network_nothing_is_missing(crops):
    oracles.is_complete(integrated_gradients, move_crops, crops[:2])


def test_the_gap_is_what_the_sum_misses(detector, crops):
    probe = Probe(detector, crops[:2])
    maps = integrated_gradients(probe)
    difference = detector.logits(crops[:2]) - probe.logits(move_crops(crops[:2]))
    np.testing.assert_allclose(maps.gaps, maps.values.sum(axis=(1, 2)) - difference, atol=1e-3)


def test_a_picture_without_detail_has_nothing_to_add_up(detector):
    grey = np.full((1, 256, 256, 3), 120, np.uint8)
    np.testing.assert_allclose(integrated_gradients(Probe(detector, grey)).values, 0, atol=1e-6)
