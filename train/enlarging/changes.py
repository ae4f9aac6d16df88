"""The changes that make a copy: drawn as numbers first, so that a manifest can name them, then applied.

They are those of `train.augment`, which a training draws anew for every batch.
"""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np

from train.augment import move, recolour

CHANGES = ("rotation", "shift", "zoom", "scale", "flip", "colour", "jpeg")
"""Names of the changes, in the order in which they are drawn and applied."""
_LEAST_SIDE = 32
_CHANCE = 0.5

Changes = dict[str, dict[str, float]]
"""The numbers of each change of a copy, by its name."""


def draw_changes(names: Collection[str], strength: float, generator: np.random.Generator) -> Changes:
    """Draws which of the changes a copy gets, each with a chance of one half but at least one, and how much of each.

    At strength 1 the ranges are those of `train.augment`: 10 degrees of rotation, a shift of 6 % of the side, a zoom
    of 0.9 to 1.15, colours as in `change_colour`, a JPEG quality of 40 to 95; and 25 % of the picture's size.

    Args:
        names: The changes that may be drawn, from `CHANGES`, at least one.
        strength: Factor of all ranges, over 0 to `MAX_STRENGTH`.
        generator: Source of chance. How much of it is used doesn't depend on `names`.

    Returns:
        The changes drawn, rounded to what a manifest shows.
    """
    chosen = dict(zip(CHANGES, generator.random(len(CHANGES)) < _CHANCE, strict=True))
    rank = dict(zip(CHANGES, generator.random(len(CHANGES)), strict=True))

    def around(middle: float, width: float) -> float:
        return round(middle + strength * float(generator.uniform(-width, width)), 4)

    numbers = {
        "rotation": {"degrees": around(0, 10)},
        "shift": {"right": around(0, 0.06), "down": around(0, 0.06)},
        "zoom": {"factor": round(1 + strength * float(generator.uniform(-0.1, 0.15)), 4)},
        "scale": {"factor": around(1, 0.25)},
        "flip": {},
        "colour": {
            "contrast": around(1, 0.25),
            "brightness": around(1, 0.25),
            "hue": round(strength * int(generator.integers(-5, 6))),
            "saturation": around(1, 0.3),
        },
        "jpeg": {"quality": max(5, round(95 - strength * int(generator.integers(0, 56))))},
    }
    drawn = [name for name in CHANGES if name in names and chosen[name]]
    return {name: numbers[name] for name in drawn or [max(names, key=rank.__getitem__)]}


def apply_changes(picture: np.ndarray, changes: Changes) -> np.ndarray:
    """Applies all changes but "jpeg", which is a matter of how the copy is saved.

    Args:
        picture: uint8 RGB (height, width, 3).
        changes: What `draw_changes` returned.

    Returns:
        uint8 RGB, of the same size unless it is scaled; no side gets shorter than 32 pixels by that.
    """
    height, width = picture.shape[:2]
    if changes.keys() & {"rotation", "shift", "zoom"}:
        shift = changes.get("shift", {"right": 0.0, "down": 0.0})
        picture = move(
            picture,
            changes.get("rotation", {"degrees": 0.0})["degrees"],
            changes.get("zoom", {"factor": 1.0})["factor"],
            np.array([shift["right"] * width, shift["down"] * height]),
        )
    if "scale" in changes:
        factor = max(changes["scale"]["factor"], _LEAST_SIDE / min(height, width))
        interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        picture = cv2.resize(picture, (round(width * factor), round(height * factor)), interpolation=interpolation)
    if "flip" in changes:
        picture = np.ascontiguousarray(picture[:, ::-1])
    if "colour" in changes:
        picture = recolour(picture, **changes["colour"])
    return picture
