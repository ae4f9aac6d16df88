"""Single trials that are really trained: how each can end."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import optuna
import pytest

from train.crops import CropSet, load_crops
from train.datasets import read_samples
from train.tuning.files import tidy, trial_folder
from train.tuning.rows import FAILED, PRUNED, rows_of
from train.tuning.search import Search
from train.tuning.space import Point
from train.tuning.study import FULL_TRIALS, next_trial, open_study
from train.tuning.trial import POINT, OutOfTime, Watch, run_trial

NEVER = float("inf")
GOOD = Point("tiny", None, 1e-2, 0.0, 0.5)

pytestmark = pytest.mark.usefixtures("eager", "undrawn_plots")


@pytest.fixture(scope="module")
def crops(faces_data: Path, faces_cache: Path) -> CropSet:
    return load_crops(faces_data, read_samples(faces_data), faces_cache)


@pytest.fixture
def study(tmp_path: Path) -> optuna.Study:
    return open_study(tmp_path / "study.db", pruning=True)


@pytest.fixture
def train(make_search: Callable[..., Search], crops: CropSet, study: optuna.Study, tmp_path: Path) -> Callable:
    """Runs the next trial, or the interrupted one, at a point."""

    def train(point: Point, epochs: int, deadline: float = NEVER) -> None:
        search = make_search(epochs=epochs)
        trial = next_trial(study, search.space, "random", 0)
        trial.set_user_attr(POINT, point.__dict__)
        folder = trial_folder(tmp_path, trial.number)
        run_trial(trial, search.settings(point), crops, folder, tmp_path / "cache", deadline)

    return train


def history(tmp_path: Path, number: int) -> list[float]:
    with (trial_folder(tmp_path, number) / "history.csv").open(newline="") as file:
        return [float(row["val_auc"]) for row in csv.DictReader(file)]


def add_perfect_trials(study: optuna.Study, count: int) -> None:
    for _ in range(count):
        study.add_trial(optuna.create_trial(value=1.0, intermediate_values=dict.fromkeys(range(1, 5), 1.0)))


def test_a_trial_that_stays_behind_is_ended_after_its_second_epoch(
    train: Callable, study: optuna.Study, tmp_path: Path
):
    add_perfect_trials(study, FULL_TRIALS)
    # So low a rate leaves the network as bad as it was drawn.
    train(Point("tiny", None, 1e-8, 0.0, 0.5), 4)
    (row,) = rows_of(study)
    assert (row.state, row.epochs) == (PRUNED, 2)
    assert len(history(tmp_path, FULL_TRIALS)) == 2
    assert row.value == max(history(tmp_path, FULL_TRIALS)) < 1


@pytest.mark.parametrize(
    "before, epochs, told, pruned",
    [
        (FULL_TRIALS, 3, [0.5, 0.5], True),
        (FULL_TRIALS, 3, [0.5], False),
        (FULL_TRIALS, 2, [0.5, 0.5], False),
        (FULL_TRIALS, 3, [0.5, 1.0], False),
        (FULL_TRIALS - 1, 3, [0.5, 0.5], False),
    ],
    ids=["behind", "after the first epoch", "after the last epoch", "not behind", "too few to compare with"],
)
def test_a_trial_is_pruned_only_where_that_is_just_and_saves_something(
    before: int, epochs: int, told: list[float], pruned: bool
):
    study = open_study(Path(":memory:"), pruning=True)
    add_perfect_trials(study, before)
    watch = Watch(study.ask(), epochs, NEVER)
    watch.on_train_begin()
    for epoch, value in enumerate(told[:-1]):
        watch.on_epoch_end(epoch, {"val_auc": value})
    with pytest.raises(optuna.TrialPruned) if pruned else nullcontext():
        watch.on_epoch_end(len(told) - 1, {"val_auc": told[-1]})


def test_without_pruning_nothing_is_pruned():
    study = open_study(Path(":memory:"), pruning=False)
    add_perfect_trials(study, FULL_TRIALS)
    watch = Watch(study.ask(), 9, NEVER)
    watch.on_train_begin()
    for epoch in range(8):
        watch.on_epoch_end(epoch, {"val_auc": 0.1})


def test_what_was_told_before_an_interruption_counts():
    study = open_study(Path(":memory:"), pruning=True)
    trial = study.ask()
    for value in (0.5, 0.75):
        # The second time, the same epoch comes again.
        watch = Watch(trial, 3, NEVER)
        watch.on_train_begin()
        watch.on_epoch_end(0, {"val_auc": value})
    assert study.trials[0].intermediate_values == {1: 0.5}


def test_a_trial_that_diverges_has_failed_and_says_why(train: Callable, study: optuna.Study, tmp_path: Path):
    train(Point("tiny", None, 1e38, 0.0, 0.5), 2)
    (row,) = rows_of(study)
    assert (row.state, row.value, row.epochs) == (FAILED, None, 0)
    assert "diverged" in row.reason
    # The next one is another trial.
    assert next_trial(study, None, "random", 0).number == 1


def test_a_trial_that_is_out_of_time_goes_on_to_where_it_would_have_come(
    train: Callable, study: optuna.Study, tmp_path: Path
):
    train(GOOD, 2)
    # The deadline is past, but one epoch is done in any case: every call gets further.
    with pytest.raises(OutOfTime):
        train(GOOD, 2, deadline=0.0)
    tidy(study, tmp_path)
    assert len(history(tmp_path, 1)) == len(study.trials[1].intermediate_values) == 1
    seconds = rows_of(study)[1].seconds
    train(GOOD, 2)
    first, second = rows_of(study)
    assert history(tmp_path, 1) == pytest.approx(history(tmp_path, 0), abs=1e-4)
    assert second.value == pytest.approx(first.value, abs=1e-4)
    assert study.trials[1].value == second.value == max(history(tmp_path, 1))
    assert second.epochs == 2
    # The clock went on, too.
    assert second.seconds > seconds > 0
