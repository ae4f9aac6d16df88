"""What a search says, the same in the terminal and on its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields

from train.evaluation.wording import NOT_MEASURED, number
from train.tuning.rows import FAILED, FINISHED, INTERRUPTED, PRUNED, Row
from train.tuning.space import Point, Space

BEST_ROWS = 10
"""How many of the best trials are shown."""


def announce(rows: Sequence[Row], space: Space, wanted: int, seconds_left: float) -> str:
    """Says which trial begins or goes on, where, what was best so far, and how long it may all take.

    Args:
        rows: All trials, this one last.
        space: The dimensions.
        wanted: Number of trials in all.
        seconds_left: What is left of the time; infinity if there is no limit.

    Returns:
        A line.
    """
    *before, row = rows
    parts = [f"Trial {row.number} of {wanted}: {say(row.point, space)}"]
    if row.epochs:
        parts.append(f"goes on after epoch {row.epochs}")
    finished = [row for row in before if row.state == FINISHED]
    if finished:
        best = max(finished, key=lambda row: row.value)
        parts.append(f"best so far {best.value:.4f} (trial {best.number})")
    if before:
        mean = sum(row.seconds for row in before) / len(before)
        # An interrupted trial has had a part of its time.
        expected = max(0.0, mean * (wanted - len(before)) - row.seconds)
        parts.append(f"about {_duration(min(expected, seconds_left))} left")
    return "; ".join(parts)


def say(point: Point, space: Space) -> str:
    """Says what a point has of the dimensions that don't stand still, such as "network lite0, learning rate 0.001"."""
    return ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in space.chosen(point).items())


def out_of_time(row: Row, wanted: int) -> str:
    """Says that the time was up within a trial."""
    return (
        f"The time is up in trial {row.number} of {wanted}, after epoch {row.epochs}. The same command goes on there, "
        "with as many minutes again."
    )


def no_time_left(done: int, wanted: int, expected: float) -> str:
    """Says that no other trial fits."""
    return (
        f"Stopped after {done} of {wanted} trials: another could take {_duration(expected)}, as the slowest one did, "
        "and would not fit. The same command goes on, with as many minutes again."
    )


def nothing_finished(rows: Sequence[Row]) -> str:
    """Says that there is no best trial."""
    reasons = sorted({row.reason for row in rows if row.reason})
    return f"No trial was finished yet, so there is nothing to compare. {'; '.join(reasons)}".strip()


def compared(rows: Sequence[Row]) -> str:
    """Says how many trials were compared, and what that does to the best AUC."""
    counts = Counter(row.state for row in rows)
    others = [f"{counts[state]} {state}" for state in (PRUNED, FAILED, INTERRUPTED) if counts[state]]
    return (
        f"{counts[FINISHED]} finished trials were compared{' (besides ' + ', '.join(others) + ')' if others else ''}. "
        "The best of many on the same validation faces flatters itself: its AUC is partly luck, the more trials the "
        "more. Measure it on faces that no trial has seen."
    )


def trials_table(rows: Sequence[Row]) -> list[list[str]]:
    """Sets trials as a table, a row a trial, the head first."""
    names = [field.name for field in fields(Point)]
    table = [["trial", *(name.replace("_", " ") for name in names), "AUC", "epochs", "time", "state"]]
    for row in rows:
        cells = [_plain(getattr(row.point, name)) for name in names]
        value = number(row.value) if row.value is None else f"{row.value:.4f}"
        state = f"{row.state}: {row.reason}" if row.reason else row.state
        table.append([str(row.number), *cells, value, str(row.epochs), _duration(row.seconds), state])
    return table


def best_rows(rows: Sequence[Row], count: int) -> list[Row]:
    """Gives the finished trials with the highest AUC, the best first."""
    finished = [row for row in rows if row.state == FINISHED]
    return sorted(finished, key=lambda row: -row.value)[:count]


def _plain(value: str | float | None) -> str:
    """Writes a value of a dimension, numbers with three digits; the exact ones are in `trials.csv`."""
    return NOT_MEASURED if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
