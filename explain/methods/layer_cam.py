"""LayerCAM: each cell weighed by its own gradient, where that is positive."""

from __future__ import annotations

from explain.methods.members import of_every_member
from explain.methods.method import Maps
from explain.methods.tangent import both_signs, import_from_library
from explain.probe import Probe


@of_every_member
def layer_cam(probe: Probe) -> Maps:
    """Weighs each cell of the feature map by the positive part of its gradient: Jiang et al. 2021.

    "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization", as tf-keras-vis computes it, once for
    fake and once for real. Made for maps of layers further in, which show finer detail.

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (rows, columns) of the feature map for each face, signed, in logits a patch.
    """
    method = import_from_library("layercam", "Layercam")
    return Maps(both_signs(probe.gradients, method), probe.to_crop)
