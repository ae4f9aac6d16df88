"""Numbered boxes around faces, in the colours of their verdicts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from explain.inspection import FaceInspection
from explain.lettering import font
from model.calibration import Verdict

VERDICT_COLOURS: dict[Verdict, tuple[int, int, int]] = {
    "real": (15, 118, 110),
    "uncertain": (82, 82, 91),
    "fake": (180, 55, 9),
}


def draw_boxes(picture: np.ndarray, faces: Sequence[FaceInspection], ratio: np.ndarray) -> np.ndarray:
    """Draws a box around each face, numbered from left to right as they are listed.

    Args:
        picture: uint8 RGB (height, width, 3).
        faces: The faces.
        ratio: (2,), pixels of the picture for one of the photo, across and down.

    Returns:
        uint8 RGB of the same shape.
    """
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    longest = max(picture.shape[:2])
    line, letters = max(2, round(longest / 300)), font(max(13, round(longest / 45)))
    for number, face in enumerate(faces, 1):
        x, y, width, height = face.box * np.tile(ratio, 2)
        colour = VERDICT_COLOURS[face.verdict]
        pen.rectangle((x, y, x + width, y + height), outline=colour, width=line)
        label = f" {number} "
        left, top, right, bottom = pen.textbbox((x, y), label, font=letters)
        pen.rectangle((left, top, right, bottom + line), fill=colour)
        pen.text((x, y), label, fill="white", font=letters)
    return np.asarray(image)
