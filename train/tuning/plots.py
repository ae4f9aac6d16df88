"""Plots of a search: the AUC over the trials and over each dimension, and how much each dimension matters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from train.plotting import COLOURS, make_axes, use_logarithm
from train.tuning.importance import Importance
from train.tuning.rows import FINISHED, PRUNED, Row
from train.tuning.space import LOGARITHMIC, NUMBERS, Space

# State: colour and marker.
_MARKS = {FINISHED: (COLOURS[0], "o"), PRUNED: ("grey", "x")}
_ACROSS = 3


def draw_history(rows: Sequence[Row]) -> Figure:
    """Draws the AUC over the trials, and the best so far, which only finished trials can be.

    Args:
        rows: The trials in their order, at least one of them finished.

    Returns:
        The figure.
    """
    figure, axes = make_axes(8, 4, xlabel="trial", ylabel="validation AUC, mean of the sources")
    _draw_marks(axes, rows, [row.number for row in rows])
    finished = [row for row in rows if row.state == FINISHED]
    best = np.maximum.accumulate([row.value for row in finished])
    # To the last trial, whatever became of it.
    numbers = [*(row.number for row in finished), rows[-1].number]
    axes.plot(numbers, [*best, best[-1]], drawstyle="steps-post", color=COLOURS[1], label="best so far")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(fontsize=8)
    return figure


def draw_slices(rows: Sequence[Row], space: Space) -> Figure:
    """Draws the AUC over each dimension that doesn't stand still, a panel a dimension.

    Args:
        rows: The trials.
        space: The dimensions.

    Returns:
        The figure.
    """
    names = space.searched()
    columns = min(_ACROSS, len(names))
    lines = -(-len(names) // columns)
    figure = Figure((3.9 * columns + 0.4, 3.3 * lines + 0.3), layout="constrained")
    panels = figure.subplots(lines, columns, squeeze=False, sharey=True).ravel()
    for axes, name in zip(panels, names, strict=False):
        axes.grid(alpha=0.3)
        axes.set_xlabel(name.replace("_", " "))
        # Those with another network don't have its depth.
        there = [row for row in rows if name in space.chosen(row.point)]
        values = [space.chosen(row.point)[name] for row in there]
        if name == "network":
            values = [space.networks.index(value) for value in values]
            axes.set_xticks(range(len(space.networks)), space.networks)
            axes.margins(x=0.2)
        elif name == LOGARITHMIC:
            use_logarithm(axes)
        elif name not in NUMBERS:
            axes.xaxis.get_major_locator().set_params(integer=True)
        _draw_marks(axes, there, values)
        if name != "network":
            # The whole range, so that it can be seen whether the best ones are at an end of it.
            axes.set_xlim(_with_margins(*space.ends(name), logarithmic=name == LOGARITHMIC))
    for axes in panels[len(names) :]:
        axes.axis("off")
    panels[0].legend(fontsize=8)
    figure.supylabel("validation AUC, mean of the sources", fontsize=10)
    return figure


def draw_importance(found: Sequence[Importance]) -> Figure:
    """Draws how much each dimension matters, a panel for each kind of trials; a sentence where that can't be told.

    Args:
        found: What was measured.

    Returns:
        The figure.
    """
    heights = [0.9 + 0.4 * max(1, len(importance.shares)) for importance in found]
    figure = Figure((8, sum(heights) + 0.3), layout="constrained")
    panels = figure.subplots(len(found), squeeze=False, height_ratios=heights).ravel()
    for axes, importance in zip(panels, found, strict=True):
        axes.set_title(f"{importance.title} ({importance.trials} finished)", fontsize=10)
        if not importance.shares:
            axes.text(0.5, 0.5, importance.why_not, ha="center", va="center", transform=axes.transAxes)
            axes.axis("off")
            continue
        places = np.arange(len(importance.shares))
        bars = axes.barh(places, list(importance.shares.values()), color=COLOURS[0])
        axes.bar_label(bars, [f"{share:.0%}" for share in importance.shares.values()], fontsize=8, padding=3)
        axes.set_yticks(places, [name.replace("_", " ") for name in importance.shares])
        axes.invert_yaxis()
        axes.set(xlim=(0, 1.08), xlabel="share of the variance of the AUC")
        axes.grid(alpha=0.3, axis="x")
    return figure


def _with_margins(low: float, high: float, *, logarithmic: bool) -> tuple[float, float]:
    if logarithmic:
        margin = (high / low) ** 0.05
        return low / margin, high * margin
    margin = (high - low) * 0.05
    return low - margin, high + margin


def _draw_marks(axes: Axes, rows: Sequence[Row], places: Sequence[float]) -> None:
    """Draws a mark for each trial that was measured at least once."""
    for state, (colour, marker) in _MARKS.items():
        chosen = [(place, row.value) for place, row in zip(places, rows, strict=True) if row.state == state]
        across, values = zip(*chosen, strict=True) if chosen else ((), ())
        axes.scatter(across, values, color=colour, marker=marker, s=26, label=state)
