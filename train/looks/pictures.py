"""Plots made of pictures: grids of samples, mean faces, mean spectra."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from train.looks.spectra import SIDE
from train.looks.stream import THUMBNAIL_SIDE, THUMBNAILS, Looks
from train.looks.totals import Totals

_CELL = 2.1
_GAP = 4
_PIXELS_PER_INCH = 100
# Differences that would be noise are not blown up to look like something.
_LEAST_FACE, _LEAST_SPECTRUM = 16.0, 0.25


def draw_grid(looks: Looks, label: int) -> Figure | None:
    """Draws samples of one class, a row a source.

    Args:
        looks: What is known of the pictures.
        label: 0 for real, 1 for fake.

    Returns:
        The figure, one thumbnail pixel a pixel; None if the class has no picture.
    """
    rows = {source: looks.thumbnails.get((source, label), []) for source in looks.sources}
    rows = {source: pictures for source, pictures in rows.items() if pictures}
    if not rows:
        return None
    step = THUMBNAIL_SIDE + _GAP
    sheet = np.full((len(rows) * step, THUMBNAILS * step, 3), 255, np.uint8)
    for row, pictures in enumerate(rows.values()):
        for column, picture in enumerate(pictures):
            top, left = row * step, column * step
            sheet[top : top + THUMBNAIL_SIDE, left : left + THUMBNAIL_SIDE] = picture
    height, width = sheet.shape[0] / _PIXELS_PER_INCH, sheet.shape[1] / _PIXELS_PER_INCH
    names = 1.6
    figure = Figure((width + names, height))
    axes = figure.add_axes((names / (width + names), 0, width / (width + names), 1))
    axes.imshow(sheet, interpolation="nearest")
    axes.set_yticks([row * step + THUMBNAIL_SIDE / 2 for row in range(len(rows))], list(rows), fontsize=9)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def draw_mean_faces(looks: Looks) -> Figure:
    """Draws mean faces of the classes and their difference: of all pictures and of each source with both classes."""

    def difference(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
        return (fake - real).mean(2)

    def draw(axes: Axes, face: np.ndarray) -> AxesImage:
        return axes.imshow(np.rint(face).astype(np.uint8))

    return _compare(
        looks, lambda totals: totals.mean_face, draw, difference, _LEAST_FACE, "fake less real, grey levels"
    )


def draw_mean_spectra(looks: Looks) -> Figure | None:
    """Draws mean log power spectra of the classes and their difference; None if a class has no spectrum."""
    if any(looks.total(label).mean_spectrum is None for label in (0, 1)):
        return None

    def draw(axes: Axes, spectrum: np.ndarray) -> AxesImage:
        return axes.imshow(spectrum, cmap="magma", vmin=-9, vmax=-2)

    figure = _compare(
        looks,
        lambda totals: totals.mean_spectrum,
        draw,
        lambda real, fake: fake - real,
        _LEAST_SPECTRUM,
        "fake less real, log10 of power",
    )
    for axes in figure.axes:
        if axes.get_label() != "<colorbar>":
            # 0 has no meaning there: it was removed with the mean.
            axes.plot(SIDE // 2, SIDE // 2, ".", color="grey", markersize=2)
    return figure


def _compare(
    looks: Looks,
    mean: Callable[[Totals], np.ndarray | None],
    draw: Callable[[Axes, np.ndarray], AxesImage],
    difference: Callable[[np.ndarray, np.ndarray], np.ndarray],
    least: float,
    legend: str,
) -> Figure:
    """Draws rows of real, fake and difference; all differences share one scale that reaches at least `least`."""
    rows = {"all pictures": [mean(looks.total(label)) for label in (0, 1)]}
    rows |= {source: [mean(looks.total(label, source)) for label in (0, 1)] for source in looks.sources}
    rows = {name: pair for name, pair in rows.items() if pair[0] is not None and pair[1] is not None}
    if len(looks.sources) == 1:
        rows = dict(list(rows.items())[:1])
    differences = {name: difference(*pair) for name, pair in rows.items()}
    limit = max(least, *(float(np.quantile(np.abs(values), 0.995)) for values in differences.values()))
    figure = Figure((3 * _CELL + 2.4, len(rows) * _CELL + 0.8), layout="constrained")
    panels = figure.subplots(len(rows), 3, squeeze=False)
    for line, (name, pair) in zip(panels, rows.items(), strict=True):
        for axes, picture in zip(line, pair, strict=False):
            draw(axes, picture)
        image = line[2].imshow(differences[name], cmap="RdBu_r", vmin=-limit, vmax=limit)
        line[0].set_ylabel(name, fontsize=9)
    for axes, title in zip(panels[0], ("real", "fake", "difference"), strict=True):
        axes.set_title(title, fontsize=10)
    for axes in panels.ravel():
        axes.set_xticks([])
        axes.set_yticks([])
    figure.colorbar(image, ax=panels[:, 2].tolist(), label=legend, fraction=0.06)
    return figure
