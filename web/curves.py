"""Line plots as inline SVG: no request, no script, and legible in either colour mode."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT = 320, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 10, 10, 40
_ACROSS, _DOWN = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM


def plot(
    title: str,
    description: str,
    shares: Sequence[float],
    lines: Sequence[tuple[str, Sequence[float]]],
    across: str,
    up: str,
) -> str:
    """Draws how an answer changes as more and more of a picture is exchanged.

    Args:
        title: Plain text, for screen readers.
        description: Plain text: what the plot shows, for those who can't see it.
        shares: Of the picture exchanged, 0..1.
        lines: CSS class and probabilities of a fake, 0..1, at those shares.
        across: What the horizontal axis says.
        up: What the vertical axis says.

    Returns:
        An SVG element.
    """
    grid = "".join(
        f'<path class="grid" d="M{_LEFT} {_y(level):.1f}h{_ACROSS}"/>'
        f'<text x="{_LEFT - 6}" y="{_y(level) + 4:.1f}" text-anchor="end">{100 * level:.0f}%</text>'
        for level in (0, 0.5, 1)
    )
    ticks = "".join(
        f'<text x="{_x(share):.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="{anchor}">{100 * share:.0f}%</text>'
        for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end"))
    )
    drawn = "".join(f'<polyline class="{kind}" points="{_points(shares, values)}"/>' for kind, values in lines)
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{grid}{ticks}"
        f'<text x="{_LEFT + _ACROSS / 2:.0f}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(across)}</text>'
        f'<text transform="translate(11 {_TOP + _DOWN / 2:.0f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'
        f"{drawn}</svg>"
    )


def _points(shares: Sequence[float], values: Sequence[float]) -> str:
    return " ".join(f"{_x(share):.1f},{_y(value):.1f}" for share, value in zip(shares, values, strict=True))


def _x(share: float) -> float:
    return _LEFT + share * _ACROSS


def _y(level: float) -> float:
    return _TOP + (1 - level) * _DOWN
