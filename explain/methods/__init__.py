"""The methods by the names that users see."""

from __future__ import annotations

import re
from collections.abc import Iterable

from explain.methods.grad_cam import grad_cam
from explain.methods.grad_cam_plus_plus import grad_cam_plus_plus
from explain.methods.integrated_gradients import integrated_gradients
from explain.methods.layer_cam import layer_cam
from explain.methods.method import (
    LOGITS_A_GREY_LEVEL,
    LOGITS_A_GREY_LEVEL_AVERAGED,
    LOGITS_A_PATCH,
    LOGITS_A_PIXEL,
    LOGITS_WHEN_HIDDEN,
    LOGITS_WHEN_SHOWN,
    Maps,
    Method,
    Unit,
)
from explain.methods.occlusion import occlusion
from explain.methods.patch_evidence import patch_evidence
from explain.methods.saliency import saliency
from explain.methods.score_cam import score_cam
from explain.methods.smoothgrad import smoothgrad

__all__ = ["METHODS", "Maps", "Method", "Unit", "require_methods"]

METHODS: dict[str, Method] = {
    "grad-cam": Method(
        grad_cam,
        "Grad-CAM",
        "Shows which parts of the face spoke for fake and which for real, and by how much.",
        LOGITS_A_PATCH,
    ),
    "grad-cam++": Method(
        grad_cam_plus_plus,
        "Grad-CAM++",
        "Like Grad-CAM, but each feature counts only for the answer it speaks for, so small traces show more.",
        LOGITS_A_PATCH,
    ),
    "layercam": Method(
        layer_cam,
        "LayerCAM",
        "Like Grad-CAM, but every patch has a weight of its own; what speaks against an answer is left out.",
        LOGITS_A_PATCH,
    ),
    "score-cam": Method(
        score_cam,
        "Score-CAM",
        "Shows the face through what each feature sees, other picture parts around it, and asks again every time.",
        LOGITS_WHEN_SHOWN,
        quick=False,
    ),
    "patch-evidence": Method(
        patch_evidence,
        "Patch evidence",
        "Shows what each patch of the face added to the answer, exactly: the patches add up to it.",
        LOGITS_A_PATCH,
    ),
    "saliency": Method(
        saliency,
        "Saliency",
        "Shows where the smallest change of the picture would sway the answer most, in either direction.",
        LOGITS_A_GREY_LEVEL,
        signed=False,
        spread=2.0,
    ),
    "smoothgrad": Method(
        smoothgrad,
        "SmoothGrad",
        "Saliency averaged over copies of the face with a little noise, so that single pixels matter less.",
        LOGITS_A_GREY_LEVEL_AVERAGED,
        signed=False,
        spread=2.0,
        quick=False,
    ),
    "integrated-gradients": Method(
        integrated_gradients,
        "Integrated gradients",
        "Shows what each pixel added to the answer while the face was faded in over other parts of the picture.",
        LOGITS_A_PIXEL,
        spread=2.0,
        quick=False,
    ),
    "occlusion": Method(
        occlusion,
        "Occlusion",
        "Hides one square of the face after the other and shows how much the answer changed each time.",
        LOGITS_WHEN_HIDDEN,
        quick=False,
    ),
}


def require_methods(names: Iterable[str]) -> tuple[str, ...]:
    """Checks method names; case, spaces, hyphens and underscores don't matter.

    Args:
        names: Names that should be keys of `METHODS`.

    Returns:
        The keys, each once, in order.

    Raises:
        ValueError: If a name is unknown, or a single text was given instead of several names.

    Example:
        >>> require_methods(["Grad-CAM", "layer-cam"])
        ('grad-cam', 'layercam')
    """
    if isinstance(names, str):
        raise ValueError(f"`methods` must be several names, such as ({names!r},). Received: {names!r}")
    known = {_plain(name): name for name in METHODS}
    found = {}
    for name in names:
        if _plain(name) not in known:
            raise ValueError(f"`methods` must be among {', '.join(METHODS)}. Received: {name!r}")
        found[known[_plain(name)]] = None
    return tuple(found)


def _plain(name: object) -> str:
    return re.sub(r"[-_ ]", "", str(name)).lower()
