"""Colours of evidence: even steps, apart for every colour vision, see-through where there is none."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Palette:
    """Full colours, RGB 0..255.

    Attributes:
        title: As users read it.
        for_fake: Of the strongest evidence for fake.
        for_real: Of the strongest evidence for real; as dark as the other, so that neither side looks the stronger.
        influence: Of the strongest influence, which takes no side.
    """

    title: str
    for_fake: tuple[int, int, int]
    for_real: tuple[int, int, int]
    influence: tuple[int, int, int]


# The ends of Moreland 2009, "Diverging Color Maps for Scientific Visualization" (Matplotlib's "coolwarm"): 40 CIEDE2000
# apart for people without long, medium or short cones (Machado et al. 2009) 44, 55 and 58. Red for fake also stays
# clear of every skin tone. The influence is a purple of Matplotlib's "plasma": far from skin, hair and white, at full
# strength at least 30 CIEDE2000 (the reds that were tried 11 to 20, the ends of "viridis" and "inferno" 16 to 22).
# Purple and green are 55, 48 and 40 apart, and each 39 from every skin: for red faces. Orange and blue would be as far
# apart, but orange at half strength vanishes on skin (8 CIEDE2000, the others over 20).
PALETTES = {
    "red-blue": Palette("Red and blue", (179, 3, 38), (58, 76, 192), (126, 3, 168)),
    "purple-green": Palette("Purple and green", (126, 3, 168), (10, 95, 20), (58, 76, 192)),
}
DEFAULT_PALETTE = "red-blue"


@functools.cache
def colour_map(signed: bool, palette: str = DEFAULT_PALETTE) -> np.ndarray:
    """Gives the colours of heat as they look over white: from white straight to each end, in equal steps of CIELAB.

    Matplotlib's maps were measured against it. Those that end in a pale or dark grey where there is nothing would veil
    the photo, and those that begin in white (RdBu, Purples, RdPu) have steps that differ by 18 to 39 % (standard
    deviation over mean) against less than 1 % here; in CIEDE2000 12 to 36 % against 10 to 17 %.

    Args:
        signed: Whether the map has two sides.
        palette: A key of `PALETTES`.

    Returns:
        uint8 RGB (256, 3). Signed: from the strongest evidence for real over nothing, white, at 127 and 128 to the
        strongest for fake. Unsigned: from no influence, white, to the most.
    """
    ends = PALETTES[palette]
    if signed:
        heat = np.linspace(0, 1, 128)
        colours = np.concatenate([_over_white(heat, ends.for_real)[::-1], _over_white(heat, ends.for_fake)])
    else:
        colours = _over_white(np.linspace(0, 1, 256), ends.influence)
    colours = np.rint(colours).astype(np.uint8)
    colours.flags.writeable = False
    return colours


def tint(heat: np.ndarray, signed: bool, palette: str = DEFAULT_PALETTE) -> np.ndarray:
    """Colours heat so that opacity is in proportion to it and over white it looks as `colour_map` says.

    The photo shows through as much as heat is missing. A colour map laid on with opacity would fade twice, once
    towards its pale middle and once towards the photo, and half the evidence would hardly show.

    Args:
        heat: float (height, width), 1 for full colour; signed from -1 for real to 1 for fake. Beyond that is cut off.
        signed: Whether the sign means anything.
        palette: A key of `PALETTES`.

    Returns:
        uint8 RGBA (height, width, 4), straight alpha.
    """
    level = np.rint(255 * np.clip(heat, -1 if signed else 0, 1)).astype(int)
    return _tints(signed, palette)[level + 255]


@functools.cache
def _tints(signed: bool, palette: str) -> np.ndarray:
    """uint8 RGBA (511, 4) of heat from -1 to 1 in steps of 1/255."""
    opacity = np.arange(1, 256)[:, None] / 255
    sides, ends = [], PALETTES[palette]
    for end in (ends.for_real, ends.for_fake) if signed else (ends.influence, ends.influence):
        # What, mixed with white at this opacity, gives the colour that the map has for this heat.
        colours = 255 - (255 - _over_white(opacity[:, 0], end)) / opacity
        sides.append(np.rint(np.clip(np.hstack([colours, 255 * opacity]), 0, 255)).astype(np.uint8))
    return np.concatenate([sides[0][::-1], np.zeros((1, 4), np.uint8), sides[1]])


def _over_white(heat: np.ndarray, end: tuple[int, int, int]) -> np.ndarray:
    """Float RGB (count, 3), 0..255, at shares of the way from white to an end through CIELAB (D65)."""
    white, strongest = cv2.cvtColor(np.float32([[(255, 255, 255), end]]) / 255, cv2.COLOR_RGB2Lab)[0]
    way = white + heat[:, None] * (strongest - white)
    return 255 * cv2.cvtColor(way[None].astype(np.float32), cv2.COLOR_Lab2RGB)[0]
