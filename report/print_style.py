"""Fonts and paragraph styles of the PDF."""

from __future__ import annotations

import functools
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from explain.boxes import VERDICT_COLOURS
from explain.lettering import font_file
from model.calibration import Verdict

REGULAR, BOLD = "DejaVu", "DejaVu-Bold"
INK, QUIET, LINE, BETWEEN = (
    Color(*(level / 255 for level in colour))
    for colour in ((24, 24, 27), (82, 82, 91), (212, 215, 220), (203, 207, 214))
)
MARGIN = 18 * mm


def colour_of(verdict: Verdict) -> Color:
    """Gives the colour of a verdict, as boxes have it."""
    return Color(*(level / 255 for level in VERDICT_COLOURS[verdict]))


@functools.cache
def register_fonts() -> None:
    """Makes DejaVu Sans known: PDF's own fonts lack many of the letters that metadata are written in."""
    for name, bold in ((REGULAR, False), (BOLD, True)):
        pdfmetrics.registerFont(TTFont(name, font_file(bold)))


def _style(name: str, size: float, **changes: object) -> ParagraphStyle:
    options = {"fontName": REGULAR, "leading": 1.42 * size, "textColor": INK, "spaceAfter": 0.3 * size}
    return ParagraphStyle(name, fontSize=size, **{**options, **changes})


TITLE = _style("Title", 20, fontName=BOLD)
HEADING = _style("Heading", 13.5, fontName=BOLD, spaceBefore=14, spaceAfter=5, keepWithNext=1)
SUBHEADING = _style("Subheading", 10.5, fontName=BOLD, spaceBefore=8, spaceAfter=3, keepWithNext=1)
SUMMARY = _style("Summary", 12, fontName=BOLD)
BODY = _style("Body", 9.5)
FINDING = _style("Finding", 9.5, fontName=BOLD)
SMALL = _style("Small", 8, textColor=QUIET)
ITEM = _style("Item", 9.5, leftIndent=11, bulletIndent=1, bulletFontName=REGULAR)
CELL = _style("Cell", 8.5, spaceAfter=0)


def paragraph(text: str, style: ParagraphStyle = BODY, **options: object) -> Paragraph:
    """Sets text, whatever is in it: it is escaped, for ReportLab reads paragraphs as markup."""
    return Paragraph(escape(text), style, **options)
