"""Error level analysis: how much a picture changes when it is saved as a JPEG once more (Krawetz 2007)."""

from __future__ import annotations

import cv2
import numpy as np

from evidence.pixels import require_rgb

QUALITY = 90
# An error of 17 levels of 255 is drawn white.
FACTOR = 15


def error_level(pixels: np.ndarray) -> np.ndarray:
    """Draws what saving a picture as a JPEG of quality 90 changes in it.

    A part that was saved as a JPEG more often than the rest, or less often, may stand out, for what JPEG has smoothed
    already changes little. So do edges, fine texture and bright colours in an untouched photo: it is a hint where to
    look, no proof. N. Krawetz, "A Picture's Worth... Digital Image Analysis and Forensics", Black Hat 2007.

    Args:
        pixels: uint8 RGB (height, width, 3).

    Returns:
        uint8 RGB (height, width, 3): the absolute difference times 15, cut off at 255.

    Raises:
        ValueError: If `pixels` is not of that kind.
    """
    require_rgb(pixels)
    # Full colour resolution: halving it would draw every coloured edge as an error.
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        QUALITY,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    picture = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    saved = cv2.imdecode(cv2.imencode(".jpg", picture, options)[1], cv2.IMREAD_COLOR)
    return cv2.cvtColor(cv2.convertScaleAbs(cv2.absdiff(picture, saved), alpha=FACTOR), cv2.COLOR_BGR2RGB)
