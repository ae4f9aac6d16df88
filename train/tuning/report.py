"""The numbers, the plots and the page of a search, as files."""

from __future__ import annotations

import base64
import datetime
import json
import platform
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import optuna
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from train.crops import CropSet
from train.files import write_files
from train.plotting import save_figure
from train.tuning import words
from train.tuning.command import fit_command, tune_command
from train.tuning.importance import LEAST_TRIALS, measure_importance
from train.tuning.plots import draw_history, draw_importance, draw_slices
from train.tuning.rows import Row, rows_of
from train.tuning.search import Search

FORMAT = 1
_TEMPLATE = "tuning.html.j2"


def write_report(study: optuna.Study, search: Search, data: Path, crops: CropSet, out: Path, note: str) -> None:
    """Writes `tuning.json`, `tuning.html` and three plots, all of them or none.

    Args:
        study: The study, with at least one finished trial.
        search: Where and how was searched.
        data: The data folder; only its name is kept.
        crops: The crops of all splits.
        out: Folder to write to.
        note: Why the search ended before all trials were done; "" if it didn't.
    """
    rows = rows_of(study)
    found = measure_importance(study, search.space, search.base.seed)
    (best,) = words.best_rows(rows, 1)
    name = data.resolve().name
    report = {
        "format": FORMAT,
        "command": tune_command(search, len(rows), data=name, out=out.resolve().name),
        "date": datetime.date.today().isoformat(),
        "seed": search.base.seed,
        "versions": {
            "python": platform.python_version(),
            "keras": f"{keras.__version__} on {keras.backend.backend()}",
            "optuna": optuna.__version__,
            "scikit-learn": version("scikit-learn"),
        },
        "data": {"folder": name, "faces": _count(crops), "left_out": len(crops.skipped)},
        "search": search.described(),
        "trials": dict(Counter(row.state for row in rows)),
        "note": note,
        "compared": words.compared(rows),
        "best": {
            "trial": best.number,
            "auc": best.value,
            "parameters": asdict(best.point),
            "fit": fit_command(search, best.point, data=name, out="run"),
        },
        "importance": [asdict(importance) for importance in found],
        "rows": [asdict(row) for row in rows],
    }
    plots = _pictures(
        {
            "history.png": draw_history(rows),
            "slices.png": draw_slices(rows, search.space),
            "importance.png": draw_importance(found),
        }
    )
    page = _render(report, rows, plots).encode()
    numbers = (json.dumps(report, indent=1, allow_nan=False) + "\n").encode()
    write_files(out, {**plots, "tuning.html": page, "tuning.json": numbers})


def _count(crops: CropSet) -> dict[str, dict[str, int]]:
    """Counts the faces by split, source and class."""
    counts: dict[str, dict[str, int]] = {}
    for sample in crops.samples:
        of_split = counts.setdefault(sample.split, {})
        key = f"{sample.source}/{'fake' if sample.label else 'real'}"
        of_split[key] = of_split.get(key, 0) + 1
    return counts


def _pictures(figures: Mapping[str, Figure]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        for name, figure in figures.items():
            save_figure(figure, Path(folder, name))
        return {name: Path(folder, name).read_bytes() for name in figures}


def _render(report: dict[str, Any], rows: list[Row], plots: Mapping[str, bytes]) -> str:
    # Names of folders and sources come from other people: everything is escaped.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(_TEMPLATE).render(
        report=report,
        best=words.trials_table(words.best_rows(rows, words.BEST_ROWS)),
        trials=words.trials_table(rows),
        least=LEAST_TRIALS,
        plots={name: base64.b64encode(plot).decode() for name, plot in plots.items()},
    )
