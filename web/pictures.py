"""Pictures that stand in the page itself: crops, coloured heatmaps, and where they lie on the photo."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from explain.colours import DEFAULT_PALETTE
from explain.inspection import FaceInspection, Inspection
from explain.overlay import Evidence, heat_layer, peak, shared_peak
from model.faces import CROP_SIZE

ON_SHARED, ON_OWN = "on-shared", "on-own"
_SIDES: dict[Evidence, str] = {"fake": "speaks-fake", "real": "speaks-real"}
UNCOVER = (
    '<input type="range" class="uncover" min="0" max="100" step="1" value="0" '
    'aria-label="Uncover the photo under the heatmap, from the left, in percent">'
)
"""Lies over a view; its grip is drawn by the style sheet and heard by `unmask.uncover` in `one_photo/page.js`."""


@dataclass(frozen=True)
class Heat:
    """A face's map, coloured on both scales and, if it is signed, a layer a side.

    The style sheet shows the scale and the sides that the visitor chose.

    Attributes:
        shared: The value in full colour on the scale of all faces and related maps.
        own: The value in full colour on the map's own scale.
        layers: Data URI by CSS classes; of a single scale where both are the same.
        palette: The one it is coloured with.
    """

    shared: float
    own: float
    layers: dict[str, str]
    palette: str = DEFAULT_PALETTE


def data_uri(pixels: np.ndarray, format: Literal["jpeg", "webp", "png"]) -> str:
    """Encodes a picture so that it stands in the page itself and no file is left on the server.

    Args:
        pixels: uint8 (height, width, 3), or (height, width, 4) for "webp".
        format: "webp" keeps transparency; "jpeg" is several times faster; "png" loses nothing.

    Returns:
        A data URI.
    """
    options = {"jpeg": {"quality": 88}, "webp": {"quality": 80, "method": 1}, "png": {}}[format]
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format.upper(), **options)
    return f"data:image/{format};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def color_heat(inspection: Inspection, method: str, palette: str = DEFAULT_PALETTE) -> list[Heat]:
    """Colours a method's map of each face and outlines what speaks most for its answer.

    Args:
        inspection: The inspection; maps of the same unit by other methods count for the shared scale.
        method: A key of the faces' heatmaps.
        palette: A key of `explain.colours.PALETTES`.

    Returns:
        One for each face.
    """
    shared = shared_peak(inspection.faces, method)
    heats = []
    for face in inspection.faces:
        own = peak(face.heatmaps[method])
        scales = {f"{ON_SHARED} {ON_OWN}": own} if own == shared else {ON_SHARED: shared, ON_OWN: own}
        layers = {
            " ".join(filter(None, (on, side))): data_uri(layer, "webp")
            for on, scale in scales.items()
            for side, layer in _layers(face, method, scale, palette)
        }
        heats.append(Heat(shared, own, layers, palette))
    return heats


def side_words(classes: str) -> str:
    """Says which side a layer of these CSS classes shows."""
    return next((f", what speaks for {side}" for side, name in _SIDES.items() if name in classes.split()), "")


def crop_corners(face: FaceInspection) -> np.ndarray:
    """Gives the outer edges of a face's crop in photo pixels: [[left, right], [top, bottom]]."""
    # Whole numbers are the centres of pixels, so the edges lie half a pixel further out.
    edges = np.array([[-0.5, CROP_SIZE - 0.5], [-0.5, CROP_SIZE - 0.5], [1, 1]])
    return face.crop_to_photo @ edges + 0.5


def placement(corners: np.ndarray, width: int, height: int) -> str:
    """Places a rectangle over a photo that is shown at any size.

    Args:
        corners: [[left, right], [top, bottom]] in photo pixels.
        width: Of the photo, in pixels.
        height: Of the photo, in pixels.

    Returns:
        CSS declarations in shares of the photo's sides.
    """
    (left, right), (top, bottom) = corners / [[width], [height]] * 100
    return f"left:{left:.3f}%;top:{top:.3f}%;width:{right - left:.3f}%;height:{bottom - top:.3f}%"


def _layers(face: FaceInspection, method: str, scale: float, palette: str) -> Iterator[tuple[str, np.ndarray]]:
    """CSS class and picture of each side; the line belongs to the side of the answer."""
    heatmap, answer = face.heatmaps[method], "fake" if face.logit > 0 else "real"
    if not heatmap.signed:
        yield "", heat_layer(heatmap, scale, contour=1, palette=palette)
        return
    for side, name in _SIDES.items():
        line = None if side != answer else 1 if side == "fake" else -1
        yield name, heat_layer(heatmap, scale, contour=line, evidence=side, palette=palette)
