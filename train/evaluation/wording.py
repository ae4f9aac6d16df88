"""How figures are named and written, the same in the report, the card and the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from train.evaluation.metrics import CALIBRATION, RANKING, THRESHOLDED, VERDICTS

NAMES = {
    "auc": "AUC",
    "average_precision": "average precision",
    "equal_error_rate": "equal error rate",
    "tpr_at_fpr_1": "TPR at 1 % FPR",
    "tpr_at_fpr_5": "TPR at 5 % FPR",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "brier_before": "Brier before",
    "brier": "Brier after",
    "ece_before": "ECE before",
    "ece": "ECE after",
    "log_loss_before": "log loss before",
    "log_loss": "log loss after",
    "reals_called_real": "reals called real",
    "reals_called_uncertain": "reals: can't tell",
    "reals_called_fake": "reals called fake",
    "fakes_called_real": "fakes called real",
    "fakes_called_uncertain": "fakes: can't tell",
    "fakes_called_fake": "fakes called fake",
}
CONTROLS = {"untouched": "whole crop", "face_only": "face only", "background_only": "background only"}
POOLED = "all with both classes"
NOT_MEASURED = "–"


def figure(value: dict[str, Any] | None, *, percent: bool = False, interval: bool = True) -> str:
    """Writes a figure, such as "0.933 (0.921–0.944)" or "61.2 % (58.0–64.1)".

    Args:
        value: A figure with `value` and `interval`; None if it was not measured.
        percent: Whether to write it as a share of a hundred.
        interval: Whether to add the interval.

    Returns:
        The text; a dash for None.
    """
    if value is None:
        return NOT_MEASURED
    factor, digits, unit = (100, 1, " %") if percent else (1, 3, "")
    text = f"{value['value'] * factor:.{digits}f}{unit}"
    if interval:
        low, high = (f"{bound * factor:.{digits}f}" for bound in value["interval"])
        text += f" ({low}–{high})"
    return text


def number(value: float | None) -> str:
    """Writes a figure that has no interval, such as "0.933"; a dash for None."""
    return NOT_MEASURED if value is None else f"{value:.3f}"


def rows_of(evaluation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Gives the rows of an evaluation by title, the pooled one last."""
    return {**evaluation["sources"], POOLED: evaluation["all"]}


def metric_table(evaluation: dict[str, Any], metrics: Sequence[str]) -> list[list[str]]:
    """Sets some metrics of an evaluation as a table.

    Args:
        evaluation: The content of `evaluation.json`.
        metrics: Names from `metrics.METRICS`.

    Returns:
        Rows of cells, the head first, with a row a source and one for all.
    """
    table = [["source", "real / fake", *(NAMES[name] for name in metrics)]]
    for title, row in rows_of(evaluation).items():
        cells = [figure(row["metrics"][name], percent=name in VERDICTS) for name in metrics]
        table.append([title, f"{row['real']} / {row['fake']}", *cells])
    return table


def tables(evaluation: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Gives the tables of all metrics by kind: "ranking", "thresholded", "calibration" and "verdicts"."""
    kinds = {"ranking": RANKING, "thresholded": THRESHOLDED, "calibration": CALIBRATION, "verdicts": VERDICTS}
    return {kind: metric_table(evaluation, metrics) for kind, metrics in kinds.items()}


def controls_table(evaluation: dict[str, Any]) -> list[list[str]]:
    """Sets the AUC with the face alone and the background alone as a table, a row a source."""
    figures = evaluation["controls"]["auc"]
    table = [["source", *(CONTROLS[name] for name in figures)]]
    for source in figures["untouched"]["sources"]:
        table.append([source, *(number(row["sources"][source]) for row in figures.values())])
    table.append(["mean of the sources", *(figure(row["mean_auc"]) for row in figures.values())])
    table.append([POOLED, *(figure(row["auc"]) for row in figures.values())])
    return table


def shortcuts_table(evaluation: dict[str, Any], labels: dict[str, str]) -> list[list[str]]:
    """Sets the AUC of the shortcuts beside the detector's own, a row a source.

    Args:
        evaluation: The content of `evaluation.json`.
        labels: Titles of the features, by name.

    Returns:
        Rows of cells, the head first.
    """
    shortcuts = evaluation["shortcuts"]
    table = [["source", *(labels[name] for name in shortcuts), "this detector"]]
    for source in evaluation["data"]["pooled"]:
        own = evaluation["sources"][source]["metrics"]["auc"]
        cells = [number(values[source]) for values in shortcuts.values()]
        table.append([source, *cells, figure(own, interval=False)])
    return table


def markdown(table: Iterable[Sequence[str]]) -> str:
    """Writes rows of cells, the head first, as a Markdown table."""
    head, *body = ["| " + " | ".join(row) + " |" for row in table]
    columns = head.count("|") - 1
    return "\n".join([head, "|" + "---|" * columns, *body])
