"""One trial: a training that Optuna watches."""

from __future__ import annotations

import time
from pathlib import Path

import keras
import optuna
from optuna.trial import TrialState

from train.callbacks import DivergedError
from train.crops import CropSet
from train.files import read_json
from train.fit import train_network
from train.settings import Settings

POINT, SECONDS, REASON = "point", "seconds", "reason"
"""What a trial carries besides Optuna's own: where it is, how long it took, and why it failed."""
BEST = "best.weights.h5"


class OutOfTime(Exception):  # noqa: N818 - no error: the trial goes on next time.
    """The time is up; the trial can go on after its last full epoch."""


class Watch(keras.callbacks.Callback):
    """Tells Optuna of every epoch, and ends a training that is hopeless or out of time by an exception.

    Args:
        trial: The trial.
        epochs: Epochs of the training.
        deadline: When to end after the epoch that is running, by `time.monotonic`. One epoch is done in any case, so
            that every call gets further.
    """

    def __init__(self, trial: optuna.Trial, epochs: int, deadline: float):
        super().__init__()
        self._trial, self._epochs, self._deadline = trial, epochs, deadline
        self._before = trial.user_attrs.get(SECONDS, 0.0)
        self._began = False

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Starts the clock."""
        self._start = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Ends the training if the time is up: here the epoch before can be gone on from."""
        if self._began and time.monotonic() >= self._deadline:
            raise OutOfTime
        self._began = True

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Tells Optuna the AUC; ends the training if earlier ones were better by then."""
        self._trial.set_user_attr(SECONDS, round(self._before + time.monotonic() - self._start, 3))
        # An epoch that was told of and then interrupted comes again; Optuna keeps what it was told first.
        if epoch + 1 not in self._told():
            self._trial.report(logs["val_auc"], epoch + 1)
        # After the last epoch there is nothing left to save.
        if epoch + 1 < self._epochs and self._trial.should_prune():
            raise optuna.TrialPruned

    def _told(self) -> dict[int, float]:
        return self._trial.study.trials[self._trial.number].intermediate_values


def run_trial(
    trial: optuna.Trial, settings: Settings, crops: CropSet, folder: Path, cache: Path, deadline: float
) -> None:
    """Trains and tells the study how that ended.

    Args:
        trial: The trial; it may have been interrupted before.
        settings: The settings of its training, which has one phase.
        crops: The crops of all splits.
        folder: Folder of this training.
        cache: Folder for what a training makes from its crops.
        deadline: When to stop after the epoch that is running, by `time.monotonic`.

    Raises:
        OutOfTime: If the deadline came; like after any other interruption, the trial goes on when it is run again.
        DataError: If the data can't be trained on.
    """
    watch = Watch(trial, settings.phases[0].epochs, deadline)
    training, validation = crops.select("train"), crops.select("validation")
    try:
        train_network(training, validation, folder, settings, cache, callbacks=[watch])
    except optuna.TrialPruned:
        trial.study.tell(trial, state=TrialState.PRUNED)
    except DivergedError as error:
        trial.set_user_attr(REASON, str(error))
        trial.study.tell(trial, state=TrialState.FAIL)
    else:
        trial.study.tell(trial, read_json((folder / BEST).with_suffix(".json"))["val_auc"])
    finally:
        keras.utils.clear_session()
