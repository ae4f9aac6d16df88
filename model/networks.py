"""Network builders by name, in backend-neutral Keras 3.

Every network takes RGB crops with values 0..255 and answers with a *logit* per crop (`logit`), positive
for fake. Most also have a logit per patch (`patch_logits`), whose mean is that of the crop; the baselines,
built to be compared with, end in dense layers instead. The preprocessing is part of the network, so
training and use can't differ in it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import keras

from model.baselines import build_cnn4, build_cnn_small, build_meso4, build_mesoinception4
from model.lite0 import LITE0_DEPTHS, build_lite0
from model.patchres import PATCHRES_DEPTHS, build_patchres
from model.transfer import APPLICATIONS, build_transfer


def build_network(name: str, depth: int | None = None) -> keras.Model:
    """Builds a network with fresh weights.

    Args:
        name: A key of `NETWORKS`.
        depth: Number of blocks, for the networks in `DEPTHS`; what the network is known for if None.

    Returns:
        A functional model from crops (batch, height, width, 3), RGB 0..255, to the image logit
        (batch, 1). Height and width are 256 for the baselines and any for the others. Its layers `features` and
        `logit` hold the last feature map and the image logit; all but the baselines have `patch_logits`, one logit
        per patch, between them.

    Raises:
        ValueError: If there is no network of that name, or not of that depth.

    Example:
        >>> build_network("lite0", depth=5).name
        'lite0'
    """
    if name not in NETWORKS:
        raise ValueError(f"`name` must be one of {sorted(NETWORKS)}. Received: name={name!r}")
    if depth is None:
        return NETWORKS[name]()
    if name not in DEPTHS:
        raise ValueError(f"`depth` can be chosen for {' and '.join(DEPTHS)} only. Received: depth={depth!r} for {name}")
    if depth not in DEPTHS[name]:
        least, most = DEPTHS[name][0], DEPTHS[name][-1]
        raise ValueError(f"`depth` of {name} must be from {least} to {most}. Received: depth={depth!r}")
    return NETWORKS[name](depth)


NETWORKS: dict[str, Callable[..., keras.Model]] = {
    "lite0": build_lite0,
    "patchres": build_patchres,
    "meso4": build_meso4,
    "mesoinception4": build_mesoinception4,
    "cnn4": build_cnn4,
    "cnn-small": build_cnn_small,
    **{name: functools.partial(build_transfer, name) for name in APPLICATIONS},
}
DEPTHS: dict[str, range] = {"lite0": LITE0_DEPTHS, "patchres": PATCHRES_DEPTHS}
"""The networks whose number of blocks can be chosen, and from what."""
