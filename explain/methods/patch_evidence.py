"""Patch evidence: how much each cell of a feature map adds to the logit, with a weight of its own."""

from __future__ import annotations

from explain.methods.members import of_every_member
from explain.methods.method import Maps
from explain.probe import Probe


@of_every_member
def patch_evidence(probe: Probe) -> Maps:
    """Multiplies the feature map by its gradient, cell by cell: HiResCAM, Draelos & Carin 2020.

    Grad-CAM averages the gradient over the cells first, which can light up places the network did not use. At the
    last feature map of a network whose logit is linear in it, the values add up to the logit minus the bias.

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (rows, columns) of the feature map for each face, signed, in logits a patch.
    """
    gradients = probe.gradients
    return Maps((gradients.at_features * gradients.features).sum(axis=-1), probe.to_crop)
