"""Plots made of numbers: classes, colours, spectra, features and how far they separate the classes."""

from __future__ import annotations

from collections import Counter

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from train.looks.features import FEATURES
from train.looks.separation import Separation
from train.looks.spectra import RADII
from train.looks.stream import Looks
from train.looks.totals import BINS, CHANNELS
from train.plotting import FAKE, REAL, make_axes, use_logarithm

_CLASSES = ((0, "real", REAL, "-"), (1, "fake", FAKE, "--"))
_MOST_BARS = 30
_STEPS = 48


def draw_classes(looks: Looks) -> Figure:
    """Draws how many real and fake pictures each source has; beyond thirty sources, those with most."""
    counts = Counter((sample.source, sample.label) for sample in looks.samples)
    sizes = Counter(sample.source for sample in looks.samples)
    sources = sorted(source for source, _ in sizes.most_common(_MOST_BARS))
    figure, axes = make_axes(7.2, 1.2 + 0.42 * len(sources), xlabel="pictures")
    places = np.arange(len(sources))
    for label, name, colour, _ in _CLASSES:
        values = [counts[source, label] for source in sources]
        bars = axes.barh(places + (label - 0.5) * 0.38, values, 0.36, color=colour, label=name)
        bars_hatch = "//" if label else ""
        for bar in bars:
            bar.set_hatch(bars_hatch)
            bar.set_edgecolor("white")
        axes.bar_label(bars, fontsize=8, padding=3)
    axes.set_yticks(places, sources)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.grid(False, axis="y")
    axes.legend(fontsize=8)
    return figure


def draw_colours(looks: Looks) -> Figure:
    """Draws the histograms of red, green, blue, hue, saturation and value."""
    figure = Figure((11, 5.6), layout="constrained")
    panels = figure.subplots(2, 3).ravel()
    for label, name, colour, line in _CLASSES:
        histograms = looks.total(label).mean_colours
        for axes, channel, histogram in zip(panels, CHANNELS, histograms, strict=True):
            last = {"hue": 360.0, "saturation": 1.0}.get(channel, 256.0)
            axes.stairs(histogram, np.linspace(0, last, BINS + 1), color=colour, linestyle=line, label=name)
            axes.set_xlabel({"hue": "hue (degrees)"}.get(channel, channel))
            axes.set_ylim(bottom=0)
            axes.grid(alpha=0.3)
    for axes in panels[::3]:
        axes.set_ylabel("share of the pixels")
    panels[0].legend(fontsize=8)
    return figure


def draw_spectrum(looks: Looks) -> Figure | None:
    """Draws the azimuthally averaged spectra: of all pictures, then of the sources with both classes."""
    pairs = {"all pictures": [looks.total(label).mean_profile for label in (0, 1)]}
    if len(looks.sources) > 1:
        pairs |= {source: [looks.total(label, source).mean_profile for label in (0, 1)] for source in looks.sources}
    pairs = {name: pair for name, pair in pairs.items() if pair[0] is not None and pair[1] is not None}
    if not pairs:
        return None
    columns = min(3, len(pairs))
    lines = -(-len(pairs) // columns)
    figure = Figure((3.9 * columns + 0.4, 3.1 * lines + 0.3), layout="constrained")
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (name, pair) in zip(panels, pairs.items(), strict=False):
        for (mean, deviation), (_, of_class, colour, line) in zip(pair, _CLASSES, strict=True):
            fineness = np.arange(1, RADII) / RADII
            axes.fill_between(fineness, mean - deviation, mean + deviation, color=colour, alpha=0.15, linewidth=0)
            axes.plot(fineness, mean, line, color=colour, linewidth=1.6, label=of_class)
        axes.set_title(name, fontsize=10)
        axes.grid(alpha=0.3)
    for axes in panels[len(pairs) :]:
        axes.axis("off")
    panels[0].legend(fontsize=8)
    figure.supxlabel("share of the highest frequency", fontsize=10)
    figure.supylabel("log10 of mean power (share of the total)", fontsize=10)
    return figure


def draw_features(looks: Looks) -> Figure:
    """Draws how each feature is spread over the classes."""
    labels = np.array([sample.label for sample in looks.samples])
    lines = -(-len(FEATURES) // 4)
    figure = Figure((13, 2.7 * lines), layout="constrained")
    panels = figure.subplots(lines, 4).ravel()
    for axes, values, feature in zip(panels, looks.features.T, FEATURES.values(), strict=False):
        there = np.isfinite(values) & ((values > 0) | (not feature.logarithmic))
        _draw_spread(axes, values[there], labels[there], feature.logarithmic)
        axes.set_xlabel(feature.title, fontsize=9)
    for axes in panels[len(FEATURES) :]:
        axes.axis("off")
    for axes in panels[::4]:
        axes.set_ylabel("share of the class")
    panels[0].legend(fontsize=8)
    return figure


def _draw_spread(axes: Axes, values: np.ndarray, labels: np.ndarray, logarithmic: bool) -> None:
    axes.grid(alpha=0.3)
    if logarithmic:
        use_logarithm(axes)
    if not len(values):
        return
    # A few odd pictures must not squeeze all others into one bar; the outermost bars hold them.
    low, high = np.quantile(values, [0.002, 0.998])
    if high <= low:
        low, high = (low / 1.5, low * 1.5) if logarithmic else (low - 1, low + 1)
    edges = np.geomspace(low, high, _STEPS + 1) if logarithmic else np.linspace(low, high, _STEPS + 1)
    for label, name, colour, line in _CLASSES:
        of_class = np.clip(values[labels == label], edges[0], edges[-1])
        shares = np.histogram(of_class, edges)[0] / max(1, len(of_class))
        axes.stairs(shares, edges, fill=True, color=colour, alpha=0.25)
        axes.stairs(shares, edges, color=colour, linestyle=line, linewidth=1.4, label=name)


def draw_separation(separation: Separation) -> Figure:
    """Draws mutual information and permutation importance of each feature, the most important one on top."""
    figure = Figure((11, 0.8 + 0.36 * len(separation.features)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    places = np.arange(len(separation.features))
    left.barh(places, [power.mutual_information for power in separation.features], color=REAL)
    left.set_xlabel("mutual information with the class (bits)")
    right.barh(
        places,
        [power.importance for power in separation.features],
        xerr=[power.importance_deviation for power in separation.features],
        color=FAKE,
        capsize=3,
    )
    right.set_xlabel(f"AUC lost when shuffled (of {separation.auc:.3f})")
    left.set_yticks(places, [FEATURES[power.name].title.split(" (")[0] for power in separation.features])
    left.invert_yaxis()
    for axes in (left, right):
        axes.grid(alpha=0.3, axis="x")
    return figure
