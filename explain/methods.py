"""The methods by the names that users see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from explain.gradcam import grad_cam
from explain.gradients import Gradients
from explain.saliency import saliency


@dataclass(frozen=True)
class Method:
    """A way to draw evidence.

    Attributes:
        compute: From gradients of a batch to values (faces, rows, columns).
        signed: Whether values above and below 0 speak for fake and real.
        at_pixels: Whether the values stand for pixels; otherwise for the cells of the feature map.
        title: The name as a heading.
        description: One sentence for users.
    """

    compute: Callable[[Gradients], np.ndarray]
    signed: bool
    at_pixels: bool
    title: str
    description: str


METHODS: dict[str, Method] = {
    "grad-cam": Method(
        grad_cam,
        signed=True,
        at_pixels=False,
        title="Grad-CAM",
        description="Shows which parts of the face spoke for fake and which for real, and by how much.",
    ),
    "saliency": Method(
        saliency,
        signed=False,
        at_pixels=True,
        title="Saliency",
        description="Shows where the smallest change of the picture would sway the answer most, in either direction.",
    ),
}


def require_methods(names: Iterable[str]) -> tuple[str, ...]:
    """Checks method names.

    Args:
        names: Names that should be keys of `METHODS`.

    Returns:
        The names, each once, in order.

    Raises:
        ValueError: If a name is unknown, or a single text was given instead of several names.
    """
    if isinstance(names, str):
        raise ValueError(f"`methods` must be several names, such as ({names!r},). Received: {names!r}")
    unique = tuple(dict.fromkeys(names))
    for name in unique:
        if name not in METHODS:
            raise ValueError(f"`methods` must be among {', '.join(METHODS)}. Received: {name!r}")
    return unique
