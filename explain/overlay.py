"""Drawing only: colours, transparency, legend, a face or the whole photo."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from explain.heatmap import Heatmap
from explain.inspection import FaceInspection, Inspection
from explain.methods import METHODS

# Blue to orange-red stays apart for every common colour vision deficiency. The ends are those of
# ColorBrewer's RdBu and YlOrRd.
FOR_FAKE = (202, 0, 32)
FOR_REAL = (5, 113, 176)
INFLUENCE = (227, 26, 28)
_VERDICT_COLOURS = {"real": (15, 118, 110), "uncertain": (82, 82, 91), "fake": (180, 55, 9)}


def peak(heatmap: Heatmap) -> float:
    """Gives the value drawn in full colour: the largest magnitude, but no less than a floor.

    Args:
        heatmap: The heatmap.

    Returns:
        A positive number in the heatmap's unit.
    """
    values = heatmap.values[np.isfinite(heatmap.values)]
    # For maps of pixels the 99.5th percentile: a single pixel must not turn the rest invisible.
    largest = float(np.abs(values).max() if heatmap.signed else np.percentile(values, 99.5)) if values.size else 0.0
    return max(largest, METHODS[heatmap.method].unit.weakest)


def shared_peak(faces: Sequence[FaceInspection], method: str) -> float:
    """Gives one scale for all faces of a photo, so that their colours can be compared."""
    return max((peak(face.heatmaps[method]) for face in faces), default=1.0)


def stands_out(heatmap: Heatmap) -> bool:
    """Says whether the map reaches full colour; otherwise no region stood out."""
    values = np.abs(heatmap.values[np.isfinite(heatmap.values)])
    return bool(values.size and values.max() >= METHODS[heatmap.method].unit.weakest)


def heat_layer(heatmap: Heatmap, scale: float) -> np.ndarray:
    """Colours a heatmap with transparency in proportion to heat, to be laid over its crop.

    Args:
        heatmap: The heatmap.
        scale: The value that is drawn opaque, positive, in the heatmap's unit.

    Returns:
        uint8 RGBA (256, 256, 4), straight alpha.
    """
    if not scale > 0:
        raise ValueError(f"`scale` must be positive. Received: scale={scale}")
    heat = heatmap.on_crop() / scale
    layer = np.empty((*heat.shape, 4), np.uint8)
    warm, cold = (FOR_FAKE, FOR_REAL) if heatmap.signed else (INFLUENCE, INFLUENCE)
    layer[..., :3] = np.where(heat[..., None] >= 0, np.uint8(warm), np.uint8(cold))
    layer[..., 3] = np.rint(255 * np.clip(np.abs(heat), 0, 1)).astype(np.uint8)
    return layer


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


def draw_face(face: FaceInspection, method: str, *, scale: float | None = None, strength: float = 0.75) -> np.ndarray:
    """Draws a heatmap over the crop of its face.

    Args:
        face: The face.
        method: A key of its heatmaps.
        scale: The value drawn in full colour; the map's own peak if None.
        strength: Opacity of the hottest point, 0..1.

    Returns:
        uint8 RGB (256, 256, 3).
    """
    heatmap = face.heatmaps[method]
    return blend(face.crop, heat_layer(heatmap, scale or peak(heatmap)), strength)


def draw_photo(inspection: Inspection, method: str | None, *, side: int = 1024, strength: float = 0.75) -> np.ndarray:
    """Draws the boxes and the heatmaps of all faces, on one scale, over the whole photo.

    Args:
        inspection: The inspection.
        method: A key of the faces' heatmaps; None draws boxes only.
        side: Longest side of the result in pixels; smaller photos keep their size.
        strength: Opacity of the hottest point, 0..1.

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
        scale = shared_peak(inspection.faces, method)
        for face in inspection.faces:
            matrix = (to_picture @ np.vstack([face.crop_to_photo, [0, 0, 1]]))[:2]
            layer = heat_layer(face.heatmaps[method], scale)
            # Colours may repeat beyond the crop, opacity must not.
            colours = cv2.warpAffine(layer[..., :3], matrix, size, borderMode=cv2.BORDER_REPLICATE)
            alpha = cv2.warpAffine(layer[..., 3], matrix, size)
            picture = blend(picture, np.dstack([colours, alpha]), strength)
    return _draw_boxes(picture, inspection.faces, ratio)


def _draw_boxes(picture: np.ndarray, faces: Sequence[FaceInspection], ratio: np.ndarray) -> np.ndarray:
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    line = max(2, round(max(picture.shape[:2]) / 300))
    font = _font(max(13, round(max(picture.shape[:2]) / 45)))
    for number, face in enumerate(faces, 1):
        x, y, width, height = face.box * np.tile(ratio, 2)
        colour = _VERDICT_COLOURS[face.verdict]
        pen.rectangle((x, y, x + width, y + height), outline=colour, width=line)
        label = f" {number} "
        left, top, right, bottom = pen.textbbox((x, y), label, font=font)
        pen.rectangle((left, top, right, bottom + line), fill=colour)
        pen.text((x, y), label, fill="white", font=font)
    return np.asarray(image)


def with_legend(picture: np.ndarray, method: str, scale: float) -> np.ndarray:
    """Adds a strip below a picture that says what the colours mean and how strong full colour is.

    Args:
        picture: uint8 RGB (height, width, 3).
        method: A key of `explain.METHODS`.
        scale: The value drawn in full colour.

    Returns:
        uint8 RGB (height + strip, width of at least 256, 3).
    """
    width = max(picture.shape[1], 256)
    font = _font(max(11, width // 32))
    line = round(font.size * 1.3)
    image = Image.new("RGB", (width, picture.shape[0] + 4 * line), "white")
    image.paste(Image.fromarray(picture), ((width - picture.shape[1]) // 2, 0))
    pen = ImageDraw.Draw(image)
    margin, top = font.size // 2, picture.shape[0] + line // 2
    signed = METHODS[method].signed
    left, right = ("speaks for real", "speaks for fake") if signed else ("no influence", "most influence")
    bar = _colour_bar(signed, width - 2 * margin, line * 3 // 4)
    image.paste(Image.fromarray(bar), (margin, top))
    pen.text((margin, top + line), left, fill="black", font=font)
    pen.text((width - margin - pen.textlength(right, font=font), top + line), right, fill="black", font=font)
    unit = f"{method}: full colour {scale:.2g} {METHODS[method].unit.name}"
    pen.text((margin, top + 2 * line), unit, fill=(82, 82, 91), font=font)
    return np.asarray(image)


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # Matplotlib brings DejaVu Sans; Pillow's own font has hardly any space between words at small sizes.
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)


def _colour_bar(signed: bool, width: int, height: int) -> np.ndarray:
    heat = np.linspace(-1 if signed else 0, 1, width)[None, :, None]
    warm, cold = (FOR_FAKE, FOR_REAL) if signed else (INFLUENCE, INFLUENCE)
    colour = np.where(heat >= 0, warm, cold)
    bar = 255 * (1 - np.abs(heat)) + colour * np.abs(heat)
    return np.repeat(np.rint(bar).astype(np.uint8), height, axis=0)
