"""What a method is, and in which unit it measures evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explain.probe import Probe


@dataclass(frozen=True)
class Unit:
    """What a value of 1 stands for. Maps in one unit can be compared and are drawn on one scale.

    Attributes:
        name: Plain words.
        weakest: The value from which a map may be drawn in full colour. A map that stays below it is pale, and no
            region of it is said to stand out: noise must not be blown up to look like evidence.
    """

    name: str
    weakest: float


# The floors are about a fifth of the median peak on validation faces: 24 for the quick methods, 12 for the others. For
# a map in logits a patch: it adds up to the logit over 256 patches; 0.004 each would move it by 1 if all agreed.
LOGITS_A_PATCH = Unit("logits a patch", 0.004)
LOGITS_A_GREY_LEVEL = Unit("logits a grey level", 0.0005)
# A unit of its own: what noise averages out is most of a gradient, and on the scale of saliency all maps would be pale.
LOGITS_A_GREY_LEVEL_AVERAGED = Unit("logits a grey level, averaged", 0.0001)
LOGITS_A_PIXEL = Unit("logits a pixel", 0.0008)
LOGITS_WHEN_HIDDEN = Unit("logits when hidden", 0.2)
LOGITS_WHEN_SHOWN = Unit("logits when shown", 0.02)


@dataclass(frozen=True)
class Maps:
    """What a method gives for a batch of crops.

    Attributes:
        values: float32 (faces, rows, columns), raw.
        to_crop: float64 (2, 3), affine map from (column, row) of a value to crop pixels.
        gaps: float32 (faces,), for methods that promise to add up to a difference of logits: by how many logits they
            miss it. None for the others.
    """

    values: np.ndarray
    to_crop: np.ndarray
    gaps: np.ndarray | None = None


@dataclass(frozen=True)
class Method:
    """A way to measure evidence.

    Attributes:
        compute: From a network put to a batch of crops to one map for each.
        title: The name as a heading.
        description: One sentence for users.
        unit: What a value of 1 stands for.
        signed: Whether values above and below 0 speak for fake and real; otherwise values are 0 or more.
        spread: Standard deviation of the Gaussian, in crop pixels, that turns values of single pixels into
            what the eye can see: their local density. 0 for maps of patches.
        quick: Whether it costs no more than a few forward passes.
    """

    compute: Callable[[Probe], Maps]
    title: str
    description: str
    unit: Unit
    signed: bool = True
    spread: float = 0.0
    quick: bool = True
