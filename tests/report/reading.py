"""Reads reports as their readers' programs do."""

from __future__ import annotations

import base64
import io
import re
import zlib
from html.parser import HTMLParser

from PIL import Image


class Page(HTMLParser):
    """What stands in an HTML page.

    Attributes:
        tags: (name, attributes) of all elements, in order.
        text: All text but style.
        unbalanced: Names of end tags that close no open element.
    """

    _VOID = frozenset({"meta", "img", "link", "br"})

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self.feed(html)
        self.close()
        self.unbalanced += self._open
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self._VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        if "style" not in self._open:
            self._words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def pictures(self) -> list[bytes]:
        """The files inside the page's data URIs."""
        return [base64.b64decode(image["src"].removeprefix("data:image/jpeg;base64,")) for image in self.all("img")]


def pdf_streams(pdf: bytes) -> list[bytes]:
    """The content of a PDF's streams, decompressed."""
    streams = []
    for found in re.finditer(rb"/Length (\d+)[^\0]{0,200}?stream\r?\n", pdf):
        head = pdf[pdf.rindex(b" obj", 0, found.start()) : found.end()]
        data = pdf[found.end() : found.end() + int(found.group(1))]
        streams.append(zlib.decompress(data) if b"/FlateDecode" in head else data)
    return streams


def pdf_text(pdf: bytes) -> str:
    """The words of a PDF of ours: ReportLab writes ASCII as it is, a line a string."""
    drawn = b"\n".join(stream for stream in pdf_streams(pdf) if b" Tj" in stream)
    lines = re.findall(rb"\(((?:\\.|[^\\()])*)\) Tj", drawn, re.DOTALL)
    text = b" ".join(re.sub(rb"\\([()\\])", rb"\1", line) for line in lines)
    return " ".join(text.decode("latin-1").split())


def pdf_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def exif_free(data: bytes) -> bool:
    """Whether a picture's file holds nothing but the picture."""
    image = Image.open(io.BytesIO(data))
    return not image.getexif() and not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
