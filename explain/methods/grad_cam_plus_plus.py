"""Grad-CAM++: Grad-CAM whose channel weights listen only to the cells that speak up."""

from __future__ import annotations

from explain.methods.members import of_every_member
from explain.methods.method import Maps
from explain.methods.tangent import both_signs, import_from_library
from explain.probe import Probe


@of_every_member
def grad_cam_plus_plus(probe: Probe) -> Maps:
    """Weighs the positive gradients of each channel by their second and third derivatives: Chattopadhay et al. 2018.

    "Grad-CAM++: Generalized Gradient-Based Visual Explanations for Deep Convolutional Networks", as tf-keras-vis
    computes it, once for fake and once for real.

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (rows, columns) of the feature map for each face, signed, in logits a patch.
    """
    method = import_from_library("gradcam_plus_plus", "GradcamPlusPlus")
    return Maps(both_signs(probe.gradients, method), probe.to_crop)
