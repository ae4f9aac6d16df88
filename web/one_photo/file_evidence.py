"""What the file tells besides its pixels, kept apart from the detector's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

import numpy as np
from PIL import Image

from evidence import FileEvidence, error_level, gather_evidence, noise_residual
from model.photo import read_photo
from web.errors import require_upload, with_cards
from web.pictures import data_uri
from web.progress import finish, follow
from web.states import pending

_SIDE = 640
_APART = "None of this changes the answer above, which comes from the pixels of the face alone."
ASK_FOR_VIEWS = (
    "<p>Two pictures may help a trained eye to see edits. They are aids, not verdicts.</p>"
    '<button type="button" class="ask">Show error levels and noise</button>'
)
_ERROR_LEVELS = (
    "Error levels: what changes when the photo is saved as JPEG once more, made brighter. A pasted part can stand out; "
    "so do sharp edges, text and bright colours in real photos."
)
_NOISE = (
    "Noise: what is left when the smooth picture is taken away, made stronger. A pasted or smoothed part can be calmer "
    "or rougher than the rest; so can a part that is out of focus."
)


def build_file_evidence() -> Callable[[str | None], Iterator[str]]:
    """Builds the function that reads what a file says of itself.

    Returns:
        A generator function from an uploaded file to HTML. It never raises.
    """

    def file_evidence(path: str | None) -> Iterator[str]:
        yield from with_cards("file evidence", _file_evidence(path), lambda card: card)

    return file_evidence


def build_views() -> Callable[[str | None], Iterator[str]]:
    """Builds the function behind "Show error levels and noise".

    Returns:
        A generator function from an uploaded file to HTML. It never raises.
    """

    def views(path: str | None) -> Iterator[str]:
        yield from with_cards("file views", _views(path), lambda card: card)

    return views


def evidence_panel(evidence: FileEvidence) -> str:
    """Lists what a file says of itself.

    Args:
        evidence: What was read; every text in it is a stranger's.

    Returns:
        HTML.
    """
    rows = "".join(
        f'<tr class="{finding.kind}"><th scope="row">{escape(finding.label)}</th><td>{escape(finding.text)}</td></tr>'
        for finding in evidence.findings
    )
    table = f'<table class="tags"><caption>Notes in the file</caption><tbody>{rows}</tbody></table>' if rows else ""
    return (
        f'<section class="file" aria-label="What the file says"><p class="finding">{escape(evidence.sentence)}</p>'
        f"<p><strong>Content Credentials:</strong> {escape(evidence.credentials.sentence)}</p>{table}"
        f"<p>{_APART}</p></section>"
    )


def _file_evidence(path: str | None) -> Iterator[str]:
    path = require_upload(path)
    yield evidence_panel(finish(lambda report: gather_evidence(path)))


def _views(path: str | None) -> Iterator[str]:
    path = require_upload(path)
    yield (yield from follow(lambda report: _draw_views(path), lambda share: pending("Looking closer", "")))


def _draw_views(path: str) -> str:
    pixels = read_photo(path).pixels
    views = [(error_level, "Error levels of the photo", _ERROR_LEVELS), (noise_residual, "Noise of the photo", _NOISE)]
    figures = "".join(
        f'<figure><img src="{data_uri(_shrink(draw(pixels)), "jpeg")}" alt="{title}"><figcaption>{words}</figcaption>'
        "</figure>"
        for draw, title, words in views
    )
    return f'<div class="aids">{figures}</div><p>Aids for a trained eye, not verdicts.</p>'


def _shrink(pixels: np.ndarray) -> np.ndarray:
    image = Image.fromarray(pixels)
    image.thumbnail((_SIDE, _SIDE))
    return np.asarray(image)
