"""What a comparison says, the same in the terminal and on its page."""

from __future__ import annotations

from typing import Any

from train.evaluation.wording import NOT_MEASURED, POOLED, figure


def main_table(comparison: dict[str, Any]) -> list[list[str]]:
    """Sets the detectors side by side.

    Args:
        comparison: The content of `comparison.json`.

    Returns:
        Rows of cells, the head first: a row a detector.
    """
    table = [["detector", "version", "AUC", "AUC, mean of the sources", "right", "can't tell", "ECE", "time"]]
    for row in comparison["detectors"]:
        figures, taken = row["all"], row["time"]
        table.append(
            [
                row["name"],
                row["version"],
                figure(figures["auc"]),
                figure(row["mean_auc"]),
                figure(figures["right"], percent=True),
                figure(figures["uncertain"], percent=True),
                figure(figures["ece"]),
                f"{taken['ratio']:.2f} ({taken['ratio_low']:.2f}–{taken['ratio_high']:.2f})",
            ]
        )
    return table


def sources_table(comparison: dict[str, Any]) -> list[list[str]]:
    """Sets the AUC of every detector for every source, a row a source and one for all."""
    rows = comparison["detectors"]
    table = [["source", *(row["name"] for row in rows)]]
    for source in rows[0]["sources"]:
        table.append([source, *(figure(row["sources"][source]["auc"]) for row in rows)])
    table.append([POOLED, *(figure(row["all"]["auc"]) for row in rows)])
    return table


def differences_table(comparison: dict[str, Any]) -> list[list[str]]:
    """Sets the differences between any two detectors, with p-values, a row a pair."""
    names = [row["name"] for row in comparison["detectors"]]
    table = [["pair", "AUC", "AUC, mean of the sources", "p, DeLong", "p, groups", "p, Holm", "in words"]]
    for row in comparison["differences"]:
        first, second = names[row["first"]], names[row["second"]]
        p_values = [_p_value(row[name]) for name in ("p_delong", "p_groups", "p_holm")]
        pair = f"{first} − {second}"
        table.append([pair, signed(row["auc"]), signed(row["mean_auc"]), *p_values, verdict(row, first, second)])
    return table


def verdict(row: dict[str, Any], first: str, second: str) -> str:
    """Says in words whether one of two detectors is better.

    Args:
        row: An entry of `differences`.
        first: Name of the first detector.
        second: Name of the second.

    Returns:
        A few words. The p-value by groups, corrected for the number of pairs, decides at .05. Where it finds nothing
        over all faces, of which the largest source has most, the interval of the mean of the sources may still.
    """
    if row["p_holm"] < 0.05:
        return f"{first if row['auc']['value'] > 0 else second} is better"
    low, high = row["mean_auc"]["interval"] if row["mean_auc"] else (0, 0)
    if low <= 0 <= high:
        return "no difference beyond chance"
    return f"no difference beyond chance over all; in the mean of the sources {first if low > 0 else second} is ahead"


def signed(value: dict[str, Any] | None) -> str:
    """Writes a difference with its interval, such as "+0.004 (-0.006 to +0.017)"; a dash for None."""
    if value is None:
        return NOT_MEASURED
    low, high = value["interval"]
    return f"{value['value']:+.3f} ({low:+.3f} to {high:+.3f})"


def _p_value(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else "< .001"
