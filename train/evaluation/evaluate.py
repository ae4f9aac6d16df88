"""Measures a detector on a folder of labelled pictures and writes the report."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from model.detector import Detector, Score, load_detector
from train.crops import CropSet
from train.evaluation.controls import measure_controls
from train.evaluation.faces import Faces, load_faces
from train.evaluation.intervals import RESAMPLES, resample_groups
from train.evaluation.metrics import METRICS, Scores, reliability
from train.evaluation.plots import draw_plots
from train.evaluation.report import write_report
from train.evaluation.robustness import measure_robustness
from train.evaluation.scoring import score_crops
from train.evaluation.shortcuts import audit_shortcuts
from train.evaluation.summary import summarise

FORMAT = 1


@dataclass(frozen=True)
class Settings:
    """What an evaluation measures.

    Attributes:
        split: "train", "validation", "test" or "all"; None for the validation part, else the test part, else all.
        robustness: Whether to measure degraded copies, which takes most of the time.
        robustness_faces: At most so many faces of each source and class for that; all if None.
        seed: Seed of everything random.
        command: The command line, for the record.
    """

    split: str | None = None
    robustness: bool = True
    robustness_faces: int | None = None
    seed: int = 0
    command: str = ""

    def __post_init__(self) -> None:
        if self.robustness_faces is not None and self.robustness_faces < 1:
            raise ValueError(f"`robustness_faces` must be at least 1. Received: {self.robustness_faces}")
        if self.seed < 0:
            raise ValueError(f"`seed` must be 0 or more. Received: {self.seed}")


def evaluate(data: Path, detector_file: Path | None, out: Path, cache: Path, settings: Settings) -> dict[str, Any]:
    """Measures a detector and writes `evaluation.json`, tables, plots and `report.html`.

    Everything is written to a folder beside `out` first and moved when it is all there, `evaluation.json`
    last. Other files in `out` stay.

    Args:
        data: Folder with real and fake pictures.
        detector_file: A `detector.json`; the shipped one if None.
        out: Folder for the report.
        cache: Folder for face crops, shared with `python -m train fit`.
        settings: What to measure.

    Returns:
        The content of `evaluation.json`.

    Raises:
        DataError: If the data can't be used.
        DetectorError: If the detector can't be loaded.
    """
    detector = load_detector(detector_file)
    faces = load_faces(data, settings.split, cache)
    with tqdm(total=len(faces.crops.samples), desc="Scoring", unit="face") as bar:
        logits = score_crops(detector, faces.crops, bar)
    answers = detector.read_logits(logits)
    verdicts = np.array([answer.verdict for answer in answers])
    scores = Scores(faces.crops.labels > 0.5, logits, detector.calibration.temperature, verdicts)
    weights = resample_groups(faces.groups, faces.cells, settings.seed)
    pool = faces.in_pool
    fake = scores.fake[pool]
    raw = Scores(fake, logits[pool], 1.0, verdicts[pool]).probabilities
    evaluation = {
        "format": FORMAT,
        "command": settings.command,
        "date": datetime.date.today().isoformat(),
        "seed": settings.seed,
        "intervals": {"level": 0.95, "resamples": RESAMPLES, "unit": "group", "strata": "source and class"},
        "detector": _about_detector(detector),
        "data": _about_data(data, faces),
        **summarise(faces, scores, weights),
        "reliability": {
            "before": reliability(fake, raw),
            "after": reliability(fake, scores.where(pool).probabilities),
        },
        "controls": measure_controls(detector, faces, logits, weights),
        "shortcuts": audit_shortcuts(data, faces, settings.seed),
        "robustness": None,
    }
    if settings.robustness:
        evaluation["robustness"] = measure_robustness(
            detector, faces, logits, limit=settings.robustness_faces, seed=settings.seed
        )
    _write(evaluation, faces, scores, answers, out)
    return evaluation


def _about_detector(detector: Detector) -> dict[str, Any]:
    calibration = detector.calibration
    return {
        "version": detector.version,
        "network": detector.description["network"],
        "parameters": detector.network.count_params(),
        "weights_sha256": detector.description["weights"]["sha256"],
        "temperature": round(calibration.temperature, 4),
        "real_below": round(calibration.real_below, 4),
        "fake_above": round(calibration.fake_above, 4),
    }


def _about_data(data: Path, faces: Faces) -> dict[str, Any]:
    """Counts only: the names of the pictures stay out of the file that is published."""
    reasons = Counter((sample.source, _class(sample.label), reason) for sample, reason in faces.left_out)
    return {
        "folder": data.resolve().name,
        "split": faces.split,
        "faces": len(faces.crops.samples),
        "pooled": faces.pooled,
        "notes": faces.notes,
        "left_out": [
            {"source": source, "label": label, "reason": reason, "pictures": count}
            for (source, label, reason), count in sorted(reasons.items())
        ],
    }


def _write(evaluation: dict[str, Any], faces: Faces, scores: Scores, answers: list[Score], out: Path) -> None:
    # Resolved, for "." has no name to put anything beside.
    partial = out.resolve().with_name(out.resolve().name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        text = json.dumps(evaluation, indent=1, allow_nan=False)
        (partial / "evaluation.json").write_text(text + "\n", encoding="utf-8")
        write_metrics(evaluation, partial / "metrics.csv")
        _write_scores(faces.crops, answers, partial / "scores.csv")
        _write_left_out(faces, partial / "left_out.csv")
        draw_plots(evaluation, faces, scores, partial)
        write_report(evaluation, faces.left_out, partial)
        _move(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _move(partial: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    # A plot of an earlier run must not stand beside figures that it does not belong to.
    for stale in out.glob("plot_*.png"):
        stale.unlink()
    for path in sorted(partial.iterdir(), key=lambda path: path.name == "evaluation.json"):
        path.replace(out / path.name)


def write_metrics(evaluation: dict[str, Any], path: Path) -> None:
    """Writes the rows of an evaluation as CSV, each metric with the bounds of its interval; empty where unmeasured.

    Args:
        evaluation: The content of `evaluation.json`.
        path: The file.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        columns = [column for name in METRICS for column in (name, f"{name}_low", f"{name}_high")]
        writer.writerow(["source", "real", "fake", "groups", *columns])
        for source, row in {**evaluation["sources"], "all": evaluation["all"]}.items():
            figures = [row["metrics"][name] for name in METRICS]
            cells = [cell for figure in figures for cell in _cells(figure)]
            writer.writerow([source, row["real"], row["fake"], row["groups"], *cells])


def _cells(figure: dict[str, Any] | None) -> list[float | str]:
    return ["", "", ""] if figure is None else [figure["value"], *figure["interval"]]


def _write_scores(crops: CropSet, answers: list[Score], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "source", "label", "logit", "probability_fake", "verdict"])
        for sample, answer in zip(crops.samples, answers, strict=True):
            numbers = [f"{answer.logit:.5f}", f"{answer.probability_fake:.5f}"]
            writer.writerow([sample.path, sample.source, _class(sample.label), *numbers, answer.verdict])


def _write_left_out(faces: Faces, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "source", "label", "reason"])
        writer.writerows([sample.path, sample.source, _class(sample.label), why] for sample, why in faces.left_out)


def _class(label: int) -> str:
    return "fake" if label else "real"
