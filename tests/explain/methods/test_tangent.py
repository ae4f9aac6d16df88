"""Grad-CAM++ and LayerCAM on the tangent network are those of tf-keras-vis on the whole one."""

from __future__ import annotations

import numpy as np
import pytest

from explain.methods.grad_cam_plus_plus import grad_cam_plus_plus
from explain.methods.layer_cam import layer_cam
from explain.methods.tangent import LAYER, tangent_network
from explain.probe import Probe
from tests.explain.methods.probes import probe_of

pytestmark = pytest.mark.filterwarnings("ignore")


def by_the_library(method, detector, crops, layer, sign):
    return np.asarray(
        method(detector.folded.network, clone=True)(
            lambda output: sign * output[:, 0],
            crops.astype(np.float32),
            penultimate_layer=layer,
            seek_penultimate_conv_layer=False,
            expand_cam=False,
            normalize_cam=False,
        )
    )


@pytest.mark.parametrize("layer", ["features", "block4_add"])
def test_layer_cam_is_that_of_the_whole_network(layer, detector, crops):
    from tf_keras_vis.layercam import Layercam

    ours = layer_cam(Probe(detector, crops[:2], layer)).values
    theirs = sum(sign * by_the_library(Layercam, detector, crops[:2], layer, sign) for sign in (1, -1))
    assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()


@pytest.mark.parametrize("layer", ["features", "block4_add"])
def test_grad_cam_plus_plus_is_that_of_the_whole_network_but_for_its_scale(layer, detector, crops):
    """The paper explains exp(logit): its map is ours times that."""
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus

    probe = Probe(detector, crops[:2], layer)
    growth = np.exp(probe.gradients.logits)[:, None, None]
    theirs = (
        by_the_library(GradcamPlusPlus, detector, crops[:2], layer, 1) / growth
        - by_the_library(GradcamPlusPlus, detector, crops[:2], layer, -1) * growth
    )
    # Its weights are quotients whose divisors may nearly cancel, so rounding shows.
    assert np.abs(grad_cam_plus_plus(probe).values - theirs).max() <= 5e-3 * np.abs(theirs).max()


def test_layer_cam_by_hand():
    """Two cells, two channels: for fake only positive gradients count, for real only negative ones."""
    features = np.array([[[[1.0, 10.0], [2.0, 20.0]]]], np.float32)
    at_features = np.array([[[[0.5, -0.1], [1.5, 0.3]]]], np.float32)
    # For fake 0.5 and 2 x 1.5 + 20 x 0.3; for real 10 x 0.1 and nothing.
    np.testing.assert_allclose(layer_cam(probe_of(features, at_features)).values, [[[0.5 - 1.0, 9.0]]], rtol=1e-5)


def test_the_tangent_has_the_gradient_and_no_answer_of_its_own(detector, crops):
    gradients = Probe(detector, crops[:1]).gradients
    tangent = tangent_network(gradients, 0, -1.0)
    assert tangent.get_layer(LAYER).output.shape[1:] == gradients.features.shape[1:]
    assert float(np.asarray(tangent(gradients.features))[0, 0]) == pytest.approx(0, abs=1e-3)
    step = np.zeros_like(gradients.features)
    step[0, 3, 5, 7] = 10.0
    moved = float(np.asarray(tangent(gradients.features + step))[0, 0])
    assert moved == pytest.approx(-10 * gradients.at_features[0, 3, 5, 7], rel=1e-2, abs=2e-3)
