"""Text that is safe to print: dates, and what strangers wrote."""

from __future__ import annotations

from datetime import datetime


def dated(moment: datetime) -> str:
    """Words a date, a time and its zone.

    Example:
        >>> dated(datetime(2026, 11, 21, 21, 20, 5, tzinfo=timezone(timedelta(hours=1))))
        '2026-11-21 21:20:05 (UTC+01:00)'
    """
    offset = moment.isoformat(timespec="seconds")[len("2026-11-21T21:20:05") :]
    return f"{moment:%Y-%m-%d %H:%M:%S} (UTC{offset})"


def printable(text: str) -> str:
    """Replaces what can't be printed or would reorder what stands around it by the replacement character."""
    return "".join(character if character.isprintable() else "�" for character in " ".join(text.split()))
