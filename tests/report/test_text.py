"""Dates have their zone, and what strangers wrote can't disturb what stands around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from report.text import dated, printable


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (UTC, "2026-11-21 21:20:05 (UTC+00:00)"),
        (timezone(timedelta(hours=-3, minutes=-30)), "2026-11-21 21:20:05 (UTC-03:30)"),
    ],
)
def test_a_date_has_its_zone(zone, words):
    assert dated(datetime(2026, 11, 21, 21, 20, 5, 123456, tzinfo=zone)) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Canon EOS", "Canon EOS"),
        ("two\nlines\tand  spaces", "two lines and spaces"),
        ("nul\0and bell\a", "nul�and bell�"),
        ("\u202egnp.exe", "�gnp.exe"),
        ("half \ud800", "half �"),
        ("写真", "写真"),
    ],
)
def test_only_what_can_be_printed_stays(text, shown):
    assert printable(text) == shown
