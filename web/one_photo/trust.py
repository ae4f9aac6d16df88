"""How far a map can be trusted: one panel for each face."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from explain.faithfulness.agreement import Agreement
from explain.faithfulness.curves import Curve
from explain.faithfulness.trust import Trust
from explain.methods import METHODS
from explain.wording import percent
from model.calibration import Calibration
from web.curves import plot
from web.states import progress_bar

_BUTTON = '<button type="button" class="ask">Check this map</button>'
_NOT_MEASURED = f"<p>Not measured yet for this face.</p>{_BUTTON}"
_MEASURING = "The marked region is hidden in several ways, and the network is asked again each time."


def trust_panels(method: str, count: int, figures: Mapping[int, str] | None = None) -> str:
    """Builds the panels of all faces; the style sheet shows that of the chosen one.

    Args:
        method: A key of `explain.METHODS`.
        count: Number of faces.
        figures: HTML by number of the face, from 1; the others are not measured yet.

    Returns:
        HTML.
    """
    figures = figures or {}
    title = escape(METHODS[method].title)
    return "".join(
        f'<section class="trust of-{method} face face-{number}{" measured" if number in figures else ""}" '
        f'aria-label="Trust in this map"><h3>How far can this {title} map be trusted?</h3>'
        f"{figures.get(number, _NOT_MEASURED)}</section>"
        for number in range(1, count + 1)
    )


def measuring(share: float) -> str:
    """Says what is being measured and how much of it, 0..1, is done."""
    return f"<p>{_MEASURING}</p>{progress_bar('Checking this map', share)}"


def trust_figures(trust: Trust, agreements: Mapping[str, Agreement], calibration: Calibration) -> str:
    """Builds what was measured for a face's map.

    Args:
        trust: What hiding and exchanging parts of the face did.
        agreements: How alike the map and those of other methods are, by method.
        calibration: That of the detector.

    Returns:
        HTML.
    """
    deletion = _curves("covered", trust.deletion, trust.random_deletions, calibration)
    insertion = _curves("uncovered", trust.insertion, trust.random_insertions, calibration)
    sooner = "sooner" if trust.deletion_advantage > 0 else "no sooner"
    back = "sooner" if trust.insertion_advantage > 0 else "no sooner"
    return (
        f'<p class="finding">{escape(trust.hiding.sentence(calibration))}</p>'
        f"<p>With its hottest places covered first, the answer goes {sooner} than in random order; "
        f"with them uncovered first, it is there {back}.</p>"
        f'<div class="plots">{deletion}{insertion}</div>{_KEY}{agreement_table(agreements)}'
    )


def agreement_table(agreements: Mapping[str, Agreement]) -> str:
    """Lists how alike a map and those of other methods are.

    Args:
        agreements: By method.

    Returns:
        HTML; nothing without another method.
    """
    if not agreements:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(METHODS[name].title)}</th><td>{100 * agreement.overlap:.0f}%</td>'
        f"<td>{_correlation(agreement)}</td></tr>"
        for name, agreement in agreements.items()
    )
    return (
        '<table class="agreement"><caption>Do other methods mark the same places? If they do, that is no evidence that '
        "they are right; if they don't, be careful. By chance the overlap is 11% and the correlation 0.</caption>"
        '<thead><tr><th scope="col">Other method</th><th scope="col">Overlap of hottest fifths</th>'
        '<th scope="col">Rank correlation</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


_KEY = (
    '<p class="key"><span><svg viewBox="0 0 30 10" aria-hidden="true"><path class="map" d="M1 5h28"/></svg>'
    'hottest places of the map first</span><span><svg viewBox="0 0 30 10" aria-hidden="true">'
    '<path class="random" d="M1 5h28"/></svg>random order</span></p>'
)


def _curves(done: str, curve: Curve, random: tuple[Curve, ...], calibration: Calibration) -> str:
    """A plot of how the answer changes while the face is covered with its mean colour, or the reverse."""
    own, others = curve.probabilities(calibration), [one.probabilities(calibration) for one in random]
    middle = len(own) // 2
    half = ", ".join(percent(one[middle]) for one in others)
    description = (
        f"Share of fake by how much of the face is {done} with its mean colour. "
        f"From {percent(own[0])} to {percent(own[-1])}. Half-way it is {percent(own[middle])} with the hottest places "
        f"of the map first, and {half} in random orders."
    )
    lines = [*(("random", values) for values in others), ("map", own)]
    title = f"Hottest places {done} first"
    drawn = plot(title, description, curve.shares, lines, f"Share of the picture {done}", "Probability of fake")
    return f"<figure><figcaption>{title}</figcaption>{drawn}</figure>"


def _correlation(agreement: Agreement) -> str:
    return "none: a map is flat" if math.isnan(agreement.correlation) else f"{agreement.correlation:.2f}"
