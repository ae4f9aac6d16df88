"""What all plots share: colours, a plain pair of axes, and how a figure becomes a PNG."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from PIL import Image

# Okabe & Ito's colours, which people with any kind of colour vision tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
LINES = ("-", "--", "-.", ":")
REAL, FAKE = COLOURS[0], COLOURS[1]
_DPI = 100


def make_axes(width: float, height: float, **labels: str) -> tuple[Figure, Axes]:
    """Makes a figure with one pair of axes and a pale grid.

    Args:
        width: Width in inches, of 100 pixels each.
        height: Height in inches.
        labels: Properties of the axes, such as `xlabel`.

    Returns:
        Figure and axes.
    """
    # No pyplot: its global state would keep every figure alive.
    figure = Figure((width, height), layout="constrained")
    panel = figure.add_subplot()
    panel.set(**labels)
    panel.grid(alpha=0.3)
    return figure, panel


def use_logarithm(axes: Axes) -> None:
    """Makes the horizontal axis logarithmic, with few plain numbers such as 0.02 or 500 on it."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=7))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())


def save_figure(figure: Figure, path: Path, *, colours: int | None = 96) -> None:
    """Writes a figure as PNG on white.

    Args:
        figure: The figure.
        path: The file.
        colours: Number of colours to keep, at most 256: lines and areas need few, and the file is a third of the size.
            None for all, which photos need.
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI, facecolor="white")
    with Image.open(buffer) as picture:
        pixels = picture.convert("RGB")
        pixels = pixels.quantize(colours, dither=Image.Dither.NONE) if colours else pixels
        pixels.save(path, format="PNG", optimize=True)
