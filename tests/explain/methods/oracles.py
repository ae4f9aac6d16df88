"""What must hold for a method, whatever the weights: each raises `AssertionError` for a method that is wrong.

`test_broken_on_purpose.py` shows that they do.
"""

from collections.abc import Callable

import cv2
import numpy as np

from explain.methods.method import Maps
from explain.probe import Probe
from model.detector import Detector
from tests.explain.methods.networks import BIAS, linear_detector, pooled_detector

Compute = Callable[[Probe], Maps]


def adds_up_to_the_logit(method: Compute, detector: Detector, crops: np.ndarray) -> None:
    """Sum rule: over a mean of linear patch logits the values add up to the logit minus the head's bias."""
    probe = Probe(detector, crops)
    bias = float(detector.network.get_layer("patch_logits").bias.numpy()[0])
    sums = method(probe).values.sum(axis=(1, 2), dtype=np.float64)
    np.testing.assert_allclose(sums, probe.gradients.logits - bias, rtol=1e-5, atol=1e-5)


def has_the_closed_form(method: Compute, crops: np.ndarray) -> None:
    """Zhou et al. 2016, CAM: over a global mean and one dense layer a cell's value is its weighted channels / cells."""
    weights = np.array([0.02, -0.03, 0.005], np.float32)
    expected = crops.reshape(-1, 16, 16, 16, 16, 3).mean(axis=(2, 4)) @ weights / 256
    values = method(Probe(pooled_detector(weights), crops)).values
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)


def changes_sign_with_the_question(method: Compute, crops: np.ndarray) -> None:
    """The evidence for real is the evidence for fake of the opposite network."""
    weights = np.random.default_rng(1).normal(0, 1e-3, (256, 256, 3)).astype(np.float32)
    for_fake = method(Probe(linear_detector(weights), crops)).values
    for_real = method(Probe(linear_detector(-weights), crops)).values
    assert np.abs(for_fake).max() > 0
    np.testing.assert_allclose(for_real, -for_fake, atol=1e-3 * np.abs(for_fake).max())


def finds_the_only_pixels_that_count(method: Compute, crops: np.ndarray) -> None:
    """Where a network looks at one square only and a bright one speaks for fake, the square is positive and hottest."""
    weights = np.zeros((256, 256, 3), np.float32)
    weights[96:144, 160:208] = 1e-3
    # A picture whose square is brighter, and whose detail is stronger, than what surrounds it.
    pictures = np.full((1, 256, 256, 3), 90, np.uint8)
    pictures[:, 96:144, 160:208] = np.where(np.indices((48, 48)).sum(axis=0) % 2, 255, 185)[..., None]
    maps = method(Probe(linear_detector(weights), pictures))
    heat = cv2.GaussianBlur(cv2.warpAffine(maps.values[0], maps.to_crop, (256, 256)), (0, 0), 4)
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert 96 <= row < 144 and 160 <= column < 208, f"hottest at row {row}, column {column}"
    assert heat[112:128, 176:192].mean() > 0


def is_the_largest_weight(method: Compute, crops: np.ndarray) -> None:
    """Simonyan et al. 2014: over a linear network saliency is max |weight| over the colours, for any noise."""
    weights = np.random.default_rng(0).normal(0, 1e-3, (256, 256, 3)).astype(np.float32)
    values = method(Probe(linear_detector(weights), crops)).values
    np.testing.assert_allclose(values, np.broadcast_to(np.abs(weights).max(axis=-1), values.shape), rtol=1e-5)


def is_complete(method: Compute, baseline_of: Callable[[np.ndarray], np.ndarray], crops: np.ndarray) -> None:
    """Sundararajan et al. 2017: over a linear network IG = weights x (picture - baseline), and nothing is missing."""
    weights = np.random.default_rng(0).normal(0, 1e-3, (256, 256, 3)).astype(np.float32)
    probe = Probe(linear_detector(weights), crops)
    maps = method(probe)
    difference = (crops - baseline_of(crops)) * weights
    np.testing.assert_allclose(maps.values, difference.sum(axis=-1), rtol=1e-3, atol=1e-4)
    logits = (crops.astype(np.float64) * weights).sum(axis=(1, 2, 3)) + BIAS
    sums = logits - (baseline_of(crops).astype(np.float64) * weights).sum(axis=(1, 2, 3)) - BIAS
    np.testing.assert_allclose(maps.values.sum(axis=(1, 2), dtype=np.float64), sums, atol=2e-2)
    np.testing.assert_allclose(maps.gaps, 0, atol=2e-2)
