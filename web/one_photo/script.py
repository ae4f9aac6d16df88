"""The page's script and the words it shows without asking the server."""

from __future__ import annotations

import json
from pathlib import Path

from explain.methods import METHODS
from web import states
from web.one_photo.answer import FIRST_METHOD
from web.one_photo.show import computing

_SCRIPT = Path(__file__).parent / "page.js"


def build_script() -> str:
    """Builds the element that goes into the head of the document."""
    words = {
        "firstMethod": FIRST_METHOD,
        # For the description, both views and the panels.
        "methods": {name: [describe_method(name), computing(name), computing(name), ""] for name in METHODS},
        "empty": states.EMPTY,
        "noPhoto": states.NO_PHOTO,
        "working": states.WORKING,
        "unanswered": states.failure(states.UNANSWERED),
    }
    # What would end the element early is written so that JSON means the same by it.
    given = json.dumps(words).replace("</", "<\\/")
    return f"<script>\n{_SCRIPT.read_text(encoding='utf-8')}unmask.words = {given};\n</script>"


def describe_method(method: str) -> str:
    """Builds the line below the choice of methods."""
    return f'<p class="description">{METHODS[method].description}</p>'
