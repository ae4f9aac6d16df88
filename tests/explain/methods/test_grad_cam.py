from __future__ import annotations

import numpy as np
import pytest

from explain.methods.grad_cam import grad_cam
from explain.probe import Probe
from tests.explain.methods.probes import probe_of


def test_two_cells_two_channels_by_hand():
    features = np.array([[[[1.0, 10.0], [2.0, 20.0]]]])
    at_features = np.array([[[[0.5, -0.1], [1.5, -0.3]]]])
    # Channel weights are the mean gradients 1.0 and -0.2.
    np.testing.assert_allclose(grad_cam(probe_of(features, at_features)).values, [[[1 - 2, 2 - 4]]])


def test_the_cells_add_up_to_the_logit_minus_the_bias(detector, crops):
    probe = Probe(detector, crops)
    bias = float(detector.network.get_layer("patch_logits").bias.numpy()[0])
    sums = grad_cam(probe).values.sum(axis=(1, 2), dtype=np.float64)
    np.testing.assert_allclose(sums, probe.gradients.logits - bias, rtol=1e-5, atol=1e-5)


def test_each_cell_is_its_patch_logit_without_bias_over_the_number_of_cells(detector, crops):
    import keras

    head = detector.network.get_layer("patch_logits")
    patches = np.asarray(keras.Model(detector.network.inputs, head.output)(crops))[..., 0]
    expected = (patches - float(head.bias.numpy()[0])) / 256
    np.testing.assert_allclose(grad_cam(Probe(detector, crops)).values, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_agrees_with_tf_keras_vis(detector, crops):
    from tf_keras_vis.gradcam import Gradcam

    ours = np.maximum(grad_cam(Probe(detector, crops[:1])).values, 0)
    theirs = Gradcam(detector.network, clone=True)(
        lambda output: output[:, 0],
        crops[:1].astype(np.float32),
        penultimate_layer="features",
        seek_penultimate_conv_layer=False,
        expand_cam=False,
        normalize_cam=False,
    )
    assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()
