"""Searches hyperparameters: one training after the other, resumable after every epoch."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import optuna

from train.crops import CropSet, load_crops
from train.datasets import DataError, read_samples
from train.folders import claim_folder
from train.settings import require_sources
from train.tuning import words
from train.tuning.dimensions import GRID
from train.tuning.files import export_best, tidy, trial_folder, write_table
from train.tuning.report import write_report
from train.tuning.rows import FINISHED, Row, point_of, rows_of
from train.tuning.search import Search
from train.tuning.study import best_of, ended, interrupted, next_trial, open_study
from train.tuning.trial import POINT, SECONDS, OutOfTime, run_trial

_TRIALS = 20


@dataclass(frozen=True)
class Limits:
    """When a search ends; a later call may have others.

    Attributes:
        trials: After so many trials in all, finished, pruned or failed; None for 20, or all combinations of a grid.
        minutes: After so many minutes of this call; None for no limit.
    """

    trials: int | None = None
    minutes: float | None = None


def tune(data: Path, out: Path, cache: Path, search: Search, limits: Limits) -> list[Row]:
    """Searches, and writes what was found.

    Called again after an interruption with the same arguments, it goes on after the last full epoch. Called with
    other limits, it adds trials, or only writes what there is.

    Args:
        data: Folder with pictures in a layout that `read_samples` knows.
        out: Folder for the results: `study.db`, `trials.csv`, what `write_report` writes, the best detector in `best`,
            and what is left of the trainings in `trials`.
        cache: Folder for the face crops and the reconstructions.
        search: Where and how to search.
        limits: When to end.

    Returns:
        The trials in their order. If none of them is finished, only `trials.csv` was written.

    Raises:
        DataError: If the data can't be used.
        ValueError: If a training is impossible, or `out` holds another search.
    """
    start = time.monotonic()
    search.require_possible()
    samples = read_samples(data, seed=search.base.seed)
    require_sources(search.base.whole, samples)
    crops = load_crops(data, samples, cache)
    for split in ("train", "validation"):
        if not crops.select(split).paired_sources:
            raise DataError(f"{data}: no source has both real and fake faces for {split}")
    claim_folder(out, search.described(), samples)
    study = open_study(out / "study.db", pruning=search.pruning)
    # An interruption may have come before it was tidied.
    tidy(study, out)
    deadline = start + 60 * limits.minutes if limits.minutes else float("inf")
    note = _run_trials(study, search, crops, out, cache, _wanted(search, limits), deadline)
    write_table(study, out)
    best = best_of(study)
    if best:
        export_best(best, search.settings(point_of(best)), crops.select("validation"), out)
        write_report(study, search, data, crops, out, note)
    if note:
        print(note)
    return rows_of(study)


def _wanted(search: Search, limits: Limits) -> int:
    if search.sampler != GRID:
        return limits.trials or _TRIALS
    return min(limits.trials or sys.maxsize, search.space.combinations())


def _run_trials(
    study: optuna.Study, search: Search, crops: CropSet, out: Path, cache: Path, wanted: int, deadline: float
) -> str:
    """Runs trials until there are enough of them or no other would fit; says which of both, in words."""
    while len(ended(study)) < wanted:
        left, expected = deadline - time.monotonic(), _expected_seconds(study)
        if expected > left:
            return words.no_time_left(len(ended(study)), wanted, expected)
        trial = next_trial(study, search.space, search.sampler, search.base.seed)
        point = search.space.suggest(trial)
        trial.set_user_attr(POINT, asdict(point))
        print(words.announce(rows_of(study), search.space, wanted, left), flush=True)
        try:
            run_trial(trial, search.settings(point), crops, trial_folder(out, trial.number), cache, deadline)
        except OutOfTime:
            return words.out_of_time(rows_of(study)[-1], wanted)
        write_table(study, out)
        tidy(study, out)
    return ""


def _expected_seconds(study: optuna.Study) -> float:
    """Time of the slowest finished trial, less what the interrupted one has had of it; 0 if none is finished."""
    running = interrupted(study)
    slowest = max((row.seconds for row in rows_of(study) if row.state == FINISHED), default=0.0)
    return slowest - (running.user_attrs.get(SECONDS, 0.0) if running else 0.0)
