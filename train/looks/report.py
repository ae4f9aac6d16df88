"""The page, the numbers and the plots of an exploration, as files."""

from __future__ import annotations

import base64
import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from train.looks import pictures, plots, wording
from train.looks.features import FEATURES
from train.looks.separation import Separation
from train.looks.stream import Looks
from train.looks.totals import CHANNELS
from train.plotting import save_figure

FORMAT = 1
_TEMPLATE = "explore.html.j2"
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def describe(data: Path, looks: Looks, separation: Separation | None, of_all: int, seed: int) -> dict[str, Any]:
    """Gives the content of `explore.json`.

    Args:
        data: The data folder; only its name is kept.
        looks: What is known of the pictures.
        separation: How far the features separate the classes, if that was measured.
        of_all: Number of pictures in the folder.
        seed: The seed.

    Returns:
        Counts, quantiles of each feature by class, histograms, spectra, the figures of the separation and sentences.
    """
    fake = np.array([sample.label == 1 for sample in looks.samples])
    totals = {name: looks.total(label) for label, name in ((0, "real"), (1, "fake"))}
    return {
        "format": FORMAT,
        "data": data.resolve().name,
        "seed": seed,
        "of_all": of_all,
        "pictures": len(looks.samples),
        "real": int((~fake).sum()),
        "fake": int(fake.sum()),
        "left_out": len(looks.left_out),
        "without_spectrum": len(looks.samples) - sum(total.spectra for total in totals.values()),
        "notes": wording.notes_on_counts(looks.samples),
        "verdict": wording.verdict(separation),
        "separation": asdict(separation) if separation else None,
        "features": {
            name: {of_class: _quantiles(values[part]) for of_class, part in (("real", ~fake), ("fake", fake))}
            for name, values in zip(FEATURES, looks.features.T, strict=True)
        },
        "colours": {
            name: dict(zip(CHANNELS, total.mean_colours.round(6).tolist(), strict=True))
            for name, total in totals.items()
        },
        "spectra": {
            name: None if total.mean_profile is None else [part.round(4).tolist() for part in total.mean_profile]
            for name, total in totals.items()
        },
    }


def _quantiles(values: np.ndarray) -> dict[str, float] | None:
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    return {
        f"{share:.0%}": round(float(value), 4)
        for share, value in zip(_QUANTILES, np.quantile(values, _QUANTILES), strict=True)
    }


def write_report(report: dict[str, Any], looks: Looks, separation: Separation | None, out: Path) -> None:
    """Writes plots, tables, the page and `explore.json`.

    Args:
        report: What `describe` returned.
        looks: What is known of the pictures.
        separation: How far the features separate the classes, if that was measured.
        out: An existing folder.
    """
    draw_plots(looks, separation, out)
    rows = (
        [sample.path, sample.source, sample.split, "fake" if sample.label else "real", sample.group]
        + [f"{value:.5g}" if np.isfinite(value) else "" for value in values]
        for sample, values in zip(looks.samples, looks.features, strict=True)
    )
    _write_csv(out / "features.csv", ["path", "source", "split", "label", "group", *FEATURES], rows)
    left_out = [[sample.path, reason] for sample, reason in looks.left_out]
    _write_csv(out / "left_out.csv", ["path", "reason"], left_out)
    # Names of sources and files come from other people's folders: everything is escaped.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template(_TEMPLATE).render(
        report=report,
        counts=wording.counts_table(looks.samples),
        separation=wording.separation_table(separation) if separation else None,
        sources=wording.sources_table(separation) if separation else None,
        left_out=left_out,
        plots={
            name: {"caption": caption, "data": base64.b64encode((out / name).read_bytes()).decode()}
            for name, caption in wording.CAPTIONS.items()
            if (out / name).exists()
        },
    )
    (out / "explore.html").write_text(page, encoding="utf-8", errors="replace")
    text = json.dumps(report, indent=1, allow_nan=False)
    (out / "explore.json").write_text(text + "\n", encoding="utf-8")


def draw_plots(looks: Looks, separation: Separation | None, out: Path) -> None:
    """Draws every plot that there are figures for, under the names of `wording.CAPTIONS`."""
    of_numbers = {
        "plot_classes.png": plots.draw_classes(looks),
        "plot_colours.png": plots.draw_colours(looks),
        "plot_spectrum.png": plots.draw_spectrum(looks),
        "plot_features.png": plots.draw_features(looks),
        "plot_separation.png": plots.draw_separation(separation) if separation else None,
    }
    of_pictures = {
        "grid_real.png": pictures.draw_grid(looks, 0),
        "grid_fake.png": pictures.draw_grid(looks, 1),
        "plot_mean_faces.png": pictures.draw_mean_faces(looks),
        "plot_mean_spectra.png": pictures.draw_mean_spectra(looks),
    }
    for figures, colours in ((of_numbers, 96), (of_pictures, None)):
        for name, figure in figures.items():
            if figure is not None:
                save_figure(figure, out / name, colours=colours)


def _write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    # File names need not be Unicode.
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
