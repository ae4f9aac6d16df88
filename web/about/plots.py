"""How good the detector is, as plots with a text alternative and their numbers below."""

from __future__ import annotations

import base64
import math
from pathlib import Path
from typing import Any

from web.about.measured import Measured
from web.about.sources import short_name
from web.about.tables import figure, table, with_interval
from web.curves import Axis, Frame

_AUC_TICKS = ((0.5, "0.5 guessing"), (1, "1 always right"))


def all_plots(measured: Measured) -> str:
    """Builds the plots of AUC, ROC and calibration; those of robustness come from `web.about.robustness`."""
    parts = [auc_plot(measured), roc_plot(measured), reliability_plot(measured.evaluation["reliability"]["after"])]
    return f'<div class="plots">{"".join(filter(None, parts))}</div>'


def auc_plot(measured: Measured) -> str:
    """Draws the area under the ROC curve of each source with its interval.

    Args:
        measured: The detector's figures.

    Returns:
        HTML.
    """
    figures = {short_name(name): row["metrics"]["auc"] for name, row in measured.sources.items()}
    figures = dict(sorted(figures.items(), key=lambda item: item[1]["value"]))
    figures = {"all together": measured.row["metrics"]["auc"], **figures}
    low = min(0.5, *(figure["interval"][0] for figure in figures.values()))
    across = Axis("AUC (area under the ROC curve)", _AUC_TICKS, low=math.floor(10 * low) / 10)
    rows = Axis("", [(number, name) for number, name in enumerate(figures)], low=-0.5, high=len(figures) - 0.5)
    frame = Frame(across, rows, left=120, height=50 + 26 * len(figures))
    marks = "".join(
        frame.line("interval", one["interval"], (number, number)) + frame.dot("dot", one["value"], number, 4.5)
        for number, one in enumerate(figures.values())
    )
    description = "AUC with 95% intervals. " + "; ".join(
        f"{name} {with_interval(one)}" for name, one in reversed(figures.items())
    )
    numbers = table(
        "AUC with 95% bootstrap intervals",
        ("collection", "real / fake faces", "AUC"),
        [
            (f"{short_name(name)} ({name})", _faces(row), with_interval(row["metrics"]["auc"]))
            for name, row in measured.sources.items()
        ]
        + [("all together", _faces(measured.row), with_interval(measured.row["metrics"]["auc"]))],
    )
    title = "How well it puts fake above real, by kind of fake"
    return figure(title, frame.draw(title, description, marks), numbers)


def roc_plot(measured: Measured) -> str:
    """Shows the ROC curves as the evaluation drew them, on white: their points are not among the figures.

    Args:
        measured: The detector's figures.

    Returns:
        HTML; nothing if the plot is not there.
    """
    path = measured.folder / "plot_roc.png"
    if not path.exists():
        return ""
    metrics = ("auc", "equal_error_rate", "tpr_at_fpr_1", "tpr_at_fpr_5")
    rows = {**{f"{short_name(name)} ({name})": row for name, row in measured.sources.items()}, "all": measured.row}
    numbers = table(
        "Points of the curves, 95% intervals",
        ("collection", "AUC", "equal error rate", "fakes found at 1% false alarms", "at 5% false alarms"),
        [(name, *(with_interval(row["metrics"][metric]) for metric in metrics)) for name, row in rows.items()],
    )
    found = "; ".join(
        f"{name} {100 * row['metrics']['tpr_at_fpr_5']['value']:.0f}%"
        for name, row in rows.items()
        if row["metrics"]["tpr_at_fpr_5"]
    )
    alt = f"ROC curves. With 5% of real faces called fake, so many fakes are found: {found}."
    picture = f'<img class="on-white" src="{_png(path)}" alt="{alt}">'
    return figure("Fakes found against real faces called fake (ROC)", picture, numbers)


def reliability_plot(bins: list[dict[str, float]]) -> str:
    """Draws what was said against what was true.

    Args:
        bins: For each bin that is not empty `faces`, the mean `probability` that was said and the true `share_fake`.

    Returns:
        HTML.
    """
    frame = Frame(Axis("Said: probability of fake"), Axis("True: share of fakes"), height=270)
    said, true = [one["probability"] for one in bins], [one["share_fake"] for one in bins]
    largest = max(one["faces"] for one in bins)
    marks = frame.line("ideal", (0, 1), (0, 1)) + frame.line("map", said, true)
    marks += "".join(
        frame.dot("dot", one["probability"], one["share_fake"], 2 + 6 * math.sqrt(one["faces"] / largest))
        for one in bins
    )
    furthest = max(bins, key=lambda one: abs(one["probability"] - one["share_fake"]))
    description = (
        "Of the faces that got a probability near each dot, how many were fake. The dashed diagonal would be right; "
        f"the furthest from it said {100 * furthest['probability']:.0f}% where {100 * furthest['share_fake']:.0f}% "
        "were fake. Larger dots stand for more faces."
    )
    numbers = table(
        "Probabilities said and shares that were fake",
        ("said, mean", "were fake", "faces"),
        [(f"{100 * one['probability']:.1f}%", f"{100 * one['share_fake']:.1f}%", str(one["faces"])) for one in bins],
    )
    title = "Do the percentages mean what they say? (calibration)"
    return figure(title, frame.draw(title, description, marks), numbers)


def _faces(row: dict[str, Any]) -> str:
    return f"{row['real']} / {row['fake']}"


def _png(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
