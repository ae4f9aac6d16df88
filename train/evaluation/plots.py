"""Plots of an evaluation, as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from train.evaluation.faces import Faces
from train.evaluation.metrics import BINS, Scores, counts_above
from train.evaluation.robustness import FAMILIES
from train.plotting import COLOURS, FAKE, LINES, REAL, make_axes, save_figure

CAPTIONS = {
    "plot_roc.png": "ROC curves: share of fakes found against share of reals called fake.",
    "plot_precision_recall.png": "Precision and recall of “fake”; the dotted line is chance.",
    "plot_confusion.png": "Answers at probability 0.5, sources with both classes.",
    "plot_reliability.png": "What was said against what was true, in 15 bins; the diagonal is right.",
    "plot_scores.png": "Probabilities given to real and fake faces; the shaded band is called “can't tell”.",
    "plot_robustness.png": "AUC on degraded copies, mean of the sources and each source.",
}


def draw_plots(evaluation: dict[str, Any], faces: Faces, scores: Scores, out: Path) -> None:
    """Draws every plot that the evaluation has figures for.

    Args:
        evaluation: The content of `evaluation.json`.
        faces: The faces.
        scores: What the detector said of them.
        out: Folder for the files of `CAPTIONS`.
    """
    paired = [source for source in faces.pooled if evaluation["sources"][source]["metrics"]["auc"]]
    parts = {"all": scores.where(faces.in_pool)}
    parts |= {source: scores.where(faces.crops.sources == source) for source in paired}
    figures = {
        "plot_roc.png": _curves(evaluation, parts, "auc"),
        "plot_precision_recall.png": _curves(evaluation, parts, "average_precision"),
        "plot_confusion.png": _confusion(evaluation["all"]["confusion"]),
        "plot_reliability.png": _reliability(evaluation["reliability"]),
        "plot_scores.png": _scores(evaluation["detector"], parts["all"]),
    }
    if evaluation["robustness"]:
        figures["plot_robustness.png"] = _robustness(evaluation["robustness"])
    for name, figure in figures.items():
        save_figure(figure, out / name)


def _curves(evaluation: dict[str, Any], parts: dict[str, Scores], metric: str) -> Figure:
    roc = metric == "auc"
    figure, axes = make_axes(
        6.2,
        5.2,
        xlabel="reals called fake" if roc else "recall: share of fakes found",
        ylabel="fakes found" if roc else "precision: share of fakes among those called fake",
        xlim=(0, 1),
        ylim=(0, 1.01),
    )
    for number, (name, part) in enumerate(parts.items()):
        hits, alarms = (counts[0] for counts in counts_above(part.fake, part.logits, np.ones((1, len(part.fake)))))
        row = evaluation["all"] if name == "all" else evaluation["sources"][name]
        style = {"color": "black", "linewidth": 2.4}
        if name != "all":
            style = {"color": COLOURS[(number - 1) % 7], "linestyle": LINES[number % 4], "linewidth": 1.4}
        style["label"] = f"{name}: {row['metrics'][metric]['value']:.3f}"
        if roc:
            axes.plot(alarms / alarms[-1], hits / hits[-1], **style)
        else:
            axes.step(hits[1:] / hits[-1], hits[1:] / (hits + alarms)[1:], where="pre", **style)
    chance = parts["all"].fake.mean()
    axes.plot([0, 1], [0, 1] if roc else [chance, chance], color="grey", linestyle=":", linewidth=1)
    axes.legend(title="AUC" if roc else "average precision", fontsize=8)
    return figure


def _confusion(counts: list[list[int]]) -> Figure:
    figure, axes = make_axes(4.2, 3.6, xlabel="called", ylabel="is")
    table = np.array(counts)
    shares = table / np.maximum(table.sum(1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        colour = "white" if shares[row, column] > 0.5 else "black"
        text = f"{count}\n{shares[row, column]:.1%}"
        axes.text(column, row, text, ha="center", va="center", color=colour)
    axes.set_xticks([0, 1], ["real", "fake"])
    axes.set_yticks([0, 1], ["real", "fake"])
    axes.grid(False)
    return figure


def _reliability(bins: dict[str, list[dict[str, float]]]) -> Figure:
    figure, axes = make_axes(
        5.4, 5.0, xlabel="probability of a fake, as said", ylabel="share of fakes", xlim=(0, 1), ylim=(0, 1.01)
    )
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", linewidth=1)
    for (name, rows), colour, marker in zip(bins.items(), (COLOURS[4], COLOURS[0]), "so", strict=True):
        x, y, faces = (np.array([row[key] for row in rows]) for key in ("probability", "share_fake", "faces"))
        axes.plot(x, y, color=colour, linewidth=1.2)
        axes.scatter(x, y, 12 + 250 * faces / faces.sum(), color=colour, marker=marker, alpha=0.75, label=name)
    axes.legend(title="temperature (area: faces)", loc="lower right", fontsize=8)
    return figure


def _scores(detector: dict[str, Any], scores: Scores) -> Figure:
    figure, axes = make_axes(6.2, 4.0, xlabel="probability of a fake", ylabel="share of the class", xlim=(0, 1))
    edges = np.linspace(0, 1, 2 * BINS + 1)
    axes.axvspan(detector["real_below"], detector["fake_above"], color="grey", alpha=0.15, label="called can't tell")
    for name, of_class, colour, line in (("real", ~scores.fake, REAL, "-"), ("fake", scores.fake, FAKE, "--")):
        shares = np.histogram(scores.probabilities[of_class], edges)[0] / of_class.sum()
        axes.stairs(shares, edges, fill=True, color=colour, alpha=0.3)
        axes.stairs(shares, edges, color=colour, linestyle=line, linewidth=1.6, label=name)
    axes.legend(fontsize=8)
    return figure


def _robustness(robustness: dict[str, Any]) -> Figure:
    figure = Figure((12, 6.4), layout="constrained")
    panels = figure.subplots(2, 3, sharey=True).ravel()
    untouched = robustness["untouched"]
    for panel, family in zip(panels, FAMILIES, strict=False):
        points = [(family.untouched, untouched)]
        points += [(row["level"], row) for row in robustness["conditions"] if row["family"] == family.name]
        points.sort(key=lambda point: point[0])
        levels = [level for level, _ in points]
        for number, source in enumerate(untouched["sources"]):
            values = [row["sources"][source] for _, row in points]
            line = LINES[(number + 1) % 4]
            panel.plot(levels, values, line, color=COLOURS[number % 7], linewidth=1.2, label=source)
        summary = "mean_auc" if untouched["mean_auc"] else "auc"
        values = [row[summary]["value"] for _, row in points]
        low, high = zip(*(row[summary]["interval"] for _, row in points), strict=True)
        panel.fill_between(levels, low, high, color="black", alpha=0.15)
        label = "mean of the sources" if summary == "mean_auc" else "all"
        panel.plot(levels, values, "o-", color="black", linewidth=2, markersize=4, label=label)
        if family.name in ("jpeg", "scale"):
            panel.invert_xaxis()  # what does harm lies to the right
        if family.name == "jpeg":
            panel.set_xticks([100, 85, 60, 30], ["none", "85", "60", "30"])
        panel.set(xlabel=family.label, ylim=(0.35, 1.01))
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("AUC")
    panels[3].set_ylabel("AUC")
    panels[-1].axis("off")
    panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="center")
    return figure
