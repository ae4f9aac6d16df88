"""A face with its heatmap and, beside it, where the evidence lies in words and figures."""

from __future__ import annotations

import math
from html import escape

from explain.heatmap import Heatmap
from explain.inspection import FaceInspection
from explain.methods import METHODS
from explain.regions import describe, face_shares
from model.faces import CROP_SIZE
from web.legend import legend
from web.pictures import UNCOVER, Heat, data_uri, side_words


def face_view(face: FaceInspection, number: int, method: str, heat: Heat) -> str:
    """Builds the view of one face.

    Args:
        face: The face.
        number: Which one it is, from 1.
        method: A key of its heatmaps.
        heat: Its coloured map.

    Returns:
        HTML; the style sheet hides it unless this face is the chosen one.
    """
    title, finding = escape(METHODS[method].title), escape(describe(face, method))
    layers = "".join(
        f'<img class="heat {classes}" src="{uri}" '
        f'alt="{title} heatmap of face {number}{side_words(classes)}. {finding}">'
        for classes, uri in heat.layers.items()
    )
    return (
        f'<div class="view of-{method} face face-{number}" data-shared="{heat.shared!r}" data-own="{heat.own!r}">'
        f'<div class="stack"><img src="{data_uri(face.crop, "jpeg")}" alt="Face {number}, as the network saw it" '
        f'width="{CROP_SIZE}" height="{CROP_SIZE}"><div class="heats">{layers}</div>{UNCOVER}</div>'
        f'<div class="words"><p class="finding">{finding}</p>{shares_table(face, method)}'
        f"{_gap(face.heatmaps[method])}{legend(method, [heat])}</div></div>"
    )


def shares_table(face: FaceInspection, method: str) -> str:
    """Lists how the evidence for the answer is divided among the regions of a face.

    Args:
        face: The face.
        method: A key of its heatmaps.

    Returns:
        HTML; nothing if there is no such evidence.
    """
    shares = face_shares(face, method)
    if not any(shares.values()):
        return ""
    largest = max(shares.values())
    rows = "".join(
        f'<tr><th scope="row">{escape(region)}</th><td><i style="width:{100 * share / largest:.1f}%"></i></td>'
        f"<td>{100 * share:.0f}%</td></tr>"
        for region, share in shares.items()
    )
    return f'<table class="shares"><caption>{_caption(face, method)}</caption><tbody>{rows}</tbody></table>'


def _caption(face: FaceInspection, method: str) -> str:
    if not METHODS[method].signed:
        return "Where the answer is sensitive"
    return f"Where the evidence for {'fake' if face.logit > 0 else 'real'} lies"


def _gap(heatmap: Heatmap) -> str:
    """How well a map keeps its promise to add up; nothing for those that promise none or gave no number."""
    if heatmap.gap is None or not math.isfinite(heatmap.gap):
        return ""
    return (
        "<p>The pixels add up to the difference between the answers for the face and for other parts of the picture "
        f"but for {abs(heatmap.gap):.2g} logits.</p>"
    )
