"""What a search leaves on disk: a table of trials, the best detector, and little else."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import asdict
from pathlib import Path

import optuna
from optuna.trial import FrozenTrial

from model.networks import build_network
from train.crops import CropSet
from train.export import export_detector
from train.files import load_plain_weights, write_files
from train.settings import Settings, describe
from train.tuning.rows import Row, rows_of
from train.tuning.space import Point
from train.tuning.study import best_of, ended
from train.tuning.trial import BEST

# Of a training that has ended: how it went. Weights with the state of the optimizer are many times as large.
_KEPT = ("settings.json", "history.csv", "curves.png")


def trial_folder(out: Path, number: int) -> Path:
    """Names the folder of a trial's training.

    Args:
        out: Folder of the search.
        number: Optuna's number of the trial, from 0.
    """
    return out / "trials" / f"{number + 1:04d}"


def write_table(study: optuna.Study, out: Path) -> None:
    """Writes `trials.csv`, a row a trial, in full or not at all."""
    write_files(out, {"trials.csv": _table(rows_of(study))})


def _table(rows: list[Row]) -> bytes:
    text = io.StringIO()
    names = ["number", "state", *Point.__dataclass_fields__, "value", "epochs", "seconds", "reason"]
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    for row in rows:
        described = asdict(row)
        writer.writerow(described.pop("point") | described)
    return text.getvalue().encode()


def tidy(study: optuna.Study, out: Path) -> None:
    """Deletes what trainings needed to go on and the weights of all but the best trial."""
    best = best_of(study)
    for trial in ended(study):
        kept = (*_KEPT, BEST) if best and trial.number == best.number else _KEPT
        folder = trial_folder(out, trial.number)
        for path in folder.iterdir() if folder.exists() else ():
            if path.name not in kept:
                path.unlink()


def export_best(best: FrozenTrial, settings: Settings, validation: CropSet, out: Path) -> Path:
    """Writes the detector of the best trial to a folder of its own, in full or not at all.

    Args:
        best: The trial.
        settings: The settings of its training.
        validation: The validation crops.
        out: Folder of the search.

    Returns:
        Path of `detector.json`.
    """
    network = build_network(settings.network, settings.depth)
    load_plain_weights(network, trial_folder(out, best.number) / BEST)
    partial, folder = out / "partial.best", out / "best"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        about = {"depth": settings.depth, "about": describe(settings)}
        export_detector(network, settings.network, validation, partial, error=settings.error, **about)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder / "detector.json"
