"""What compression, scaling, blur, noise and light do to the detector."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from web.about.tables import figure, table, with_interval
from web.curves import Axis, Frame


@dataclass(frozen=True)
class Family:
    """One way to degrade a picture.

    Attributes:
        name: Its key in `evaluation.json`.
        title: What it is, for visitors.
        levels: What its levels are.
        untouched: The level that stands for the picture as it was.
        falling: Whether lower levels do more harm; harm lies to the right.
    """

    name: str
    title: str
    levels: str
    untouched: float
    falling: bool = False


FAMILIES = (
    Family("jpeg", "JPEG compression", "JPEG quality", 100, falling=True),
    Family("scale", "Made smaller and enlarged again", "Scale", 1, falling=True),
    Family("blur", "Blur", "Standard deviation of the blur in pixels", 0),
    Family("noise", "Noise", "Standard deviation of the noise, of 255 levels", 0),
    Family("brightness", "Darker and brighter", "Brightness factor", 1),
)


def robustness_plots(robustness: dict[str, Any]) -> str:
    """Draws the mean AUC of the sources on degraded copies of the same faces.

    Args:
        robustness: The part of that name of `evaluation.json`.

    Returns:
        HTML.
    """
    untouched = robustness["untouched"]
    key = "mean_auc" if untouched["mean_auc"] else "auc"
    bounds = [row[key]["interval"][0] for row in (untouched, *robustness["conditions"])]
    low = math.floor(10 * min(0.5, *bounds)) / 10
    drawn = []
    for family in FAMILIES:
        measured = {row["level"]: row[key] for row in robustness["conditions"] if row["family"] == family.name}
        if measured:
            levels = {family.untouched: untouched[key], **measured}
            drawn.append(_family_plot(family, dict(sorted(levels.items(), reverse=family.falling)), low))
    return f'<div class="plots">{"".join(drawn)}</div>'


def _family_plot(family: Family, levels: dict[float, dict[str, Any]], low: float) -> str:
    first, *_, last = levels
    up = Axis("AUC", [(0.5, "0.5"), (0.75, "0.75"), (1, "1")], low=low)
    ticks = {first: _word(family, first), family.untouched: _word(family, family.untouched), last: f"{last:g}"}
    frame = Frame(Axis(family.levels, list(ticks.items()), first, last), up, left=50, height=170)
    values = [one["value"] for one in levels.values()]
    lows, highs = zip(*(one["interval"] for one in levels.values()), strict=True)
    marks = frame.band("band", list(levels), lows, highs) + frame.line("map", list(levels), values)
    marks += "".join(frame.dot("dot", level, value, 3) for level, value in zip(levels, values, strict=True))
    worst = min(levels, key=lambda level: levels[level]["value"])
    description = (
        f"AUC with its 95% interval by {family.levels.lower()}. {levels[family.untouched]['value']:.2f} with the "
        f"pictures as they were; lowest at {_word(family, worst)}: {levels[worst]['value']:.2f}."
    )
    rows = [(_word(family, level), with_interval(one)) for level, one in levels.items()]
    numbers = table(f"{family.title}: AUC with 95% intervals", (family.levels, "AUC"), rows)
    return figure(family.title, frame.draw(family.title, description, marks), numbers)


def _word(family: Family, level: float) -> str:
    return "as it was" if level == family.untouched else f"{level:g}"
