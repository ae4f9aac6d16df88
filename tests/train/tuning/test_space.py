"""Spaces: what is refused, with a sentence, and which dimensions a network has."""

from __future__ import annotations

import math

import pytest
from optuna.trial import FixedTrial

from train.tuning.dimensions import SAMPLERS, make_space
from train.tuning.space import Point, Space

USUAL = {
    "networks": ["lite0"],
    "depth": [],
    "learning_rate": [1e-4, 1e-2],
    "augmentation": [1.0],
    "patch_weight": [0.5],
}


def make(sampler: str = "random", **changes: list) -> Space:
    return make_space(sampler, **USUAL | changes)


@pytest.mark.parametrize(
    "sampler, changes, words",
    [
        ("random", {"networks": ["resnet"]}, "`--networks` takes names of lite0, .*Received: resnet"),
        ("random", {"networks": ["lite0", "lite0"]}, "each network once. Received: lite0 lite0"),
        (
            "random",
            {"learning_rate": [0.0, 1e-2]},
            "`--learning-rate` takes numbers from 1e-08 to 1. Received: 0.0 0.01",
        ),
        ("random", {"learning_rate": [1e-3, 10.0]}, "Received: 0.001 10.0"),
        ("random", {"learning_rate": [math.nan]}, "Received: nan"),
        ("random", {"augmentation": [0.0, 3.5]}, "`--augmentation` takes numbers from 0 to 3. Received: 0.0 3.5"),
        ("grid", {"patch_weight": [-1.0, 1.0]}, "`--patch-weight` takes numbers from 0 to 100. Received: -1.0 1.0"),
        ("random", {"learning_rate": [1e-2, 1e-4]}, "a lower and a higher one .*Received: 0.01 0.0001 for random"),
        ("bayesian", {"learning_rate": [1e-2, 1e-2]}, "a lower and a higher one .*Received: 0.01 0.01 for bayesian"),
        ("bayesian", {"augmentation": [0.0, 1.0, 2.0]}, "`--sampler grid`. Received: 0.0 1.0 2.0 for bayesian"),
        ("random", {"depth": [13, 5]}, "`--depth` takes one number, or .*Received: 13 5 for random"),
        ("grid", {"augmentation": [1.0, 1.0]}, "`--augmentation` takes each value of a grid once. Received: 1.0 1.0"),
        ("random", {"depth": [17, 20]}, "`--depth` needs a depth from 3 to 16 for lite0. Received: 17 20"),
        ("grid", {"networks": ["lite0", "patchres"], "depth": [9, 11]}, "from 3 to 8 for patchres. Received: 9 11"),
        (
            "random",
            {"networks": ["meso4"], "depth": [5, 9]},
            "`--networks` names neither. Received: depth 5 9 and .*meso4",
        ),
        ("random", {"learning_rate": [1e-3]}, "there is nothing to search: .*Received: .*0.001"),
        ("grid", {"learning_rate": [1e-3], "depth": [5]}, "there is nothing to search"),
    ],
)
def test_what_can_not_be_searched_is_refused_with_what_was_received(sampler: str, changes: dict, words: str):
    with pytest.raises(ValueError, match=words):
        make(sampler, **changes)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_single_value_stands_still(sampler: str):
    space = make(sampler, depth=[5])
    assert space.searched() == ["learning_rate"]
    # The trial knows the learning rate alone: to ask it for anything else would be an error.
    point = space.suggest(FixedTrial({"learning_rate": 1e-3}))
    assert point == Point("lite0", 5, 1e-3, 1.0, 0.5)


def test_without_depths_a_network_has_its_own():
    assert make().suggest(FixedTrial({"learning_rate": 1e-3})).depth is None


def test_two_numbers_are_the_ends_of_a_range_and_for_a_grid_the_values():
    assert make("random", depth=[5, 8]).depth == (5, 6, 7, 8)
    assert make("grid", depth=[8, 5]).depth == (5, 8)
    assert make("grid", augmentation=[2.0, 0.0, 1.0]).augmentation == (0.0, 1.0, 2.0)


def test_only_networks_that_have_a_depth_choose_one_and_of_those_that_they_can_have():
    space = make(networks=["lite0", "patchres", "meso4"], depth=[7, 13])
    assert space.depths("lite0") == tuple(range(7, 14))
    assert space.depths("patchres") == (7, 8)
    assert space.searched() == ["network", "depth of lite0", "learning_rate", "depth of patchres"]
    chosen = {"learning_rate": 1e-3}
    assert space.suggest(FixedTrial(chosen | {"network": "lite0", "depth of lite0": 13})).depth == 13
    assert space.suggest(FixedTrial(chosen | {"network": "patchres", "depth of patchres": 8})).depth == 8
    point = space.suggest(FixedTrial(chosen | {"network": "meso4"}))
    assert point.depth is None
    assert space.chosen(point) == {"network": "meso4", "learning_rate": 1e-3}


def test_a_depth_that_only_one_network_may_choose_stands_still_for_the_other():
    space = make(networks=["lite0", "patchres"], depth=[8, 9])
    assert space.suggest(FixedTrial({"learning_rate": 1e-3, "network": "patchres"})).depth == 8
    assert space.searched() == ["network", "depth of lite0", "learning_rate"]


def test_a_grid_counts_depths_only_where_there_are_any():
    space = make("grid", networks=["lite0", "meso4"], depth=[5, 7, 9], augmentation=[0.0, 1.0])
    # Two learning rates and two strengths; three depths of lite0.
    assert space.combinations() == 3 * 2 * 2 + 2 * 2
