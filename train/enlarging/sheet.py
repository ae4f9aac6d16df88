"""A sheet of examples to look at: originals with their copies beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from model.photo import read_photo

_TILE, _GAP, _MOST = 160, 4, 6


def draw_sheet(path: Path, rows: Sequence[Sequence[Path]]) -> None:
    """Draws rows of pictures as PNG, each shrunk to fit a tile of 160 pixels.

    Args:
        path: The file to write.
        rows: The pictures of each row, the first six of which are shown; nothing is written if there are none.
    """
    if not rows:
        return
    columns = min(_MOST, max(map(len, rows)))
    step = _TILE + _GAP
    sheet = Image.new("RGB", (columns * step + _GAP, len(rows) * step + _GAP), "white")
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures[:_MOST]):
            tile = Image.fromarray(np.asarray(read_photo(picture).pixels))
            tile.thumbnail((_TILE, _TILE))
            left, top = (
                _GAP + at * step + (_TILE - side) // 2 for at, side in zip((column, row), tile.size, strict=True)
            )
            sheet.paste(tile, (left, top))
    partial = path.with_name(f"partial.{path.name}")
    try:
        sheet.save(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
