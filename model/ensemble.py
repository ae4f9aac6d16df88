"""Several networks that answer as one: the logit is a weighted sum of theirs."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from model.faces import CROP_SIZE
from model.layer_names import LOGIT_LAYER

if TYPE_CHECKING:
    import keras

ENSEMBLE = "ensemble"
"""What stands for `network` in the description of an ensemble."""
MAX_MEMBERS = 8
# A description may come from anywhere: it must not reach for files elsewhere on this machine.
_FILE = re.compile(r"\w[\w.-]*\.weights\.h5")


def member_name(number: int) -> str:
    """Gives the name of a member, from 1, inside the joined network: `member2/features` is a layer of the second."""
    return f"member{number}"


def join_networks(networks: Sequence[keras.Model], shares: Sequence[float], bias: float) -> keras.Model:
    """Builds one network whose branches are the members.

    Args:
        networks: The members, as `model.networks.build_network` gives them; their weights are shared.
        shares: What the logit of each counts, 0 or more.
        bias: What is added to the sum, in logits.

    Returns:
        A functional model from crops (batch, 256, 256, 3), RGB 0..255, to the image logit (batch, 1). Its layer `logit`
        holds shares and bias as its weights.
    """
    import keras
    import numpy as np

    pixels = keras.Input((CROP_SIZE, CROP_SIZE, 3), name="pixels")
    # Wrapped, since members of one architecture have one name and a network needs different ones.
    members = [
        keras.Model(network.inputs[0], network.outputs[0], name=member_name(number))
        for number, network in enumerate(networks, start=1)
    ]
    logits = [member(pixels) for member in members]
    joined = keras.layers.Concatenate(name="member_logits")(logits) if len(logits) > 1 else logits[0]
    head = keras.layers.Dense(1, name=LOGIT_LAYER, dtype="float32")
    network = keras.Model(pixels, head(joined), name=ENSEMBLE)
    head.set_weights([np.array(shares, np.float32)[:, None], np.array([bias], np.float32)])
    return network


def digest_of(members: Sequence[dict[str, Any]], bias: float) -> str:
    """Gives one sha256 for all that decides an ensemble's logit.

    Args:
        members: Descriptions of the members, with `network`, `weights`, `share` and, if it is stated, `depth`.
        bias: What is added to their weighted sum.

    Returns:
        The sha256 of networks, depths, digests of the weights, shares and bias, hexadecimal. File names don't count.
    """
    # A depth only where one is stated: ensembles from before there were any keep their digest.
    parts = [
        [member["network"], member["weights"]["sha256"], float(member["share"])]
        + ([member["depth"]] if "depth" in member else [])
        for member in members
    ]
    return hashlib.sha256(json.dumps([parts, float(bias)]).encode()).hexdigest()


def require_ensemble(description: dict[str, Any]) -> None:
    """Checks the parts of a detector description that only ensembles have.

    Args:
        description: The content of a `detector.json` whose network is `ENSEMBLE`.

    Raises:
        ValueError: If a member is no member, a file is not beside the description, or the digest is another.
    """
    members, bias = description.get("members"), description.get("bias")
    if not isinstance(members, list) or not 1 <= len(members) <= MAX_MEMBERS:
        raise ValueError(f"`members` must be a list of 1 to {MAX_MEMBERS} networks. Received: {members!r:.200}")
    for member in members:
        _require_member(member)
    if not _is_number(bias):
        raise ValueError(f"`bias` must be a number. Received: {bias!r}")
    expected = digest_of(members, bias)
    if description["weights"]["sha256"] != expected:
        raise ValueError(
            "`weights` is not the digest of these members, shares and bias. "
            f"Expected sha256 {expected}. Received: {description['weights']['sha256']!r}"
        )


def require_depth(part: dict[str, Any]) -> None:
    """Checks the depth in the description of a single network, where one is stated.

    Whether the network can have it is known when it is built.

    Args:
        part: The content of a `detector.json`, or a member of one.

    Raises:
        ValueError: If it is no whole number.
    """
    depth = part.get("depth", 0)
    if not isinstance(depth, int) or isinstance(depth, bool):
        raise ValueError(f"`depth` must be a whole number of blocks. Received: {depth!r:.200}")


def _require_member(member: object) -> None:
    if not isinstance(member, dict) or not {"network", "weights", "share"} <= member.keys():
        raise ValueError(f"a member must have `network`, `weights` and `share`. Received: {member!r:.200}")
    weights, share = member["weights"], member["share"]
    if not isinstance(weights, dict) or not {"file", "sha256"} <= weights.keys():
        raise ValueError(f"the `weights` of a member must have `file` and `sha256`. Received: {weights!r:.200}")
    if not isinstance(weights["file"], str) or not _FILE.fullmatch(weights["file"]):
        raise ValueError(
            f"the weights of a member must be a .weights.h5 file beside the description. Received: {weights['file']!r}"
        )
    if not isinstance(weights["sha256"], str):
        raise ValueError(f"the sha256 of a member must be text. Received: {weights['sha256']!r}")
    if not _is_number(share) or share < 0:
        raise ValueError(f"the share of a member must be a number from 0. Received: {share!r}")
    require_depth(member)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
