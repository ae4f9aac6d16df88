"""Heatmap views: pictures as data URIs, legends and plain words."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import Literal

import numpy as np
from PIL import Image

from explain.inspection import FaceInspection, Inspection
from explain.methods import METHODS
from explain.overlay import FOR_FAKE, FOR_REAL, INFLUENCE, heat_layer, shared_peak
from explain.regions import describe
from model.faces import CROP_SIZE

PHOTO_SIDE = 1024


def data_uri(pixels: np.ndarray, format: Literal["jpeg", "webp"]) -> str:
    """Encodes a picture so that it stands in the page itself and no file is left on the server.

    Args:
        pixels: uint8 (height, width, 3) for "jpeg", (height, width, 4) for "webp".
        format: "webp" keeps transparency; "jpeg" is several times faster.

    Returns:
        A data URI.
    """
    buffer = io.BytesIO()
    if format == "jpeg":
        Image.fromarray(pixels).save(buffer, "JPEG", quality=88)
    else:
        Image.fromarray(pixels).save(buffer, "WEBP", quality=80, method=1)
    return f"data:image/{format};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def heat_layers(inspection: Inspection, method: str) -> list[str]:
    """Colours a method's heatmap of each face, all on one scale, as data URIs."""
    scale = shared_peak(inspection.faces, method)
    return [data_uri(heat_layer(face.heatmaps[method], scale), "webp") for face in inspection.faces]


def method_view(inspection: Inspection, method: str, title: str, crops: list[str], layers: list[str]) -> str:
    """Builds what a method's tab shows: for each face the heatmap, what it says and what colour means.

    Args:
        inspection: The inspection, with at least one face.
        method: A key of the faces' heatmaps.
        title: The method's name for readers.
        crops: Data URI of each face.
        layers: Data URI of each face's coloured heatmap.

    Returns:
        HTML; all faces but the chosen one are hidden by the style sheet.
    """
    scale = shared_peak(inspection.faces, method)
    about = f"<p>{escape(METHODS[method].description)}</p>{legend(method, scale)}"
    views = []
    for number, (face, crop, layer) in enumerate(zip(inspection.faces, crops, layers, strict=True), 1):
        words = escape(describe(face, method))
        views.append(
            f'<div class="view face face-{number}"><div class="stack">'
            f'<img src="{crop}" alt="Face {number}, as the network saw it" width="{CROP_SIZE}" height="{CROP_SIZE}">'
            f'<img class="heat" src="{layer}" alt="{escape(title)} heatmap of face {number}. {words}"></div>'
            f'<div class="words"><p class="finding">{words}</p>{about}</div></div>'
        )
    return "".join(views)


def photo_view(inspection: Inspection, layers: dict[str, list[str]]) -> str:
    """Builds the whole photo with numbered boxes and, on one scale, all faces' heatmaps.

    A box chooses its face, as its thumbnail does. Of several methods the style sheet shows the chosen one.

    Args:
        inspection: The inspection, with at least one face.
        layers: By method, the data URI of each face's coloured heatmap.

    Returns:
        HTML.
    """
    image = Image.fromarray(inspection.photo.pixels)
    image.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    height, width = inspection.photo.pixels.shape[:2]
    heats = "".join(
        f'<img class="heat of-{method}" src="{layer}" alt="" style="{_placement(_crop_corners(face), width, height)}">'
        for method in layers
        for face, layer in zip(inspection.faces, layers[method], strict=True)
    )
    boxes = "".join(_box(face, number, width, height) for number, face in enumerate(inspection.faces, 1))
    legends = "".join(
        f'<div class="of-{method}">{legend(method, shared_peak(inspection.faces, method))}</div>' for method in layers
    )
    count = len(inspection.faces)
    alt = "The photo with a box around its face" if count == 1 else f"The photo with boxes around its {count} faces"
    about = "The box has the colour of the answer." if count == 1 else "Boxes have the colours of the answers."
    return (
        f'<div class="view whole"><div class="stack"><img src="{data_uri(np.asarray(image), "jpeg")}" alt="{alt}" '
        f'width="{image.width}" height="{image.height}">{heats}{boxes}</div>'
        f'<div class="words"><p>{about}</p>{legends}</div></div>'
    )


def legend(method: str, scale: float) -> str:
    """Says what a method's colours mean and which value full colour stands for.

    Args:
        method: A key of `explain.METHODS`.
        scale: The value drawn in full colour.

    Returns:
        HTML.
    """
    signed = METHODS[method].signed
    names = ("speaks for real", "speaks for fake") if signed else ("no influence", "most influence")
    first = f"{_css(FOR_REAL)}, " if signed else ""
    last = _css(FOR_FAKE if signed else INFLUENCE)
    return (
        f'<div class="legend"><i style="background:linear-gradient(90deg, {first}#eef0f3, {last})"></i>'
        f"<span>{names[0]}</span><span>{names[1]}</span>"
        f"<small>Full colour stands for {scale:.2g} {METHODS[method].unit.name}</small></div>"
    )


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


def _box(face: FaceInspection, number: int, width: int, height: int) -> str:
    """A numbered box; the browser passes a click on it to the face's thumbnail, if there is one."""
    x, y, box_width, box_height = face.box
    place = _placement(np.array([[x, x + box_width], [y, y + box_height]]), width, height)
    return f'<label class="box {face.verdict}" for="choose-face-{number}" style="{place}"><b>{number}</b></label>'


def _crop_corners(face: FaceInspection) -> np.ndarray:
    """The outer edges of a face's crop in photo pixels: [[left, right], [top, bottom]]."""
    # Whole numbers are the centres of pixels, so the edges lie half a pixel further out.
    edges = np.array([[-0.5, CROP_SIZE - 0.5], [-0.5, CROP_SIZE - 0.5], [1, 1]])
    return face.crop_to_photo @ edges + 0.5


def _placement(corners: np.ndarray, width: int, height: int) -> str:
    """Places a rectangle over a photo of any size: CSS shares of its sides."""
    (left, right), (top, bottom) = corners / [[width], [height]] * 100
    return f"left:{left:.3f}%;top:{top:.3f}%;width:{right - left:.3f}%;height:{bottom - top:.3f}%"


def _css(colour: tuple[int, int, int]) -> str:
    return f"rgb{colour}".replace(" ", "")
