"""Grad-CAM: how much each cell of a feature map adds to the logit, with one weight a channel."""

from __future__ import annotations

from explain.methods.members import of_every_member
from explain.methods.method import Maps
from explain.probe import Probe


@of_every_member
def grad_cam(probe: Probe) -> Maps:
    """Weighs each channel of the feature map by its mean gradient: Selvaraju et al. 2017, "Grad-CAM".

    The ReLU of the paper is left out, so one map holds the evidence for fake (above 0) and for real
    (below 0). At the last feature map of a network with patch logits a face's values add up to its logit minus
    the bias of the head, so each is that patch's exact share.

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (rows, columns) of the feature map for each face, signed, in logits a patch.
    """
    gradients = probe.gradients
    weights = gradients.at_features.mean(axis=(1, 2), keepdims=True)
    return Maps((weights * gradients.features).sum(axis=-1), probe.to_crop)
