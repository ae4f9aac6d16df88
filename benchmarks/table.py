"""Lays the figures of `benchmarks.faithfulness` out as Markdown, for the README and the card."""

from __future__ import annotations

from typing import Any

_LIBRARY = " (tf-keras-vis)"
RANDOM = "random map"


def format_tables(results: dict[str, Any]) -> str:
    """Builds a table for all fakes together and one for each group.

    Args:
        results: What `benchmarks.faithfulness.measure` returned.

    Returns:
        Markdown. In a cell with two figures the second is that of tf-keras-vis.
    """
    parts = [format_summary(results)]
    for group, figures in results["groups"].items():
        parts.append(
            f"**{group}**: {figures['fakes']} fakes, {figures['lean_fake']} of them called rather fake than real; "
            f"masks cover {figures['area']:.0%} of the crop on average\n\n{_group(figures)}"
        )
    return "\n\n".join(parts)


def format_summary(results: dict[str, Any]) -> str:
    """Builds the table for all fakes together, each group counted the same.

    Args:
        results: What `benchmarks.faithfulness.measure` returned.

    Returns:
        Markdown.
    """
    lines = [
        "| method | pointing | energy in mask / its area | IoU at equal area | pixel AUC | deletion / random order "
        "| randomised | time |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in [*results["randomised"], RANDOM]:
        cells = [name]
        for key, digits in (("pointing", 2), ("energy_ratio", 1), ("overlap", 2), ("auc", 2)):
            cells.append(_pair(*(pooled(results, label, key) for label in (name, name + _LIBRARY)), digits))
        own, others = (pooled(results, name, key) for key in ("deletion", "deletion_random"))
        cells.append(f"{own / others:.2f}")
        seeds = results["randomised"].get(name)
        cells.append(f"{max(seeds, key=abs):.2f}" if seeds else "")
        times = [results["times"].get(label, [0, None, 0])[1] for label in (name, name + _LIBRARY)]
        cells.append(_pair(*times, 1 if (times[0] or 0) < 10 else 0) if times[0] else "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _group(figures: dict[str, Any]) -> str:
    lines = [
        "| method | fakes | pointing | energy ratio | IoU | pixel AUC | deletion |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, means in figures["methods"].items():
        if name.endswith(_LIBRARY):
            continue
        cells = [name, str(means["count"])]
        for key, digits in (("pointing", 2), ("energy_ratio", 1), ("overlap", 2), ("auc", 2)):
            both = [means[which].get(key) for which in ("all", "lean_fake")]
            cells.append(" / ".join("-" if value is None else f"{value:.{digits}f}" for value in both))
        ratios = [means[which] for which in ("all", "lean_fake")]
        cells.append(
            " / ".join(f"{x['deletion'] / x['deletion_random']:.2f}" if "deletion" in x else "-" for x in ratios)
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n\nOf all fakes / of those called rather fake than real."


def pooled(results: dict[str, Any], name: str, key: str, which: str = "lean_fake") -> float | None:
    """Averages a figure over the groups, each group the same, on the fakes called rather fake than real.

    Args:
        results: What `benchmarks.faithfulness.measure` returned.
        name: A method, or `random map`, or a method of tf-keras-vis.
        key: A figure.
        which: "lean_fake" or "all".

    Returns:
        The mean; None if no group has it.
    """
    found = [figures["methods"].get(name, {}).get(which, {}).get(key) for figures in results["groups"].values()]
    values = [value for value in found if value is not None]
    return sum(values) / len(values) if values else None


def _pair(own: float | None, library: float | None, digits: int) -> str:
    if own is None:
        return ""
    return f"{own:.{digits}f}" + (f" ({library:.{digits}f})" if library is not None else "")
