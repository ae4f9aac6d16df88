from __future__ import annotations

import numpy as np

from explain.methods.saliency import saliency
from explain.methods.smoothgrad import NOISE, SAMPLES, smoothgrad
from explain.probe import Probe
from tests.explain.methods import oracles


def test_over_a_linear_network_it_is_saliency(crops):
    oracles.is_the_largest_weight(smoothgrad, crops[:1])
    oracles.is_the_largest_weight(saliency, crops[:1])


def test_it_is_the_magnitude_of_the_mean_gradient_over_noisy_copies(detector, crops):
    """Computed again a copy at a time, with the same chance."""
    noise = np.random.default_rng(0).normal(0, NOISE, (SAMPLES, 256, 256, 3)).astype(np.float32)
    probe = Probe(detector, crops[:1])
    slopes = [probe.slopes(crops[:1] + one[None])[0] for one in noise]
    expected = np.abs(np.mean(slopes, axis=0)).max(axis=-1)
    np.testing.assert_allclose(smoothgrad(probe).values[0], expected, atol=1e-3 * expected.max())
