"""Trials as rows: what each has chosen and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import optuna
from optuna.trial import FrozenTrial, TrialState

from train.tuning.space import Point
from train.tuning.trial import POINT, REASON, SECONDS

FINISHED, PRUNED, FAILED, INTERRUPTED = "finished", "pruned", "failed", "interrupted"
_STATES = {
    TrialState.COMPLETE: FINISHED,
    TrialState.PRUNED: PRUNED,
    TrialState.FAIL: FAILED,
    TrialState.RUNNING: INTERRUPTED,
}


@dataclass(frozen=True)
class Row:
    """What became of a trial.

    Attributes:
        number: Its number, from 1.
        state: "finished", "pruned", "failed" or "interrupted".
        point: What it has chosen.
        value: Its AUC, 0..1: that of its best epoch so far; None if there was none.
        epochs: Epochs that were measured.
        seconds: How long they took.
        reason: Why it failed; "" if it didn't.
    """

    number: int
    state: str
    point: Point
    value: float | None
    epochs: int
    seconds: float
    reason: str


def rows_of(study: optuna.Study) -> list[Row]:
    """Gives the trials that have chosen, in their order."""
    return [row_of(trial) for trial in study.get_trials(deepcopy=False) if POINT in trial.user_attrs]


def row_of(trial: FrozenTrial) -> Row:
    """Says what became of a trial that has chosen."""
    values = trial.intermediate_values.values()
    return Row(
        trial.number + 1,
        _STATES[trial.state],
        point_of(trial),
        max(values, default=None),
        len(values),
        trial.user_attrs.get(SECONDS, 0.0),
        trial.user_attrs.get(REASON, ""),
    )


def point_of(trial: FrozenTrial) -> Point:
    """Gives what a trial has chosen."""
    return Point(**trial.user_attrs[POINT])
