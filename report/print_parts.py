"""Parts of the PDF that are drawn: bars, headings with bookmarks, and the count of pages."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.graphics.shapes import Circle, Drawing, Line, Rect
from reportlab.lib.colors import Color, white
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Image, Paragraph

from model.calibration import Calibration
from report.pictures import Picture
from report.print_style import BETWEEN, HEADING, INK, LINE, QUIET, REGULAR, colour_of

_STRIP_HEIGHT, _BAR_HEIGHT = 12, 7
_PAGES = "number-of-pages"


class Heading(Paragraph):
    """A heading that the reader's table of contents lists."""

    def __init__(self, text: str, key: str, style: ParagraphStyle = HEADING):
        super().__init__(text, style)
        self._title, self._key = text, key

    def draw(self) -> None:
        """Draws it and marks its place."""
        self.canv.bookmarkHorizontal(self._key, 0, self.height)
        self.canv.addOutlineEntry(self._title, self._key, level=0)
        super().draw()


class CountedCanvas(Canvas):
    """A canvas whose pages can say how many pages there are, which is known only at the end."""

    def draw_page_number(self, right: float, bottom: float) -> None:
        """Writes "Page 2 of 5", with room for two digits of the count."""
        room = self.stringWidth("00", REGULAR, 8)
        self.setFont(REGULAR, 8)
        self.drawRightString(right - room, bottom, f"Page {self.getPageNumber()} of ")
        self.saveState()
        self.translate(right - room, bottom)
        self.doForm(_PAGES)
        self.restoreState()

    def save(self) -> None:
        """Writes the count, then the file."""
        self.beginForm(_PAGES, 0, -3, 40, 10)
        self.setFont(REGULAR, 8)
        self.setFillColor(QUIET)
        self.drawString(0, 0, str(self.getPageNumber() - 1))
        self.endForm()
        super().save()


def strip(
    calibration: Calibration, probability: float | None, width: float, *, original: float | None = None
) -> Drawing:
    """Draws a probability on a bar with the zones of the three answers.

    Args:
        calibration: Where the zones meet.
        probability: 0..1; None draws the zones alone.
        width: In points.
        original: A probability, 0..1, to mark by a broken line.

    Returns:
        The drawing.
    """
    drawing = Drawing(width, _STRIP_HEIGHT)
    middle = _STRIP_HEIGHT / 2
    low, high = calibration.real_below * width, calibration.fake_above * width
    zones = ((0, low, colour_of("real")), (low, high, BETWEEN), (high, width, colour_of("fake")))
    for start, end, colour in zones:
        drawing.add(Rect(start, middle - 2.5, end - start, 5, fillColor=colour, strokeColor=None))
    if original is not None:
        x = original * width
        drawing.add(Line(x, 0, x, _STRIP_HEIGHT, strokeColor=INK, strokeWidth=0.8, strokeDashArray=(2, 1.5)))
    if probability is not None:
        drawing.add(Circle(probability * width, middle, 3.6, fillColor=INK, strokeColor=white, strokeWidth=1))
    return drawing


def colour_bar(stops: Sequence[tuple[int, int, int]], width: float) -> Drawing:
    """Draws the colours of a heatmap.

    Args:
        stops: RGB colours, 0..255, at equal distances.
        width: In points.

    Returns:
        The drawing.
    """
    drawing = Drawing(width, _BAR_HEIGHT + 4)
    step = width / len(stops)
    for number, stop in enumerate(stops):
        colour = Color(*(level / 255 for level in stop))
        # A little wider than a step, or viewers show gaps.
        reach = min(step + 0.3, width - number * step)
        drawing.add(Rect(number * step, 2, reach, _BAR_HEIGHT, fillColor=colour, strokeColor=None))
    drawing.add(Rect(0, 2, width, _BAR_HEIGHT, fillColor=None, strokeColor=LINE, strokeWidth=0.5))
    return drawing


def image(picture: Picture, width: float, height: float) -> Image:
    """Places a picture as large as fits into width and height, in points."""
    scale = min(width / picture.width, height / picture.height)
    placed = Image(io.BytesIO(picture.jpeg), picture.width * scale, picture.height * scale)
    placed.hAlign = "LEFT"
    return placed
