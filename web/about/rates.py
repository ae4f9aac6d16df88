"""Figures of an evaluation turned into the few numbers that a visitor wants to know."""

from __future__ import annotations

from typing import Any


def of_100(share: float) -> str:
    """Words a share, 0..1, as a count of a hundred.

    Example:
        >>> of_100(0.0436), of_100(0.001), of_100(0.9999)
        ('4 of 100', 'fewer than 1 of 100', 'more than 99 of 100')
    """
    if 0 < share < 0.005:
        return "fewer than 1 of 100"
    return "more than 99 of 100" if 0.995 < share < 1 else f"{100 * share:.0f} of 100"


def wrong_when_clear(row: dict[str, Any]) -> float | None:
    """Gives the share, 0..1, of the clear answers ("real" or "fake") that were wrong.

    Args:
        row: A row of an evaluation, with counts and metrics.

    Returns:
        The share; None if no answer was clear.
    """
    clear = _count(row, "reals_called_real", "fakes_called_fake", "reals_called_fake", "fakes_called_real")
    return _count(row, "reals_called_fake", "fakes_called_real") / clear if clear else None


def cannot_tell(row: dict[str, Any]) -> float:
    """Gives the share, 0..1, of a row's faces whose answer was "can't tell"."""
    return _count(row, "reals_called_uncertain", "fakes_called_uncertain") / (row["real"] + row["fake"])


def hardest(sources: dict[str, dict[str, Any]]) -> tuple[str, float] | None:
    """Finds the source whose clear answers were wrong most often.

    Args:
        sources: Rows of an evaluation by source.

    Returns:
        Its name and that share, 0..1; None if no source had a clear answer.
    """
    shares = {name: wrong_when_clear(row) for name, row in sources.items()}
    known = {name: share for name, share in shares.items() if share is not None}
    return max(known.items(), key=lambda item: item[1]) if known else None


def false_alarms(row: dict[str, Any], prevalence: float) -> float | None:
    """Gives the share of "probably fake" answers that would be wrong where fakes are as rare as said.

    Bayes' rule with the rates of the row.

    Args:
        row: A row of an evaluation that has both classes.
        prevalence: Share of fakes among the faces that are checked, 0..1.

    Returns:
        The share, 0..1; None if "fake" was never answered.
    """
    right = prevalence * row["metrics"]["fakes_called_fake"]["value"]
    wrong = (1 - prevalence) * row["metrics"]["reals_called_fake"]["value"]
    return wrong / (right + wrong) if right + wrong else None


def _count(row: dict[str, Any], *rates: str) -> float:
    """Adds up faces from rates such as "reals_called_fake"; a class that a source lacks counts nothing."""
    total = 0.0
    for rate in rates:
        figure = row["metrics"][rate]
        total += figure["value"] * row[rate.split("s_called_")[0]] if figure else 0.0
    return total
