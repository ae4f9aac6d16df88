"""Strangers' words come out short, on one line, and with nothing hidden in them."""

from __future__ import annotations

import pytest

from evidence.plain_text import decode, plain, plain_bytes, plain_date
from tests.work import at_most_lines


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Canon EOS R5", "Canon EOS R5"),
        ("  two\n lines\t here ", "two lines here"),
        ("gepj\u202egpj\u202c", "gepjgpj"),
        ("\u2066a\u2069\u200fb\u061cc", "abc"),
        ("z\u200be\u200dr\ufeffo\u00ad", "zero"),
        ("bell\x07 \x1b[31mred\x00", "bell [31mred"),
        ("\ud800\ue000", ""),
        ("<b>Müller & Søn</b>", "<b>Müller & Søn</b>"),
        (b"bytes", ""),
        (None, ""),
    ],
)
def test_what_cant_be_seen_is_left_out(given: object, shown: str):
    assert plain(given) == shown


def test_long_texts_end_in_an_ellipsis_at_eighty_characters():
    assert plain("x" * 80) == "x" * 80
    assert plain("x" * 81) == "x" * 79 + "…"
    assert plain("word " * 100, 12) == "word word w…"


def test_megabytes_cost_nothing():
    with at_most_lines(10_000):
        plain("\u202e " * 5_000_000)


def test_bytes_are_utf8_or_latin1_and_end_at_a_zero():
    assert decode("Søn".encode()) == decode("Søn".encode("latin-1")) == "Søn"
    assert decode(b"Canon\0\0hidden") == "Canon"
    assert decode("text") == decode(7) == ""
    assert plain_bytes(b"Canon \x07EOS\0") == "Canon EOS"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2024:05:01 09:30:12", "2024-05-01 09:30"),
        ("2024-05-01T09:30:12+02:00", "2024-05-01 09:30"),
        ("2024-05-01", "2024-05-01"),
        ("    :  :     :  :  ", ""),
        ("0000:00:00 00:00:00", ""),
        ("yesterday", ""),
        (None, ""),
    ],
)
def test_dates_are_read_as_exif_and_iso_write_them(given: object, shown: str):
    assert plain_date(given) == shown
