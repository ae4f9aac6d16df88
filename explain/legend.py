"""What colours mean, in words and as a strip below a picture."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from explain.colours import DEFAULT_PALETTE, colour_map
from explain.lettering import font, wrap
from explain.methods import METHODS

# Narrower pictures are put on white: words need room.
_NARROWEST = 256
_INK, _GREY = (24, 24, 27), (82, 82, 91)


def legend_words(method: str) -> tuple[str, str]:
    """Names the two ends of a method's colour scale.

    Args:
        method: A key of `explain.METHODS`.

    Returns:
        Words for the first and for the last colour of `legend_stops`.
    """
    return ("speaks for real", "speaks for fake") if METHODS[method].signed else ("no influence", "most influence")


def legend_stops(method: str, count: int = 9, palette: str = DEFAULT_PALETTE) -> list[tuple[int, int, int]]:
    """Gives the colours of a method's scale at equal distances, as they look over white.

    Args:
        method: A key of `explain.METHODS`.
        count: How many colours, at least 2.
        palette: A key of `explain.colours.PALETTES`.

    Returns:
        RGB triples, 0..255, from the end that `legend_words` names first to the other.
    """
    colours = colour_map(METHODS[method].signed, palette)
    chosen = np.rint(np.linspace(0, len(colours) - 1, count)).astype(int)
    return [tuple(colour) for colour in colours[chosen].tolist()]


def scale_sentence(method: str, scale: float) -> str:
    """Says which value full colour stands for, and what its unit is worth.

    Args:
        method: A key of `explain.METHODS`.
        scale: The value drawn in full colour, in the method's unit.

    Returns:
        Two short sentences. The second holds before calibration, which hardly changes it (1 / (1 + e^-1) = 0.731).
    """
    value = np.format_float_positional(scale, precision=2, unique=False, fractional=False, trim="-")
    return (
        f"Full colour stands for {value} {METHODS[method].unit.name}. "
        "One logit takes an undecided answer from 50% to about 73%."
    )


def contour_sentence(method: str) -> str:
    """Says what the line in a method's pictures surrounds.

    Args:
        method: A key of `explain.METHODS`.
    """
    most = "that speaks most for its answer" if METHODS[method].signed else "to which its answer is most sensitive"
    return f"The line surrounds the fifth of each face's picture {most}; a map without a clear part has no line."


def with_legend(
    picture: np.ndarray, method: str, scale: float, *, finding: str = "", palette: str = DEFAULT_PALETTE
) -> np.ndarray:
    """Adds a strip below a picture that says what was drawn, where the evidence lies and what the colours mean.

    Args:
        picture: uint8 RGB (height, width, 3).
        method: A key of `explain.METHODS`.
        scale: The value drawn in full colour.
        finding: Where the evidence lies, as `explain.regions.describe` says it.
        palette: The one it was drawn with.

    Returns:
        uint8 RGB (height + strip, width of at least 256, 3).
    """
    height, width = picture.shape[0], max(picture.shape[1], _NARROWEST)
    size = int(np.clip(width / 36, 12, 20))
    margin, line = size, round(1.4 * size)
    room = width - 2 * margin
    above = [(text, _INK, True) for text in wrap(METHODS[method].title, font(size, bold=True), room)]
    above += [(text, _INK, False) for text in wrap(finding, font(size), room)]
    about = f"{scale_sentence(method, scale)} {contour_sentence(method)}"
    below = [(text, _GREY, False) for text in wrap(about, font(size - 1), room)]
    bar_top = height + margin // 2 + len(above) * line + size // 3
    words_top = bar_top + size + size // 4
    bottom = words_top + line + len(below) * line + margin // 2
    image = Image.new("RGB", (width, bottom), "white")
    image.paste(Image.fromarray(picture), ((width - picture.shape[1]) // 2, 0))
    pen = ImageDraw.Draw(image)
    for row, (text, colour, bold) in enumerate(above):
        pen.text((margin, height + margin // 2 + row * line), text, fill=colour, font=font(size, bold=bold))
    colours = np.array(legend_stops(method, room, palette), np.uint8)
    image.paste(Image.fromarray(np.repeat(colours[None], size, axis=0)), (margin, bar_top))
    pen.rectangle((margin - 1, bar_top - 1, margin + room, bar_top + size), outline=(212, 212, 216))
    first, last = legend_words(method)
    pen.text((margin, words_top), first, fill=_INK, font=font(size - 1))
    pen.text((width - margin, words_top), last, fill=_INK, font=font(size - 1), anchor="ra")
    for row, (text, colour, _) in enumerate(below):
        pen.text((margin, words_top + line + row * line), text, fill=colour, font=font(size - 1))
    return np.asarray(image)
