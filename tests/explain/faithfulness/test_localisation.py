from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest

from explain.faithfulness.localisation import localise


def test_a_perfect_map_by_hand(true_map, region):
    figures = localise(true_map, region)
    assert astuple(figures) == pytest.approx((1, 1, 16, 1, 1))


def test_a_shifted_map_by_hand(shifted_map, region):
    """It misses the region wholly; of the 15/16 outside it is hot in 1/15, so as a ranking it does a little better."""
    figures = localise(shifted_map, region)
    assert (figures.pointing, figures.energy, figures.energy_ratio, figures.overlap) == (0, 0, 0, 0)
    assert figures.auc == pytest.approx(0.5 * 14 / 15)


def test_a_map_of_the_wrong_sign_finds_nothing(true_map, region):
    figures = localise(-true_map, region)
    assert figures.pointing == 0
    assert math.isnan(figures.energy)
    assert figures.auc == 0


def test_a_flat_map_is_chance(region):
    figures = localise(np.ones((256, 256)), region)
    assert figures.pointing == pytest.approx(1 / 16)
    assert figures.energy == pytest.approx(1 / 16)
    assert figures.energy_ratio == pytest.approx(1)
    assert figures.auc == pytest.approx(0.5)


def test_noise_is_chance(region):
    figures = localise(np.random.default_rng(0).uniform(size=(256, 256)), region)
    assert figures.energy_ratio == pytest.approx(1, abs=0.05)
    assert figures.overlap == pytest.approx((1 / 16) ** 2 / (2 / 16 - (1 / 16) ** 2), abs=0.01)
    assert figures.auc == pytest.approx(0.5, abs=0.02)


def test_negative_heat_is_no_energy(region):
    """Half of what is positive lies in the region, however much speaks for real elsewhere."""
    heat = np.full((256, 256), -5.0)
    heat[70, 40] = heat[200, 200] = 1
    assert localise(heat, region).energy == 0.5


@pytest.mark.parametrize("covered", [False, True])
def test_a_mask_without_two_sides_says_nothing(true_map, covered):
    figures = localise(true_map, np.full((256, 256), covered))
    assert all(map(math.isnan, astuple(figures)))


def test_a_mask_of_numbers_is_refused(true_map, region):
    with pytest.raises(ValueError, match="dtype uint8"):
        localise(true_map, region.astype(np.uint8))
    with pytest.raises(ValueError, match="shape"):
        localise(true_map, region[:128])
