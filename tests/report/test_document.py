"""The PDF can be searched, has pages with numbers, and whatever strangers wrote breaks nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from report.compose import compose
from report.document import _pdf_date, render_document
from tests.report.conftest import MADE_AT
from tests.report.reading import pdf_pages, pdf_streams, pdf_text


@pytest.fixture(scope="module")
def content(one_face):
    return compose(one_face)


def test_pages_are_a4_and_say_which_of_how_many_they_are(three_faces):
    pdf = three_faces.to_pdf()
    pages = pdf_pages(pdf)
    assert pages > 1
    assert re.findall(rb"/MediaBox \[ ([^\]]*) \]", pdf) == [b"0 0 595.2756 841.8898"] * pages
    assert re.findall(r"Page (\d+) of", pdf_text(pdf)) == [str(number) for number in range(1, pages + 1)]
    forms = [stream for stream in pdf_streams(pdf) if stream.count(b" Tj") == 1 and b"Page" not in stream]
    assert any(f"({pages}) Tj".encode() in form for form in forms)


def test_title_language_and_date_are_in_its_properties(one_face):
    pdf = one_face.to_pdf()
    assert b"/Title (Unmask report)" in pdf
    assert b"/Lang (en)" in pdf
    assert b"/CreationDate (D:20261121212005+01'00')" in pdf
    assert b"/DisplayDocTitle true" in pdf


def test_readers_list_its_parts(three_faces):
    pdf = three_faces.to_pdf()
    for heading in (b"Face 1", b"Face 2", b"Face 3", b"Other evidence", b"Limits"):
        assert b"/Title (" + heading + b")" in pdf


def test_dates_have_their_zone():
    west = timezone(-timedelta(hours=3, minutes=30))
    assert _pdf_date(datetime(2026, 1, 2, 3, 4, 5, tzinfo=west)) == "D:20260102030405-03'30'"


@pytest.mark.parametrize(
    "text",
    ["<para><b>bold</b>", "a & b < c", "<img src='/etc/passwd'/>", "&amp; &#0;", "x" * 500, "(a) \\ b) ", "写真 📷 ضد"],
)
def test_whatever_strangers_wrote_is_shown_as_it_is(content, text):
    pdf = render_document(replace(content, findings=(("Program", text),), evidence=(text,)), MADE_AT)
    shown = pdf_text(pdf).replace(" ", "")
    if text.isascii():
        assert shown.replace("\\\\", "\\").count(text.replace(" ", "")) == 2
    assert "Limits" in shown


def test_many_findings_and_notes_are_divided_among_pages(content):
    findings = tuple((f"Label {i}", f"text {i} " * 12) for i in range(60))
    pdf = render_document(replace(content, findings=findings, notes=("A note. " * 60,) * 9), MADE_AT)
    assert all(f"Label {i}" in pdf_text(pdf) for i in range(60))


def test_a_finding_longer_than_a_page_is_divided_too(content):
    words = [f"word{number}" for number in range(3000)]
    pdf = render_document(replace(content, findings=(("Program", " ".join(words)),)), MADE_AT)
    assert set(words) <= set(pdf_text(pdf).split())
