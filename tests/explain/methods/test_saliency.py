from __future__ import annotations

import numpy as np
import pytest

from explain.methods.saliency import saliency
from explain.probe import Probe
from tests.explain.methods.probes import probe_of


def test_the_largest_magnitude_over_the_colours_by_hand():
    at_pixels = np.array([[[[0.1, -0.5, 0.2], [0.0, 0.0, 0.0]]]], np.float32)
    probe = probe_of(np.zeros((1, 1, 1, 1)), np.zeros((1, 1, 1, 1)), at_pixels)
    np.testing.assert_allclose(saliency(probe).values, [[[0.5, 0.0]]])


@pytest.mark.filterwarnings("ignore")
def test_agrees_with_tf_keras_vis(detector, crops):
    from tf_keras_vis.saliency import Saliency

    ours = saliency(Probe(detector, crops[:1])).values
    theirs = Saliency(detector.network, clone=True)(
        lambda output: output[:, 0], crops[:1].astype(np.float32), normalize_map=False
    )
    assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()


def test_certainty_does_not_fade_the_map(detector, crops):
    """The gradient is the logit's: adding 30 to the bias saturates the probability, not the map."""
    head = detector.network.get_layer("patch_logits")
    kernel, bias = head.get_weights()
    before = saliency(Probe(detector, crops[:1])).values
    try:
        head.set_weights([kernel, bias + 30])
        after = saliency(Probe(detector, crops[:1])).values
    finally:
        head.set_weights([kernel, bias])
    np.testing.assert_allclose(after, before, rtol=1e-5)
