"""Learning curves: loss, accuracy and AUC after every epoch, as a picture."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import keras
from matplotlib.figure import Figure

from train.plotting import COLOURS, save_figure

Row = dict[str, str]
"""A row of `history.csv`."""
_PANELS = {
    "loss": (("logit_loss", "loss"), ("val_loss",)),
    "accuracy": (("logit_accuracy", "accuracy"), ("val_accuracy",)),
    "AUC": (("logit_auc", "auc"), ("val_auc",)),
}


class LearningCurves(keras.callbacks.Callback):
    """Draws `curves.png` anew after every epoch. Must stand after the callback that writes `history.csv`.

    Args:
        out: Folder with `history.csv`; the picture is written beside it.
    """

    def __init__(self, out: Path):
        super().__init__()
        self._out = out

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Draws the curves."""
        save_curves(read_history(self._out / "history.csv"), self._out / "curves.png")


def read_history(path: Path) -> list[Row]:
    """Reads the `history.csv` of a training: a row an epoch, through all phases."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def save_curves(history: Sequence[Row], path: Path) -> None:
    """Draws a training as PNG, in full or not at all.

    Args:
        history: The rows of `history.csv`, one an epoch.
        path: The file.
    """
    partial = path.with_name(f"partial.{path.name}")
    try:
        save_figure(draw_curves(history), partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def draw_curves(history: Sequence[Row]) -> Figure:
    """Draws loss, accuracy and AUC over the epochs of all phases.

    In training they are those of the mixture of pairs, made fakes among them, while the weights change; in validation
    those of untouched faces with the averaged weights. The AUC of validation is the mean of the sources.

    Args:
        history: The rows of `history.csv`, one an epoch.

    Returns:
        A figure with three panels; a dotted line where a phase begins.
    """
    figure = Figure((12, 3.8), layout="constrained")
    epochs = range(1, len(history) + 1)
    starts = [at + 1.5 for at, (one, next_one) in enumerate(pairwise(history)) if one["phase"] != next_one["phase"]]
    for panel, (title, sides) in zip(figure.subplots(1, 3), _PANELS.items(), strict=True):
        for names, label, colour, line in zip(sides, ("training", "validation"), COLOURS, ("--", "-"), strict=False):
            # A network without patches has a single output, and Keras then leaves out its name.
            name = next(name for name in names if name in history[0])
            values = [float(row[name]) for row in history]
            panel.plot(epochs, values, color=colour, linestyle=line, marker=".", label=label)
        for start in starts:
            panel.axvline(start, color="grey", linestyle=":", linewidth=1)
        panel.set(title=title, xlabel="epoch")
        panel.xaxis.get_major_locator().set_params(integer=True)
        panel.grid(alpha=0.3)
        panel.legend(fontsize=8)
    return figure
