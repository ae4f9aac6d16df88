"""A network put to a batch of crops: all that methods may ask of it."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from explain.gradients import Gradients, add_gradients, compute_gradients, compute_slopes
from explain.layers import find_layer
from explain.registration import cells_to_crop
from model.detector import Detector, Member, require_crops
from model.ensemble import member_name
from model.layer_names import FEATURES_LAYER

# As many crops as the network takes at once: more would need memory without being faster.
_BATCH = 8


def require_layer(detector: Detector, layer: str) -> None:
    """Checks that a detector has a layer to explain.

    Args:
        detector: The detector.
        layer: Name of a layer, as `explain.layers.find_layer` takes it. Every member of an ensemble must have it,
            unless the name starts with that of one member, as `member2/features` does.

    Raises:
        ValueError: If there is no such layer, its output is no map, or the name fits several.
    """
    for part in [member.detector for member in _members_with(detector, layer)] or [detector]:
        find_layer(part.network, layer)


class Probe:
    """A detector, the crops it looks at and one of its layers.

    Logits, feature map and gradients come from one pass over the network, made when the first of them is asked for, so
    methods that need no more than these cost one pass together.

    Args:
        detector: The detector.
        crops: uint8 RGB (faces, 256, 256, 3).
        layer: Name of the layer whose output is the feature map.
        report: Called with the share, 0..1, of a method's work that is done.

    Raises:
        ValueError: If `crops` has another shape or type.
    """

    def __init__(
        self,
        detector: Detector,
        crops: np.ndarray,
        layer: str = FEATURES_LAYER,
        report: Callable[[float], object] = lambda share: None,
    ):
        require_crops(crops)
        self.detector, self.crops, self.layer, self.report = detector, crops, layer, report

    @functools.cached_property
    def members(self) -> list[tuple[float, Probe]]:
        """What each member of an ensemble counts, and the member put to the same crops; empty for a single network.

        Empty also if the layer is one of a single member: the ensemble is then a network like any other.
        """
        found = _members_with(self.detector, self.layer)
        return [(member.share, Probe(member.detector, self.crops, self.layer)) for member in found]

    @functools.cached_property
    def gradients(self) -> Gradients:
        """Logits, feature map and gradients of the crops as they are."""
        if self.members:
            parts = [(share, probe.gradients) for share, probe in self.members]
            return add_gradients(parts, self.detector.description["bias"])
        return compute_gradients(self.detector, self.crops, self.layer)

    @functools.cached_property
    def to_crop(self) -> np.ndarray:
        """float64 (2, 3), affine map from (column, row) of a cell of the feature map to crop pixels."""
        return cells_to_crop(self.detector.network, self.layer)

    def logits(self, pixels: np.ndarray) -> np.ndarray:
        """Scores changed pictures.

        Args:
            pixels: float32 RGB (pictures, 256, 256, 3), 0..255 or a little beyond.

        Returns:
            float32 (pictures,), image logits.
        """
        return np.concatenate([self.detector.run(part) for part in _parts(pixels)])

    def slopes(self, pixels: np.ndarray) -> np.ndarray:
        """Differentiates the logit at changed pictures.

        Args:
            pixels: float32 RGB (pictures, 256, 256, 3), 0..255 or a little beyond.

        Returns:
            float32 (pictures, 256, 256, 3), logits a grey level.
        """
        return np.concatenate([compute_slopes(self.detector, part) for part in _parts(pixels)])


def _parts(pixels: np.ndarray) -> list[np.ndarray]:
    return [pixels[start : start + _BATCH] for start in range(0, len(pixels), _BATCH)]


def _members_with(detector: Detector, layer: str) -> tuple[Member, ...]:
    """The members that each have a layer of a name; none if the name is that of a layer in one of them."""
    names = {member_name(number) for number in range(1, len(detector.members) + 1)}
    return () if layer.split("/")[0] in names else detector.members
