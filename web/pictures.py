"""Pictures that stand in the page itself: crops, coloured heatmaps, and where they lie on the photo."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from explain.inspection import FaceInspection, Inspection
from explain.overlay import heat_layer, peak, shared_peak
from model.faces import CROP_SIZE

ON_SHARED, ON_OWN = "on-shared", "on-own"


@dataclass(frozen=True)
class Heat:
    """A face's map, coloured on both scales; the style sheet shows the one that the visitor chose.

    Attributes:
        shared: The value in full colour on the scale of all faces and related maps.
        own: The value in full colour on the map's own scale.
        layers: Data URI by CSS classes; a single one where the scales are the same.
    """

    shared: float
    own: float
    layers: dict[str, str]


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


def color_heat(inspection: Inspection, method: str) -> list[Heat]:
    """Colours a method's map of each face and outlines what speaks most for its answer.

    Args:
        inspection: The inspection; maps of the same unit by other methods count for the shared scale.
        method: A key of the faces' heatmaps.

    Returns:
        One for each face.
    """
    shared = shared_peak(inspection.faces, method)
    heats = []
    for face in inspection.faces:
        own = peak(face.heatmaps[method])
        scales = {f"{ON_SHARED} {ON_OWN}": own} if own == shared else {ON_SHARED: shared, ON_OWN: own}
        layers = {classes: data_uri(_layer(face, method, scale), "webp") for classes, scale in scales.items()}
        heats.append(Heat(shared, own, layers))
    return heats


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


def _layer(face: FaceInspection, method: str, scale: float) -> np.ndarray:
    return heat_layer(face.heatmaps[method], scale, contour=1 if face.logit > 0 else -1)
