"""A number that tells the class is found, one that doesn't is not, and groups are kept together."""

from __future__ import annotations

import numpy as np
import pytest

from train.datasets import Sample
from train.looks.features import FEATURES
from train.looks.separation import Separation, separate

NAMES = list(FEATURES)


def samples_of(labels: np.ndarray, *, groups: np.ndarray | None = None, sources: int = 1) -> list[Sample]:
    groups = np.arange(len(labels)) if groups is None else groups
    return [
        Sample(f"{i}.png", f"s{i % sources}", "train", int(label), str(group))
        for i, (label, group) in enumerate(zip(labels, groups, strict=True))
    ]


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(0)


def power(separation: Separation, name: str):
    return next(power for power in separation.features if power.name == name)


def test_the_number_that_tells_the_class_comes_first(chance: np.random.Generator):
    labels = np.arange(600) % 2
    features = chance.normal(size=(600, len(NAMES)))
    features[:, NAMES.index("noise")] -= 4 * labels
    separation = separate(samples_of(labels), features, 0)
    assert separation.features[0].name == "noise"
    assert separation.auc > 0.98
    telling, silent = power(separation, "noise"), power(separation, "warmth")
    assert telling.auc < 0.02  # lower in fakes
    assert telling.mutual_information > 0.7
    assert telling.importance > 0.3
    assert silent.mutual_information < 0.1
    assert abs(silent.importance) < 0.02
    assert silent.auc == pytest.approx(0.5, abs=0.06)


def test_chance_reaches_half(chance: np.random.Generator):
    labels = np.arange(600) % 2
    assert separate(samples_of(labels), chance.normal(size=(600, len(NAMES))), 0).auc == pytest.approx(0.5, abs=0.07)


def test_a_group_never_stands_on_both_sides(chance: np.random.Generator):
    # Ten copies of each of sixty pictures: learnt by heart they would give AUC 1.
    labels = np.repeat(np.arange(60) % 2, 10)
    features = np.repeat(chance.normal(size=(60, len(NAMES))), 10, axis=0)
    known = separate(samples_of(labels), features, 0)
    grouped = separate(samples_of(labels, groups=np.repeat(np.arange(60), 10)), features, 0)
    assert known.auc > 0.95
    assert grouped.auc < 0.75


def test_what_only_tells_the_sources_apart_shows_as_such(chance: np.random.Generator):
    sources = np.arange(800) % 2
    labels = (chance.random(800) < np.where(sources, 0.9, 0.1)).astype(int)
    features = chance.normal(size=(800, len(NAMES)))
    features[:, 0] += 5 * sources
    separation = separate(samples_of(labels, sources=2), features, 0)
    assert separation.auc > 0.85
    assert all(auc < 0.65 for auc in separation.sources.values())
    assert set(separation.sources) == {"s0", "s1"}


def test_it_takes_twenty_groups_of_each_class(chance: np.random.Generator):
    labels = np.array([1] * 19 + [0] * 100)
    assert separate(samples_of(labels), chance.normal(size=(119, len(NAMES))), 0) is None
    labels = np.array([1] * 20 + [0] * 100)
    assert separate(samples_of(labels), chance.normal(size=(120, len(NAMES))), 0) is not None


def test_missing_numbers_are_no_obstacle(chance: np.random.Generator):
    features = chance.normal(size=(100, len(NAMES)))
    features[:, -1] = np.nan
    features[::3, 3] = np.nan
    assert 0 < separate(samples_of(np.arange(100) % 2), features, 0).auc < 1


def test_the_same_seed_gives_the_same_figures(chance: np.random.Generator):
    labels, features = np.arange(200) % 2, chance.normal(size=(200, len(NAMES)))
    assert separate(samples_of(labels), features, 3) == separate(samples_of(labels), features, 3)
