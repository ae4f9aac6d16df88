"""Cards for everything but a verdict: nothing chosen, working, refused, no face.

None of these needs TensorFlow, so the page can be built with them before it has loaded.
"""

from __future__ import annotations

from html import escape
from typing import Literal

Icon = Literal["check", "question", "warning", "photo", "no-face", "refused", "working"]

# Drawn on a 24 x 24 grid. The shapes differ as the colours do, for those who can't tell the colours apart.
_ICONS: dict[Icon, str] = {
    "check": '<circle cx="12" cy="12" r="9.5"/><path d="m7.5 12.4 3 3 6-6.4"/>',
    "question": '<circle cx="12" cy="12" r="9.5"/><path d="M9.3 9.4a2.8 2.8 0 1 1 4.2 2.4c-1 .6-1.5 1.1-1.5 2.2"/>'
    '<path d="M12 17v.1"/>',
    "warning": '<path d="M12 3 1.8 20.5h20.4z"/><path d="M12 9.5v5"/><path d="M12 17.4v.1"/>',
    "photo": '<rect x="3" y="4" width="18" height="16" rx="3"/><circle cx="9" cy="9.7" r="1.8"/>'
    '<path d="m4 18 5.2-4.6 3.3 2.8 3.6-3.8L21 17"/>',
    "no-face": '<circle cx="12" cy="12" r="9.5"/><path d="M8.6 10v.1M15.4 10v.1M8.5 15.5h7"/>',
    "refused": '<circle cx="12" cy="12" r="9.5"/><path d="M12 7v6M12 16.6v.1"/>',
    "working": '<path d="M12 2.5a9.5 9.5 0 1 0 9.5 9.5"/>',
}


def icon(name: Icon) -> str:
    """Draws an icon in the colour of the text around it; screen readers skip it."""
    return f'<svg class="icon icon-{name}" viewBox="0 0 24 24" aria-hidden="true">{_ICONS[name]}</svg>'


def card(kind: str, icon_name: Icon, title: str, text: str) -> str:
    """Builds a card with an icon, a title and a sentence.

    Args:
        kind: CSS class of the card, one of those in `style.css`.
        icon_name: The icon.
        title: Plain text.
        text: Plain text.

    Returns:
        HTML, with title and text escaped.
    """
    return (
        f'<section class="card {kind}" role="status"><h2>{icon(icon_name)}{escape(title)}</h2>'
        f"<p>{escape(text)}</p></section>"
    )


def pending(title: str, text: str, share: float | None = None) -> str:
    """Builds what stands in place of something that is being worked on.

    Args:
        title: Plain text.
        text: Plain text.
        share: How much is done, 0..1; None if that is not known yet.

    Returns:
        HTML. Without a share it fades in, so that what comes at once doesn't flicker.
    """
    bar = "" if share is None else progress_bar(title, share)
    return (
        f'<section class="card pending{" soon" if share is None else ""}" aria-busy="true">'
        f"<h2>{icon('working')}{escape(title)}</h2><p>{escape(text)}</p>{bar}</section>"
    )


def progress_bar(label: str, share: float) -> str:
    """Draws how much, 0..1, of something is done."""
    done = f"{100 * share:.0f}"
    return (
        f'<div class="progress" role="progressbar" aria-label="{escape(label)}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{done}"><i style="width:{done}%"></i><span>{done}%</span></div>'
    )


def refusal(text: str) -> str:
    """Builds the card for a photo that can't be used; `text` says why."""
    return card("refused", "refused", "This photo can't be checked", text)


def failure(text: str) -> str:
    """Builds the card for what is not the photo's fault."""
    return card("refused", "refused", "No answer this time", text)


EMPTY = (
    f'<section class="card empty"><h2>{icon("photo")}The answer appears here</h2>'
    "<p>Choose a photo with at least one face. Each face gets one of three answers:</p>"
    f'<ul class="answers"><li class="real">{icon("check")}Probably real</li>'
    f'<li class="uncertain">{icon("question")}Can\'t tell</li>'
    f'<li class="fake">{icon("warning")}Probably fake</li></ul>'
    "<p>and heatmaps that show which parts of the picture spoke for it.</p></section>"
)
WORKING = card("working", "working", "Looking at the photo", "Finding faces and weighing the evidence.")
WARMING_UP = card(
    "working", "working", "Warming up", "The detector is still loading. Your photo is next; this takes some seconds."
)
NO_PHOTO = card("refused", "photo", "No photo yet", "Choose a photo first: upload one, take one, or try an example.")
GONE = card(
    "refused",
    "photo",
    "This photo is gone",
    "Photos are removed soon after they were looked at. Please upload it again.",
)
NO_FACE_WORDS = "No face found. There is nothing to judge, so there is no probability."
NO_FACE = card(
    "no-face",
    "no-face",
    "No face found",
    "There is nothing to judge, so there is no probability. A larger, sharper or more frontal face may be found.",
)
UNEXPECTED = "Something went wrong on the server. Please try again; if it stays, try another photo."
BUSY = "Many people are using this page right now. Please try again in a minute."
UNANSWERED = "Many people are using this page right now, or it can't be reached. Please try again in a minute."
