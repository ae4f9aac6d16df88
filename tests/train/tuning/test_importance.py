"""How much a dimension matters, where it is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import optuna
import pytest

from train.tuning.dimensions import make_space
from train.tuning.importance import LEAST_TRIALS, measure_importance
from train.tuning.space import Point, Space
from train.tuning.study import next_trial, open_study

ONE = {
    "networks": ["lite0"],
    "depth": [],
    "learning_rate": [1e-4, 1e-2],
    "augmentation": [0.0, 2.0],
    "patch_weight": [1.0],
}


def search(space: Space, value: Callable[[Point], float], trials: int) -> optuna.Study:
    """A search whose AUC is known."""
    study = open_study(Path(":memory:"), pruning=True)
    for _ in range(trials):
        trial = next_trial(study, space, "random", 0)
        study.tell(trial, value(space.suggest(trial)))
    return study


def test_the_dimension_that_decides_has_nearly_all_of_it():
    space = make_space("random", **ONE)
    study = search(space, lambda point: point.augmentation / 2, 20)
    (found,) = measure_importance(study, space, 0)
    assert (found.title, found.trials, found.why_not) == ("all trials", 20, "")
    assert list(found.shares) == ["augmentation", "learning_rate"]
    assert found.shares["augmentation"] > 0.9
    assert sum(found.shares.values()) == pytest.approx(1, abs=1e-3)
    assert measure_importance(study, space, 0) == [found]
    assert measure_importance(study, space, 1) != [found]


def test_a_depth_is_measured_among_the_trials_of_its_network():
    space = make_space("random", **ONE | {"networks": ["lite0", "meso4"], "depth": [3, 16]})
    study = search(space, lambda point: (point.depth or 9) / 20 + (point.network == "meso4") / 3, 36)
    everything, lite0 = measure_importance(study, space, 0)
    assert set(everything.shares) == {"network", "learning_rate", "augmentation"}
    assert next(iter(everything.shares)) == "network"
    assert lite0.title == "trials with lite0"
    assert set(lite0.shares) == {"depth of lite0", "learning_rate", "augmentation"}
    assert next(iter(lite0.shares)) == "depth of lite0"
    assert lite0.trials == sum("depth of lite0" in trial.params for trial in study.trials) < everything.trials == 36


@pytest.mark.parametrize(
    "trials, value, changes, words",
    [
        (
            LEAST_TRIALS - 1,
            lambda point: point.augmentation / 2,
            {},
            f"Too few finished trials to tell: {LEAST_TRIALS - 1}",
        ),
        (LEAST_TRIALS, lambda _: 0.5, {}, "All trials have the same AUC"),
        (
            LEAST_TRIALS,
            lambda point: point.learning_rate,
            {"augmentation": [1.0]},
            "one dimension was searched: learning rate",
        ),
    ],
    ids=["too few", "all the same", "nothing to compare"],
)
def test_where_that_can_not_be_told_it_says_so(trials: int, value: Callable, changes: dict, words: str):
    space = make_space("random", **ONE | changes)
    (found,) = measure_importance(search(space, value, trials), space, 0)
    assert found.shares == {}
    assert words in found.why_not
