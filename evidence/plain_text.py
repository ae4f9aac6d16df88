"""Strangers' words made fit to be shown: short, on one line, without characters that can't be seen."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 80
# What is looked at to find those: more would only cost time.
_MAX_INPUT = 1000
_DATE = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)(?:[ T](\d\d):(\d\d))?")


def plain(value: object, limit: int = MAX_LENGTH) -> str:
    r"""Cleans a text of unknown origin.

    Control characters, those that turn the direction of writing, and others that can't be seen are left out; white
    space becomes single spaces. The result is plain text and still has to be escaped for HTML.

    Args:
        value: The text; anything else gives an empty one.
        limit: The most characters, at least 1; a longer text ends in an ellipsis.

    Returns:
        The text.

    Example:
        >>> plain("Gallery\u202egpj.\x00  2\n")
        'Gallerygpj. 2'
    """
    if not isinstance(value, str):
        return ""
    # White space first: some of it counts as control characters.
    spaced = re.sub(r"\s+", " ", value[:_MAX_INPUT])
    # Category C: control, format (with the bidirectional overrides), surrogate, private use, unassigned.
    seen = "".join(character for character in spaced if unicodedata.category(character)[0] != "C")
    seen = re.sub(" +", " ", seen).strip()
    return seen if len(seen) <= limit else seen[: limit - 1].rstrip() + "…"


def plain_bytes(value: object) -> str:
    """Cleans bytes that are UTF-8 or, if they aren't, Latin-1; they end at the first zero."""
    return plain(decode(value))


def decode(value: object) -> str:
    """Decodes bytes that are UTF-8 or, if they aren't, Latin-1, up to the first zero; anything else gives nothing."""
    if not isinstance(value, bytes):
        return ""
    value = value.partition(b"\0")[0]
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def plain_date(value: object) -> str:
    """Reads a date as EXIF or ISO 8601 write it.

    Args:
        value: The text.

    Returns:
        `YYYY-MM-DD HH:MM` without a time zone, or `YYYY-MM-DD`; empty if it is no date.

    Example:
        >>> plain_date("2024:05:01 09:30:12"), plain_date("2024-05-01T09:30:12+02:00")
        ('2024-05-01 09:30', '2024-05-01 09:30')
    """
    found = _DATE.match(value) if isinstance(value, str) else None
    if not found or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
        return ""
    day = f"{found[1]}-{found[2]}-{found[3]}"
    return f"{day} {found[4]}:{found[5]}" if found[4] else day
