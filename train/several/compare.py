"""Compares several detectors on one data set."""

from __future__ import annotations

import base64
import csv
import datetime
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from train.evaluation.faces import Faces, load_faces
from train.evaluation.intervals import RESAMPLES, resample_groups
from train.evaluation.metrics import Scores
from train.files import write_files
from train.several import words
from train.several.detectors import Named, load_several, score_faces
from train.several.figures import measure_detectors
from train.several.pictures import draw_roc, draw_sheet, most_disputed
from train.timing import compare_times

FORMAT = 1
_TIMED_FACES = 8
_TEMPLATE = "comparison.html.j2"


@dataclass(frozen=True)
class Settings:
    """What a comparison looks at.

    Attributes:
        split: "train", "validation", "test" or "all"; None for the validation part, else the test part, else all.
        disputed: How many of the faces that the detectors disagree on most are shown.
        seed: Seed of the intervals.
        command: The command line, for the record.
    """

    split: str | None = None
    disputed: int = 24
    seed: int = 0
    command: str = ""


def compare(data: Path, files: Sequence[Path], out: Path, cache: Path, settings: Settings) -> dict[str, Any]:
    """Compares detectors and writes `comparison.json`, `comparison.html`, `disputed.csv` and two pictures.

    Args:
        data: Folder with real and fake pictures.
        files: Two or more `detector.json` files.
        out: Folder to write to; files of other names in it stay.
        cache: Folder for face crops, shared with `python -m train fit`.
        settings: What to look at.

    Returns:
        The content of `comparison.json`.

    Raises:
        DataError: If the data can't be used.
        DetectorError: If a detector can't be loaded.
        ValueError: If the detectors can't be compared.
        OSError: If a file can't be written; nothing is half-written then.
    """
    detectors = load_several(files)
    faces = load_faces(data, settings.split, cache)
    scores = score_faces(detectors, faces)
    measured = measure_detectors(faces, scores, resample_groups(faces.groups, faces.cells, settings.seed))
    times = _take_times(detectors, faces)
    chosen = most_disputed(scores, settings.disputed)
    names = [named.name for named in detectors]
    rows = zip(detectors, measured["detectors"], times.values(), strict=True)
    comparison = {
        "format": FORMAT,
        "command": settings.command,
        "date": datetime.date.today().isoformat(),
        "seed": settings.seed,
        "intervals": {"level": 0.95, "resamples": RESAMPLES, "unit": "group", "strata": "source and class"},
        "timed_faces": min(_TIMED_FACES, len(faces.crops.samples)),
        "data": {
            "folder": data.resolve().name,
            "split": faces.split,
            "faces": len(faces.crops.samples),
            "pooled": faces.pooled,
            "notes": faces.notes,
        },
        "detectors": [_about(named) | figures | {"time": time} for named, figures, time in rows],
        "differences": measured["differences"],
        "disputed": [_disputed(faces, scores, index) for index in chosen],
    }
    aucs = [row["all"]["auc"]["value"] for row in comparison["detectors"]]
    roc = draw_roc(names, [score.where(faces.in_pool) for score in scores], aucs)
    sheet = draw_sheet(names, scores, faces, chosen)
    write_files(
        out,
        {
            "roc.png": roc,
            "disputed.png": sheet,
            "disputed.csv": _table_of_disputed(names, faces, scores, chosen),
            "comparison.html": _render(comparison, names, roc, sheet).encode(),
            "comparison.json": (json.dumps(comparison, indent=1, allow_nan=False) + "\n").encode(),
        },
    )
    return comparison


def _take_times(detectors: Sequence[Named], faces: Faces) -> dict[str, dict[str, float]]:
    crops = np.asarray(faces.crops.pixels[faces.crops.rows[:_TIMED_FACES]])
    return compare_times({named.name: lambda named=named: named.detector.logits(crops) for named in detectors})


def _about(named: Named) -> dict[str, Any]:
    detector, calibration = named.detector, named.detector.calibration
    return {
        "name": named.name,
        "version": detector.version,
        "network": detector.description["network"],
        "parameters": detector.network.count_params(),
        "weights_sha256": detector.description["weights"]["sha256"],
        "temperature": round(calibration.temperature, 4),
        "real_below": round(calibration.real_below, 4),
        "fake_above": round(calibration.fake_above, 4),
    }


def _disputed(faces: Faces, scores: Sequence[Scores], index: int) -> dict[str, Any]:
    """Says what is disputed of a face. The names of pictures stay out of the file that may be passed on."""
    sample = faces.crops.samples[index]
    return {
        "source": sample.source,
        "label": "fake" if sample.label else "real",
        "probabilities": [round(float(score.probabilities[index]), 4) for score in scores],
        "verdicts": [str(score.verdicts[index]) for score in scores],
    }


def _table_of_disputed(names: Sequence[str], faces: Faces, scores: Sequence[Scores], chosen: np.ndarray) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["path", "source", "label", *names])
    for index in chosen:
        row = _disputed(faces, scores, index)
        writer.writerow([faces.crops.samples[index].path, row["source"], row["label"], *row["probabilities"]])
    return text.getvalue().encode()


def _render(comparison: dict[str, Any], names: Sequence[str], roc: bytes, sheet: bytes) -> str:
    # Names of folders and sources come from other people: everything is escaped.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    disputed = [["source", "is", *names]]
    for row in comparison["disputed"]:
        cells = [f"{value:.0%}" for value in row["probabilities"]]
        disputed.append([row["source"], row["label"], *cells])
    return environment.get_template(_TEMPLATE).render(
        comparison=comparison,
        main=words.main_table(comparison),
        sources=words.sources_table(comparison),
        differences=words.differences_table(comparison),
        disputed=disputed,
        roc=base64.b64encode(roc).decode(),
        sheet=base64.b64encode(sheet).decode(),
    )
