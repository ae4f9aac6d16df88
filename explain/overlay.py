"""Drawing only: heat over a face or over the whole photo, and the scale it is drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np

from explain.boxes import draw_boxes
from explain.colours import DEFAULT_PALETTE, tint
from explain.contour import draw_line
from explain.faithfulness.areas import hottest
from explain.heatmap import Heatmap
from explain.inspection import FaceInspection, Inspection
from explain.methods import METHODS
from model.faces import CROP_SIZE

Evidence = Literal["both", "fake", "real"]

# Standard deviation in pixels over which hot pixels are gathered before a line is drawn around them.
_LINE_SPREAD = 6.0


def peak(heatmap: Heatmap) -> float:
    """Gives the value drawn in full colour when a map has a scale of its own.

    Args:
        heatmap: The heatmap.

    Returns:
        The largest magnitude of what is drawn, in the heatmap's unit, but no less than `Unit.weakest`.
    """
    return max(strongest(np.abs(heatmap.on_crop()), heatmap), METHODS[heatmap.method].unit.weakest)


def strongest(heat: np.ndarray, heatmap: Heatmap) -> float:
    """Gives the largest value of what is drawn of a map; for maps of pixels the 99.5th percentile.

    A single pixel must not turn the rest of a map invisible; patches are few, each of them counts.

    Args:
        heat: float (256, 256), `heatmap.on_crop()`, its negative or its magnitude.
        heatmap: The heatmap, which says whether it is one of pixels.

    Returns:
        The value, in the heatmap's unit.
    """
    return float(np.percentile(heat, 99.5) if heatmap.spread else heat.max())


def shared_peak(faces: Sequence[FaceInspection], method: str) -> float:
    """Gives one scale for all faces of a photo and for all their maps in one unit, so that colours can be compared.

    Args:
        faces: The faces.
        method: A key of `explain.METHODS`; the faces' maps by other methods with the same unit count too.

    Returns:
        A positive number in the method's unit: the largest `peak`.
    """
    unit = METHODS[method].unit
    maps = (heatmap for face in faces for heatmap in face.heatmaps.values() if METHODS[heatmap.method].unit == unit)
    return max((peak(heatmap) for heatmap in maps), default=unit.weakest)


def stands_out(heatmap: Heatmap) -> bool:
    """Says whether a part of a map stands out from the rest.

    Both the strongest value and its distance from the weakest must reach `Unit.weakest`: a map that is pale all over
    shows nothing, and one that is equally strong all over points nowhere.

    Args:
        heatmap: The heatmap.
    """
    heat, weakest = heatmap.on_crop(), METHODS[heatmap.method].unit.weakest
    highest, lowest = strongest(heat, heatmap), -strongest(-heat, heatmap)
    return max(highest, -lowest) >= weakest and highest - lowest >= weakest


def top_region(heatmap: Heatmap, sign: int, share: float = 0.2) -> np.ndarray:
    """Finds the hottest share of a crop.

    Args:
        heatmap: The heatmap.
        sign: 1 for the evidence for fake, -1 for that for real; without meaning for unsigned maps.
        share: Share of the crop's pixels, 0..1.

    Returns:
        bool (256, 256). Where less than the share speaks for the side, only what does; where nothing of it stands
        out, all False.
    """
    heat = heatmap.on_crop() * (sign if heatmap.signed else 1)
    if not stands_out(heatmap) or strongest(heat, heatmap) < METHODS[heatmap.method].unit.weakest:
        return np.zeros(heat.shape, bool)
    return hottest(heat, share) & (heat > 0)


def heat_layer(
    heatmap: Heatmap,
    scale: float,
    *,
    contour: int | None = None,
    evidence: Evidence = "both",
    palette: str = DEFAULT_PALETTE,
) -> np.ndarray:
    """Colours a heatmap with opacity in proportion to heat, to be laid over its crop.

    Args:
        heatmap: The heatmap.
        scale: The value that is drawn opaque, positive, in the heatmap's unit.
        contour: 1 or -1 outlines the `top_region` of this sign; None draws no line.
        evidence: What to draw of a signed map.
        palette: A key of `explain.colours.PALETTES`.

    Returns:
        uint8 RGBA (256, 256, 4), straight alpha.

    Raises:
        ValueError: If the scale is not positive.
    """
    layer = _paint(heatmap.on_crop(), scale, heatmap.signed, evidence, palette)
    return layer if contour is None else draw_line(layer, _outlined(heatmap, contour))


def _paint(heat: np.ndarray, scale: float, signed: bool, evidence: Evidence, palette: str) -> np.ndarray:
    if not scale > 0:
        raise ValueError(f"`scale` must be positive. Received: scale={scale}")
    if signed and evidence != "both":
        heat = np.maximum(heat, 0) if evidence == "fake" else np.minimum(heat, 0)
    return tint(heat / scale, signed, palette)


def blend(pixels: np.ndarray, layer: np.ndarray, strength: float) -> np.ndarray:
    """Lays a coloured layer over a picture.

    Args:
        pixels: uint8 RGB (height, width, 3).
        layer: uint8 RGBA (height, width, 4), straight alpha.
        strength: Opacity of the hottest point, 0..1.

    Returns:
        uint8 RGB (height, width, 3).
    """
    alpha = layer[..., 3:].astype(np.float32) / 255 * strength
    return np.rint(pixels * (1 - alpha) + layer[..., :3] * alpha).astype(np.uint8)


def draw_face(
    face: FaceInspection,
    method: str,
    *,
    scale: float | None = None,
    strength: float = 0.75,
    side: int = CROP_SIZE,
    evidence: Evidence = "both",
    palette: str = DEFAULT_PALETTE,
) -> np.ndarray:
    """Draws a heatmap over the crop of its face and outlines what speaks most for the answer.

    Args:
        face: The face.
        method: A key of its heatmaps.
        scale: The value drawn in full colour; the map's own peak if None.
        strength: Opacity of the hottest point, 0..1.
        side: Width and height of the result in pixels.
        evidence: What to draw of a signed map.
        palette: A key of `explain.colours.PALETTES`.

    Returns:
        uint8 RGB (side, side, 3).
    """
    heatmap = face.heatmaps[method]
    # Photos gain nothing from more pixels, but heat and line are computed, so at any size they are smooth.
    crop = cv2.resize(face.crop, (side, side), interpolation=cv2.INTER_CUBIC if side > CROP_SIZE else cv2.INTER_AREA)
    heat = cv2.resize(heatmap.on_crop(), (side, side), interpolation=cv2.INTER_LINEAR)
    scale = peak(heatmap) if scale is None else scale
    picture = blend(crop, _paint(heat, scale, heatmap.signed, evidence, palette), strength)
    region = cv2.resize(_outlined(heatmap, _direction(face)), (side, side), interpolation=cv2.INTER_LINEAR)
    return draw_line(picture, region, width=max(2.0, side / 170))


def draw_photo(
    inspection: Inspection,
    method: str | None,
    *,
    scale: float | None = None,
    side: int = 1024,
    strength: float = 0.75,
    palette: str = DEFAULT_PALETTE,
) -> np.ndarray:
    """Draws the boxes and the heatmaps of all faces, on one scale, over the whole photo.

    Args:
        inspection: The inspection.
        method: A key of the faces' heatmaps; None draws boxes only.
        scale: The value drawn in full colour; `shared_peak` if None.
        side: Longest side of the result in pixels; smaller photos keep their size.
        strength: Opacity of the hottest point, 0..1.
        palette: A key of `explain.colours.PALETTES`.

    Returns:
        uint8 RGB (height, width, 3).
    """
    height, width = inspection.photo.pixels.shape[:2]
    shrink = min(1.0, side / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    picture = cv2.resize(inspection.photo.pixels, size, interpolation=cv2.INTER_AREA)
    # Photo pixel centres to those of the shrunken picture, as cv2.resize places them.
    ratio = np.array(size) / (width, height)
    to_picture = np.array([[ratio[0], 0, (ratio[0] - 1) / 2], [0, ratio[1], (ratio[1] - 1) / 2], [0, 0, 1]])
    if method:
        scale = shared_peak(inspection.faces, method) if scale is None else scale
        for face in inspection.faces:
            matrix = (to_picture @ np.vstack([face.crop_to_photo, [0, 0, 1]]))[:2]
            _lay_over(picture, face, face.heatmaps[method], matrix, scale, strength, palette)
    return draw_boxes(picture, inspection.faces, ratio)


def _lay_over(
    picture: np.ndarray,
    face: FaceInspection,
    heatmap: Heatmap,
    matrix: np.ndarray,
    scale: float,
    strength: float,
    palette: str,
) -> None:
    """Draws a heatmap and its line into a picture; `matrix` maps crop pixels to the picture's."""
    # Only where the crop lies, and a little beyond for the line: a photo may be many times as large as a face.
    corners = matrix @ [[0, CROP_SIZE, 0, CROP_SIZE], [0, 0, CROP_SIZE, CROP_SIZE], [1, 1, 1, 1]]
    low = np.maximum(np.floor(corners.min(axis=1)).astype(int) - 4, 0)
    right, bottom = np.ceil(corners.max(axis=1)).astype(int) + 4
    part = picture[low[1] : bottom, low[0] : right]
    matrix = matrix - np.hstack([np.zeros((2, 2)), low[:, None]])
    size = part.shape[1::-1]
    heat = cv2.warpAffine(heatmap.on_crop(), matrix, size)
    region = cv2.warpAffine(_outlined(heatmap, _direction(face)), matrix, size)
    part[:] = draw_line(blend(part, _paint(heat, scale, heatmap.signed, "both", palette), strength), region)


def _outlined(heatmap: Heatmap, sign: int) -> np.ndarray:
    """What a line is drawn around, float32 (256, 256), 0.5 on its edge: the top region without its frayed edges.

    In maps of pixels the region is sand too. There the line surrounds the same area where its pixels lie densest.
    """
    region = top_region(heatmap, sign)
    density = cv2.GaussianBlur(region.astype(np.float32), (0, 0), _LINE_SPREAD)
    if heatmap.spread:
        region = hottest(density, float(region.mean()))
    return cv2.GaussianBlur(region.astype(np.float32), (0, 0), 1.0)


def _direction(face: FaceInspection) -> int:
    return 1 if face.logit > 0 else -1
