"""One thing a file says about itself, and how findings of programs are worded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from evidence.marks import ai_program, editor
from evidence.plain_text import plain

Kind = Literal["camera", "edit", "ai", "other"]

# Some programs sign with the address of the person who built them.
_MAIL = re.compile(r"\S*@\w\S*\.\S+")


@dataclass(frozen=True)
class Finding:
    """One thing a file says about itself.

    Attributes:
        label: What it is about, in one to three words.
        text: What the file says: plain text, at most 120 characters, not yet escaped for HTML.
        kind: What it speaks for: a camera, editing, AI, or none of these.
    """

    label: str
    text: str
    kind: Kind


def program(text: str) -> Finding | None:
    """Words what a field says that programs write their name into, without mail addresses; None if it is empty."""
    shown = plain(_MAIL.sub(" ", text[:1000]))
    if not shown:
        return None
    if name := ai_program(text):
        return ai(shown if name == "an AI program" or name.lower() in shown.lower() else f"{name} ({shown})")
    return Finding("Program", shown, "edit" if editor(text) else "other")


def ai(text: str) -> Finding:
    """Words a finding that speaks for AI."""
    return Finding("AI program", plain(text, 120), "ai")


def ai_settings(name: str) -> Finding:
    """Words that the settings of an AI program are stored; what they are stays private."""
    return Finding("AI settings", f"settings of {name} are stored in this file", "ai")


def place() -> Finding:
    """Words that a place is stored, without saying which."""
    return Finding("Place", "the place where it was taken is stored in this file; it is not shown here", "other")
