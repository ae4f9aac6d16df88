"""Text in pictures."""

from __future__ import annotations

import functools
from pathlib import Path

from PIL import ImageFont


def font_file(bold: bool = False) -> Path:
    """Gives the file of DejaVu Sans, which Matplotlib brings."""
    import matplotlib  # here, so that the page need not wait for it

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name


@functools.cache
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Gives DejaVu Sans at a size in pixels.

    Pillow's own font has hardly any space between words at small sizes.
    """
    return ImageFont.truetype(font_file(bold), size)


def wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Breaks text into lines that fit a width; a word that alone is wider is broken too.

    Args:
        text: Words separated by spaces.
        font: The font it will be drawn in.
        width: In pixels.

    Returns:
        The lines; none for an empty text.
    """
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
            continue
        while len(word) > 1 and font.getlength(word) > width:
            fits = max(count for count in range(1, len(word)) if count == 1 or font.getlength(word[:count]) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines
