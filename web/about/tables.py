"""Tables, and what folds away below a plot."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Builds a table whose first column names its rows.

    Args:
        caption: Plain text.
        head: Titles of the columns, plain text.
        rows: Cells, plain text, as many as titles.

    Returns:
        HTML, all text escaped. On a narrow screen the table scrolls in a box of its own, also by keyboard.
    """
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table class="figures">'
        f"<caption>{escape(caption)}</caption><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def figure(caption: str, picture: str, numbers: str) -> str:
    """Sets a plot under its title, with its numbers folded away below.

    Args:
        caption: Plain text.
        picture: HTML of the plot.
        numbers: HTML of the table.

    Returns:
        HTML.
    """
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>{picture}"
        f"<details><summary>The numbers: {escape(caption)}</summary>{numbers}</details></figure>"
    )


def with_interval(figure: dict[str, Any] | None, *, percent: bool = False) -> str:
    """Writes a figure of an evaluation with its 95% interval; a dash for what was not measured.

    Example:
        >>> with_interval({"value": 0.694, "interval": [0.6075, 0.7766]})
        '0.694 (0.608–0.777)'
    """
    if figure is None:
        return "–"
    value, (low, high) = figure["value"], figure["interval"]
    if percent:
        return f"{100 * value:.1f}% ({100 * low:.1f}–{100 * high:.1f})"
    return f"{value:.3f} ({low:.3f}–{high:.3f})"
