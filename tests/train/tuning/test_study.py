"""Which trial comes next, whatever the training makes of it."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from train.tuning.dimensions import make_space
from train.tuning.space import Point, Space
from train.tuning.study import best_of, ended, interrupted, next_trial, open_study

BOTH = {"networks": ["lite0", "meso4"], "depth": [5, 9], "augmentation": [0.0, 2.0], "patch_weight": [0.5]}
LOW, HIGH = 1e-4, 1e-2


def make(sampler: str) -> Space:
    return make_space(sampler, learning_rate=[LOW, HIGH], **BOTH)


def search(
    study: optuna.Study, sampler: str, trials: int, seed: int = 0, state: TrialState = TrialState.COMPLETE
) -> list[Point]:
    """Searches without training: the value is the learning rate. Gives what the trials chose."""
    points, space = [], make(sampler)
    for _ in range(trials):
        trial = next_trial(study, space, sampler, seed)
        points.append(space.suggest(trial))
        study.tell(trial, points[-1].learning_rate if state == TrialState.COMPLETE else None, state)
    return points


def new_study() -> optuna.Study:
    """A study in memory, which is faster than a disk."""
    return open_study(Path(":memory:"), pruning=True)


@pytest.mark.parametrize("state", [TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL])
def test_a_grid_visits_each_combination_exactly_once(state: TrialState):
    points = search(new_study(), "grid", make("grid").combinations(), state=state)
    numbers = list(product((LOW, HIGH), (0.0, 2.0), (0.5,)))
    expected = [Point("lite0", depth, *rest) for depth in (5, 9) for rest in numbers]
    expected += [Point("meso4", None, *rest) for rest in numbers]
    assert Counter(points) == Counter(expected)
    # Not one network after the other: a search may be ended early.
    assert len({point.network for point in points[:2]}) == 2


@pytest.mark.parametrize("sampler", ["random", "bayesian"])
def test_trials_stay_within_the_ranges_and_only_lite0_has_a_depth(sampler: str):
    points = search(new_study(), sampler, 16)
    assert {point.network for point in points} == {"lite0", "meso4"}
    for point in points:
        assert LOW <= point.learning_rate <= HIGH
        assert 0 <= point.augmentation <= 2
        assert point.depth in range(5, 10) if point.network == "lite0" else point.depth is None
    assert len(set(points)) == 16
    # By factors: half of the rates are below the geometric mean, an eleventh of the range.
    assert sum(point.learning_rate < 1e-3 for point in points[:10]) >= 3


@pytest.mark.parametrize("sampler", ["grid", "random", "bayesian"])
def test_the_same_seed_gives_the_same_trials_and_another_one_others(sampler: str):
    first = search(new_study(), sampler, 12)
    assert search(new_study(), sampler, 12) == first
    assert search(new_study(), sampler, 12, seed=1) != first


def test_the_bayesian_search_learns_from_what_it_was_told():
    # The higher the rate, the better: the later half is drawn to the upper end, unlike random search.
    later = [point.learning_rate for point in search(new_study(), "bayesian", 26)[14:]]
    random = [point.learning_rate for point in search(new_study(), "random", 26)[14:]]
    assert sorted(later)[6] > 2 * sorted(random)[6]


@pytest.mark.parametrize("sampler", ["grid", "random", "bayesian"])
def test_an_interrupted_trial_comes_again_as_it_was_and_those_after_it_too(sampler: str, tmp_path: Path):
    expected = search(new_study(), sampler, 12)
    space, study = make(sampler), open_study(tmp_path / "study.db", pruning=True)
    search(study, sampler, 3)
    trial = next_trial(study, space, sampler, 0)
    assert space.suggest(trial) == expected[3]
    trial.report(0.7, 1)
    # Killed here: nobody told the study how the trial ended.
    study = open_study(tmp_path / "study.db", pruning=True)
    assert interrupted(study).number == 3
    again = next_trial(study, space, sampler, 0)
    assert (again.number, space.suggest(again)) == (3, expected[3])
    assert study.trials[3].intermediate_values == {1: 0.7}
    study.tell(again, expected[3].learning_rate)
    assert interrupted(study) is None
    assert search(study, sampler, 8) == expected[4:]
    assert len(ended(study)) == 12


def test_the_best_is_the_first_of_the_highest_among_finished_trials(tmp_path: Path):
    study = open_study(tmp_path / "study.db", pruning=True)
    assert best_of(study) is None
    for value, state in ((0.7, "COMPLETE"), (0.8, "COMPLETE"), (0.8, "COMPLETE"), (0.9, "PRUNED"), (None, "FAIL")):
        study.add_trial(optuna.create_trial(state=TrialState[state], value=value))
    assert best_of(study).number == 1


def test_a_folder_may_be_called_anything(tmp_path: Path):
    folder = tmp_path / "what? 100% #1"
    folder.mkdir()
    open_study(folder / "study.db", pruning=True)
    assert [path.name for path in folder.iterdir()] == ["study.db"]
    assert [path.name for path in tmp_path.iterdir()] == ["what? 100% #1"]
