"""Plots as inline SVG: no request, no script, and legible in either colour mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 320
_RIGHT, _TOP, _BOTTOM = 10, 10, 40
_PERCENT = ((0, "0%"), (0.5, "50%"), (1, "100%"))


@dataclass(frozen=True)
class Axis:
    """One side of a plot.

    Attributes:
        label: What it says, plain text.
        ticks: Values with the words that stand beside them.
        low: The value at its left or lower end.
        high: The value at its other end; may be less than `low`.
    """

    label: str
    ticks: Sequence[tuple[float, str]] = _PERCENT
    low: float = 0
    high: float = 1

    def share(self, value: float) -> float:
        """Says how far along the axis a value lies, 0..1."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Frame:
    """What lines and dots are drawn into. Colours are left to the style sheet, by class.

    Attributes:
        across: The horizontal axis.
        up: The vertical axis.
        left: Room for the words beside the vertical axis, in units of the drawing, which is 320 wide.
        height: Height of the drawing.
    """

    across: Axis
    up: Axis
    left: int = 58
    height: int = 190

    def line(self, kind: str, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Draws a line of CSS class `kind` through points given in values of the axes."""
        return f'<polyline class="{kind}" points="{self._points(xs, ys)}"/>'

    def band(self, kind: str, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> str:
        """Fills between two lines, as for intervals, in CSS class `kind`."""
        edge = self._points([*xs, *reversed(xs)], [*lows, *reversed(highs)])
        return f'<polygon class="{kind}" points="{edge}"/>'

    def dot(self, kind: str, x: float, y: float, radius: float = 3.5) -> str:
        """Draws a dot of CSS class `kind` at a point given in values of the axes."""
        return f'<circle class="{kind}" cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="{radius:.1f}"/>'

    def draw(self, title: str, description: str, marks: str) -> str:
        """Puts axes around what is drawn.

        Args:
            title: Plain text, for screen readers.
            description: Plain text: what the plot shows, for those who can't see it.
            marks: What `line`, `band` and `dot` gave, in the order of drawing.

        Returns:
            An SVG element.
        """
        bottom = self.height - _BOTTOM
        grid = "".join(
            f'<path class="grid" d="M{self.left} {self._y(value):.1f}h{self._breadth}"/>'
            f'<text x="{self.left - 6}" y="{self._y(value) + 4:.1f}" text-anchor="end">{escape(words)}</text>'
            for value, words in self.up.ticks
        )
        ticks = "".join(
            f'<text x="{self._x(value):.1f}" y="{bottom + 16}" text-anchor="{_anchor(self.across.share(value))}">'
            f"{escape(words)}</text>"
            for value, words in self.across.ticks
        )
        middle = f"translate(11 {(_TOP + bottom) / 2:.0f}) rotate(-90)"
        return (
            f'<svg class="plot" viewBox="0 0 {_WIDTH} {self.height}" role="img"><title>{escape(title)}</title>'
            f"<desc>{escape(description)}</desc>{grid}{ticks}"
            f'<text x="{self.left + self._breadth / 2:.0f}" y="{self.height - 6}" text-anchor="middle">'
            f"{escape(self.across.label)}</text>"
            f'<text transform="{middle}" text-anchor="middle">{escape(self.up.label)}</text>'
            f"{marks}</svg>"
        )

    @property
    def _breadth(self) -> int:
        return _WIDTH - self.left - _RIGHT

    def _points(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        return " ".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in zip(xs, ys, strict=True))

    def _x(self, value: float) -> float:
        return self.left + self.across.share(value) * self._breadth

    def _y(self, value: float) -> float:
        return _TOP + (1 - self.up.share(value)) * (self.height - _TOP - _BOTTOM)


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
    frame = Frame(Axis(across), Axis(up))
    return frame.draw(title, description, "".join(frame.line(kind, shares, values) for kind, values in lines))


def _anchor(share: float) -> str:
    """Keeps the words at the ends of an axis inside the drawing."""
    if share < 0.02:
        return "start"
    return "end" if share > 0.98 else "middle"
