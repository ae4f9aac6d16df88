"""What stands around the views: the choice among faces and the cautions."""

from __future__ import annotations

from html import escape

from explain.inspection import Inspection


def face_chooser(crops: list[str], captions: list[str]) -> str:
    """Builds a thumbnail for each face; choosing one switches all that belongs to a face, in the browser alone.

    Args:
        crops: Data URI of each face.
        captions: Short plain text of each face.

    Returns:
        HTML; nothing for a single face.
    """
    if len(crops) < 2:
        return ""
    options = "".join(
        f'<label><input type="radio" name="chosen-face" id="choose-face-{number}"{" checked" if number == 1 else ""}>'
        f'<img src="{crop}" alt="Face {number}"><b>{number}</b><span>{escape(caption)}</span></label>'
        for number, (crop, caption) in enumerate(zip(crops, captions, strict=True), 1)
    )
    return f'<fieldset class="chooser"><legend>{len(crops)} faces. Choose one:</legend><div>{options}</div></fieldset>'


def cautions(inspection: Inspection) -> str:
    """Builds the closing line: what the answer is not, and reasons for caution."""
    items = [f"<li>{escape(note)}</li>" for note in inspection.notes]
    for number, face in enumerate(inspection.faces, 1):
        items.extend(f'<li class="face face-{number}">{escape(note)}</li>' for note in face.notes)
    listed = f"<ul>{''.join(items)}</ul>" if items else ""
    return (
        '<div class="cautions"><p><strong>An estimate, never proof.</strong> Unknown kinds of fakes, filters, crops '
        f"and strong compression can mislead it.</p>{listed}"
        f"<small>Detector {escape(inspection.detector)}</small></div>"
    )
