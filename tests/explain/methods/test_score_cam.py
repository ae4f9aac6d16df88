from __future__ import annotations

import cv2
import numpy as np

from explain.methods.elsewhere import move_crops
from explain.methods.score_cam import score_cam
from explain.probe import Probe
from tests.explain.methods.networks import pooled_detector


def test_the_covariance_of_shown_and_answer_channel_by_channel(crops):
    """Computed again without batches and without the method's own helpers."""
    detector = pooled_detector(np.array([0.02, -0.03, 0.005], np.float32))
    probe = Probe(detector, crops[:1])
    crop, moved = crops[0].astype(np.float32), move_crops(crops[:1])[0]
    channels, logits = [], []
    for channel in np.moveaxis(probe.gradients.features[0], -1, 0):
        stretched = (channel - channel.min()) / (channel.max() - channel.min())
        mask = cv2.warpAffine(stretched, probe.to_crop, (256, 256), borderMode=cv2.BORDER_REPLICATE)[..., None]
        channels.append(stretched)
        logits.append(float(np.asarray(detector.network((mask * crop + (1 - mask) * moved)[None]))[0, 0]))
    expected = sum(
        (logit - np.mean(logits)) * channel / len(channels) for logit, channel in zip(logits, channels, strict=True)
    )
    np.testing.assert_allclose(score_cam(probe).values[0], expected, atol=1e-4 * np.abs(expected).max() + 1e-6)


def test_a_flat_channel_lets_nothing_through():
    """A black picture has flat channels: no 0 / 0."""
    probe = Probe(pooled_detector(np.ones(3, np.float32)), np.zeros((1, 256, 256, 3), np.uint8))
    np.testing.assert_array_equal(score_cam(probe).values, 0)
