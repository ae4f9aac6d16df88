"""Score-CAM: what the network says when it sees only what a channel lights up."""

from __future__ import annotations

import numpy as np

from explain.heatmap import enlarge
from explain.methods.elsewhere import move_crops
from explain.methods.members import of_every_member
from explain.methods.method import Maps
from explain.probe import Probe

_AT_ONCE = 16


@of_every_member
def score_cam(probe: Probe) -> Maps:
    """Weighs each channel by the logit it brings when the crop is shown through it: Wang et al. 2020, "Score-CAM".

    Each channel, enlarged and stretched to 0..1, is a mask through which the crop is seen; the rest is another part of
    the picture, not black as in the paper. Its weight is the logit of that minus the mean over all
    channels, so the map is the covariance of "this place is shown" with the logit. The softmax of the paper would
    throw away the sign; over the one output of a detector, as tf-keras-vis takes it, it makes all weights equal.

    Args:
        probe: A network put to a batch of crops.

    Returns:
        A map (rows, columns) of the feature map for each face, signed, in logits when shown, averaged over channels.
    """
    surrounds = move_crops(probe.crops)
    maps = []
    for face, (crop, surround) in enumerate(zip(probe.crops.astype(np.float32), surrounds, strict=True)):
        channels = _stretch(probe.gradients.features[face])
        logits = np.empty(len(channels), np.float32)
        for start in range(0, len(logits), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            masks = [enlarge(channel, probe.to_crop) for channel in channels[part]]
            seen = [surround + mask[..., None] * (crop - surround) for mask in masks]
            logits[part] = probe.logits(np.stack(seen))
            probe.report((face + min(start + _AT_ONCE, len(logits)) / len(logits)) / len(surrounds))
        weights = logits - logits.mean()
        maps.append((channels * weights[:, None, None]).mean(axis=0))
    return Maps(np.stack(maps), probe.to_crop)


def _stretch(features: np.ndarray) -> np.ndarray:
    """Moves each channel of (rows, columns, channels) to 0..1, channels first; a flat one lets nothing through."""
    channels = np.ascontiguousarray(np.moveaxis(features, -1, 0))
    low, high = (extreme(axis=(1, 2), keepdims=True) for extreme in (channels.min, channels.max))
    return (channels - low) / np.where(high > low, high - low, 1)
