"""Leave-one-source-out cross-validation: how good a training is on kinds of fakes that it never saw."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from model.networks import build_network
from train.batches import predict_logits
from train.comparison.folds import plan_folds, split_fold
from train.crops import CropSet
from train.evaluation.intervals import Figure, resample_groups, with_interval
from train.evaluation.metrics import ranking_figures
from train.files import read_json, write_json
from train.fit import train_network
from train.folders import claim_folder
from train.settings import Settings

_WINDOW = 128


def cross_validate(
    crops: CropSet,
    out: Path,
    cache: Path,
    settings: Settings,
    *,
    together: Sequence[Sequence[str]] = (),
    only: Sequence[str] = (),
    faces: int = 1000,
) -> dict[str, Any]:
    """Trains once for every source, without it, and tests on it.

    Called again after an interruption with the same arguments, it goes on after the last full epoch. Called
    with other `only`, it adds folds to those that are there.

    Args:
        crops: All crops.
        out: Folder for the results: `crossval.json`, and a folder a fold.
        cache: Folder for what a training makes from its crops.
        settings: The training of every fold. Of `settings.whole` a fold uses what it trains on.
        together: Families of sources that are left out at once.
        only: Run just the folds that leave one of these sources out; all if empty.
        faces: Test on at most so many faces of each class of each source.

    Returns:
        The content of `crossval.json`.

    Raises:
        DataError: If a source is not there, or nothing would be left to train on.
        ValueError: If `out` holds results of other settings or on other pictures.
    """
    if faces < 1:
        raise ValueError(f"`faces` must be at least 1. Received: faces={faces}")
    folds = plan_folds(crops, together, only)
    described = asdict(settings) | {"together": [list(family) for family in together], "faces": faces}
    claim_folder(out, described, crops.samples)
    report = _write_report(out, described, settings.seed)
    for number, left_out in enumerate(folds, start=1):
        title = f"Fold {number} of {len(folds)}, without {', '.join(left_out)}"
        if (_folder(out, left_out) / "fold.json").exists():
            print(f"{title}: done before.")
            continue
        print(f"{title}:")
        run_fold(crops, left_out, _folder(out, left_out), cache, settings, faces=faces)
        report = _write_report(out, described, settings.seed)
    return report


def run_fold(
    crops: CropSet, left_out: Sequence[str], out: Path, cache: Path, settings: Settings, *, faces: int
) -> dict[str, Any]:
    """Trains without some sources and tests on them.

    Args:
        crops: All crops.
        left_out: The sources that are left out.
        out: Folder for the training and, once all is done, `fold.json`.
        cache: Folder for what a training makes from its crops.
        settings: The training.
        faces: Test on at most so many faces of each class of each source.

    Returns:
        The content of `fold.json`.
    """
    fold = split_fold(crops, left_out, faces, settings.seed)
    trained_on = sorted(set(fold.training.sources.tolist()))
    settings = replace(settings, whole=tuple(source for source in settings.whole if source in trained_on))
    out.mkdir(parents=True, exist_ok=True)
    clock, start = out / "clock.json", time.monotonic()
    before = read_json(clock).get("seconds", 0.0)
    try:
        network = train_network(fold.training, fold.validation, out, settings, cache)
        logits = predict_logits(network, fold.tested)
    finally:
        # Of all runs together, if this one is interrupted.
        seconds = before + time.monotonic() - start
        write_json(clock, {"seconds": seconds})
    result = (
        {"left_out": list(left_out)}
        | measure_fold(fold.tested, logits, seed=settings.seed)
        | {"trained_on": trained_on, "seconds": round(seconds, 1)}
    )
    write_json(out / "fold.json", result)
    # A session's networks pile up otherwise.
    keras.utils.clear_session()
    return result


def measure_fold(tested: CropSet, logits: np.ndarray, *, seed: int) -> dict[str, Any]:
    """Measures, source by source, what a network says of faces.

    Args:
        tested: The faces.
        logits: (faces,), image logits, positive for fake.
        seed: Seed of the intervals.

    Returns:
        By source: `auc` and `interval` (95 %, resampled by group) where there are both classes,
        `recall_of_single_class`, the share on the right side of probability 0.5, where there is one, and
        `faces`, the number of reals and fakes.
    """
    figures, recalls, counts = {}, {}, {}
    for source in map(str, np.unique(tested.sources)):
        of_source = tested.sources == source
        part, scores = tested.where(of_source), logits[of_source]
        fakes = int(part.labels.sum())
        counts[source] = [len(part.samples) - fakes, fakes]
        if all(counts[source]):
            figures[source] = _auc(part, scores, seed)
        else:
            right = scores > 0 if fakes else scores < 0
            recalls[source] = round(float(right.mean()), 4)
    return {
        "auc": {source: figure["value"] for source, figure in figures.items()},
        "interval": {source: figure["interval"] for source, figure in figures.items()},
        "recall_of_single_class": recalls,
        "faces": counts,
    }


def crossval_table(report: dict[str, Any]) -> str:
    """Sets a cross-validation as a table.

    Args:
        report: The content of `crossval.json`.

    Returns:
        A Markdown table with a row for each source tested, and the mean AUC.
    """
    lines = [
        "| left out | tested on | real | fake | AUC | 95 % interval | right side of 0.5 |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for fold in report["folds"]:
        for source, (reals, fakes) in fold["faces"].items():
            auc, interval = fold["auc"].get(source), fold["interval"].get(source)
            recall = fold["recall_of_single_class"].get(source)
            cells = [
                ", ".join(fold["left_out"]),
                source,
                str(reals),
                str(fakes),
                "" if auc is None else f"{auc:.3f}",
                "" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}",
                "" if recall is None else f"{recall:.1%}",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    mean = report["mean_auc"]
    lines.append(f"| mean | | | | {'' if mean is None else f'{mean:.3f}'} | | |")
    return "\n".join(lines)


def window_side(network: str) -> int:
    """Gives the side of the windows to train a network on: 128 pixels where it takes any, else what it takes."""
    return build_network(network).input_shape[1] or _WINDOW


def _folder(out: Path, left_out: Sequence[str]) -> Path:
    # A source in nested folders has slashes in its name.
    return out / "+".join(left_out).replace("/", "__")


def _auc(crops: CropSet, logits: np.ndarray, seed: int) -> Figure:
    fake = crops.labels > 0.5
    groups = np.array([sample.group for sample in crops.samples])
    drawn = resample_groups(groups, np.where(fake, "fake", "real"), seed)
    values = ranking_figures(fake, logits, np.vstack([np.ones((1, len(fake))), drawn]))["auc"]
    return with_interval(values[0], values[1:])


def _write_report(out: Path, described: dict[str, Any], seed: int) -> dict[str, Any]:
    """Writes what the finished folds, of this call or of earlier ones, say."""
    folds = sorted((read_json(file) for file in out.glob("*/fold.json")), key=lambda fold: fold["left_out"])
    values = [auc for fold in folds for auc in fold["auc"].values()]
    mean = round(float(np.mean(values)), 4) if values else None
    write_json(out / "crossval.json", {"folds": folds, "mean_auc": mean, "settings": described, "seed": seed})
    return read_json(out / "crossval.json")
