"""Which quality setting a JPEG file was saved with, from its quantisation tables.

Most programs scale the luminance table of ITU-T T.81, annex K.1, the way the Independent JPEG Group's library does
(jcparam.c, `jpeg_quality_scaling`). Tables made another way get the nearest setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

_LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
).ravel()


def _scaled_tables() -> np.ndarray:
    qualities = np.arange(1, 101)[:, None]
    scales = np.where(qualities < 50, 5000 // qualities, 200 - 2 * qualities)
    return np.clip((_LUMINANCE * scales + 50) // 100, 1, 255)


_TABLES = _scaled_tables()


def estimate_quality(tables: Mapping[int, Sequence[int]]) -> int | None:
    """Estimates the quality setting that a JPEG file was last saved with.

    Args:
        tables: The quantisation tables by number, 64 values each, row by row, as in Pillow's `image.quantization`.

    Returns:
        1..100, the setting whose luminance table is nearest (sum of absolute differences); None without a table.
    """
    table = np.asarray(tables.get(0, ()))
    if table.shape != (64,):
        return None
    return int(np.abs(_TABLES - table).sum(1).argmin()) + 1
