"""A report as a PDF to print or to send."""

from __future__ import annotations

import io
from datetime import datetime

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer, Table

from model.calibration import Calibration
from report import print_style as style
from report import words
from report.print_parts import CountedCanvas, Heading, colour_bar, image, strip
from report.print_style import MARGIN, paragraph, register_fonts
from report.views import Answer, Content, FaceView, Facts, MapView, StabilityView

# Streams as bytes, not as text: a fifth smaller.
rl_config.useA85 = 0

_WIDTH = A4[0] - 2 * MARGIN
_GAP = 6 * mm
_PICTURE = 58 * mm
_WORDS = _WIDTH - _PICTURE - _GAP
_PHOTO_HEIGHT = 95 * mm


def render_document(content: Content, made_at: datetime) -> bytes:
    """Renders a report.

    Args:
        content: What to show.
        made_at: The date in the document's properties.

    Returns:
        The PDF's bytes, the same for the same arguments.
    """
    register_fonts()
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=words.TITLE,
        author="Unmask",
        subject=content.summary,
        creator="Unmask",
        lang="en",
        displayDocTitle=True,
        initialFontName=style.REGULAR,
        # Or ReportLab would write the time and an identifier drawn from it.
        invariant=1,
    )

    def finish_page(canvas: CountedCanvas, _: BaseDocTemplate) -> None:
        canvas.setDateFormatter(lambda *_: _pdf_date(made_at))
        canvas.setFont(style.REGULAR, 8)
        canvas.setFillColor(style.QUIET)
        canvas.drawString(MARGIN, 10 * mm, f"{words.TITLE}, {content.made_at}")
        canvas.draw_page_number(A4[0] - MARGIN, 10 * mm)

    frame = Frame(MARGIN, MARGIN, _WIDTH, A4[1] - 2 * MARGIN, 0, 0, 0, 0)
    # At its end, so that readers and searches come to it last.
    document.addPageTemplates(PageTemplate(frames=[frame], onPageEnd=finish_page))
    document.build(_story(content), canvasmaker=CountedCanvas)
    return buffer.getvalue()


def _pdf_date(moment: datetime) -> str:
    """PDF 32000-1:2008, 7.9.4: a date with its zone."""
    offset = f"{moment:%z}"
    return f"D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"


def _story(content: Content) -> list[Flowable]:
    story: list[Flowable] = [
        paragraph(words.TITLE, style.TITLE),
        paragraph(f"Made {content.made_at}", style.SMALL),
        paragraph(content.summary, style.SUMMARY),
        paragraph(content.limits[0]),
        Spacer(1, 2 * mm),
        image(content.photo, _WIDTH, _PHOTO_HEIGHT),
        Spacer(1, 1 * mm),
    ]
    if content.faces:
        story.append(paragraph(words.BOXES, style.SMALL))
    story += _items(content.notes)
    for face in content.faces:
        story += _face(face, content)
    story += [Heading("Other evidence", "evidence"), paragraph(words.KEPT_APART, style.SMALL)]
    story += [paragraph(text) for text in content.evidence]
    story += _facts(content.findings, _WIDTH)
    story += [Heading("Limits", "limits"), *_items(content.limits)]
    story += [Heading(words.AGAIN, "again"), paragraph(words.SAME_ANSWERS), paragraph(content.command)]
    return story + _facts(content.facts, _WIDTH)


def _items(texts: tuple[str, ...]) -> list[Flowable]:
    return [paragraph(text, style.ITEM, bulletText="•") for text in texts]


def _facts(facts: Facts, width: float) -> list[Flowable]:
    if not facts:
        return []
    labels = 0.28 * width
    rows = [[paragraph(label, style.SMALL), paragraph(text, style.CELL)] for label, text in facts]
    return [_plain_table(rows, [labels, width - labels])]


def _plain_table(rows: list[list[object]], widths: list[float]) -> Table:
    commands = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    # A row longer than a page is an error otherwise.
    return Table(rows, widths, style=commands, hAlign="LEFT", splitInRow=1)


def _face(face: FaceView, content: Content) -> list[Flowable]:
    heading = Heading(f"Face {face.number}", f"face-{face.number}")
    seen = [paragraph(words.AS_SEEN, style.SUBHEADING), *_facts(face.facts, _WORDS)]
    crop = _beside([image(face.crop, _PICTURE, _PICTURE)], seen)
    story: list[Flowable] = [
        KeepTogether([heading, *_answer(face, content.calibration), Spacer(1, 2 * mm), crop]),
    ]
    story += [_map(view) for view in face.maps]
    if face.stability:
        story.append(KeepTogether(_stability(face.stability, content.calibration)))
    return story


def _answer(face: FaceView, calibration: Calibration) -> list[Flowable]:
    answer = face.answer
    coloured = style.SUMMARY.clone("Answer", textColor=style.colour_of(answer.verdict))
    parts: list[Flowable] = [paragraph(f"{answer.word}{f', {answer.figure}' if answer.figure else ''}", coloured)]
    if answer.probability is not None:
        low, high = (share * _WIDTH for share in (calibration.real_below, calibration.fake_above))
        # The label keeps clear of those at the ends, wherever the zone lies.
        middle = min(max((low + high) / 2, 0.3 * _WIDTH), 0.7 * _WIDTH)
        names = [
            paragraph(name, style.SMALL.clone(name, alignment=alignment))
            for name, alignment in (("real", 0), ("can't tell", 1), ("fake", 2))
        ]
        beside = min(middle, _WIDTH - middle) - 20 * mm
        widths = [middle - beside, 2 * beside, _WIDTH - middle - beside]
        parts += [strip(calibration, answer.probability, _WIDTH), _plain_table([names], widths)]
    return [*parts, *(paragraph(text) for text in face.texts)]


def _beside(left: list[Flowable], right: list[Flowable]) -> Table:
    """Sets words beside a picture."""
    return _plain_table([[left, right]], [_PICTURE + _GAP, _WORDS])


def _map(view: MapView) -> Flowable:
    ends = [
        paragraph(end, style.SMALL.clone(end, alignment=alignment))
        for end, alignment in zip(view.ends, (0, 2), strict=True)
    ]
    left = [
        image(view.picture, _PICTURE, _PICTURE),
        colour_bar(view.stops, _PICTURE),
        _plain_table([ends], [_PICTURE / 2, _PICTURE / 2]),
    ]
    right = [
        paragraph(view.title, style.SUBHEADING),
        paragraph(view.finding, style.FINDING),
        paragraph(view.description, style.SMALL),
    ]
    if view.shares:
        rows = [
            [paragraph(region, style.CELL), paragraph(f"{100 * share:.0f}%", style.CELL)]
            for region, share in view.shares
        ]
        right += [paragraph(words.SHARES, style.SMALL), _plain_table(rows, [40 * mm, 15 * mm])]
    return KeepTogether([Spacer(1, 3 * mm), _beside(left, [*right, paragraph(view.notes, style.SMALL)])])


def _stability(view: StabilityView, calibration: Calibration) -> list[Flowable]:
    bar = 62 * mm
    widths = [42 * mm, 34 * mm, 20 * mm, bar + 8]
    header = [paragraph(name, style.SMALL) for name in words.STABILITY_COLUMNS]
    original = view.rows[0][1].probability
    rows = [
        [
            paragraph(title, style.CELL),
            paragraph(answer.word, _coloured(answer)),
            paragraph(answer.percent, style.CELL),
            strip(calibration, answer.probability, bar, original=original),
        ]
        for title, answer in view.rows
    ]
    table = _plain_table([header, *rows], widths)
    table.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, style.LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    return [
        paragraph(words.STABILITY, style.SUBHEADING),
        paragraph(view.sentence, style.FINDING),
        paragraph(words.STABILITY_CAPTION, style.SMALL),
        table,
    ]


def _coloured(answer: Answer) -> object:
    return style.CELL.clone("Coloured", fontName=style.BOLD, textColor=style.colour_of(answer.verdict))
