"""Searches that take seconds: a network of a few numbers, and a space for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from train.pairs import Mixture
from train.settings import Settings
from train.tuning.dimensions import make_space
from train.tuning.rows import Row
from train.tuning.search import Search
from train.tuning.tune import Limits, tune

RANGES = {
    "networks": ["tiny"],
    "depth": [],
    "learning_rate": [1e-3, 1e-1],
    "augmentation": [0, 1],
    "patch_weight": [0.5],
}
BASE = Settings(batch_size=4, epoch_crops=8, mixture=Mixture(0, 0, 0, 0))


@pytest.fixture(scope="session")
def make_search(tiny_network: str) -> Callable[..., Search]:
    """Makes a search; keywords replace dimensions and parts of it."""

    def make(sampler: str = "random", **changes: object) -> Search:
        dimensions = RANGES | {name: changes.pop(name) for name in list(changes) if name in RANGES}
        search = Search(make_space(sampler, **dimensions), sampler, pruning=False, size=128, epochs=1, base=BASE)
        return replace(search, **changes)

    return make


@pytest.fixture(scope="session")
def run(faces_data: Path, faces_cache: Path) -> Callable[..., list[Row]]:
    """Runs a search in a folder."""

    def run(out: Path, search: Search, trials: int = 3, minutes: float | None = None) -> list[Row]:
        return tune(faces_data, out, faces_cache, search, Limits(trials, minutes))

    return run
