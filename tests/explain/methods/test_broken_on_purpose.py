"""The oracles notice: each is handed implementations with one mistake in them and must fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explain.methods.elsewhere import move_crops
from explain.methods.grad_cam import grad_cam
from explain.methods.integrated_gradients import integrated_gradients
from explain.methods.method import Maps
from explain.methods.occlusion import occlusion
from explain.methods.patch_evidence import patch_evidence
from explain.methods.saliency import saliency
from explain.methods.smoothgrad import smoothgrad
from explain.methods.tangent import both_signs
from explain.probe import Probe
from tests.explain.methods import oracles


def flipped(method):
    """Evidence for real shown as evidence for fake."""

    def compute(probe: Probe) -> Maps:
        maps = method(probe)
        return replace(maps, values=-maps.values)

    return compute


def moved(method, by: int = 1):
    """Every value painted one cell to the right and below."""

    def compute(probe: Probe) -> Maps:
        maps = method(probe)
        return replace(maps, values=np.roll(maps.values, (by, by), axis=(1, 2)))

    return compute


def transposed(method):
    """Rows and columns mistaken for one another."""

    def compute(probe: Probe) -> Maps:
        maps = method(probe)
        return replace(maps, values=maps.values.transpose(0, 2, 1))

    return compute


def without_sign(method):
    """The ReLU of the paper, which throws away what speaks for real."""

    def compute(probe: Probe) -> Maps:
        maps = method(probe)
        return replace(maps, values=np.maximum(maps.values, 0))

    return compute


def stretched(method):
    """Moved to 0..1, as every peer does before anybody can look at the numbers."""

    def compute(probe: Probe) -> Maps:
        maps = method(probe)
        low, high = maps.values.min(), maps.values.max()
        return replace(maps, values=(maps.values - low) / (high - low))

    return compute


def with_absolute_weights(probe: Probe) -> Maps:
    weights = np.abs(probe.gradients.at_features.mean(axis=(1, 2), keepdims=True))
    return Maps((weights * probe.gradients.features).sum(axis=-1), probe.to_crop)


def with_summed_weights(probe: Probe) -> Maps:
    weights = probe.gradients.at_features.sum(axis=(1, 2), keepdims=True)
    return Maps((weights * probe.gradients.features).sum(axis=-1), probe.to_crop)


@pytest.mark.parametrize(
    "broken",
    [
        flipped(grad_cam),
        without_sign(grad_cam),
        stretched(grad_cam),
        with_absolute_weights,
        with_summed_weights,
        flipped(patch_evidence),
    ],
)
def test_the_sum_rule_notices(broken, detector, crops):
    with pytest.raises(AssertionError):
        oracles.adds_up_to_the_logit(broken, detector, crops)


@pytest.mark.parametrize("broken", [flipped(grad_cam), moved(grad_cam), transposed(grad_cam), without_sign(grad_cam)])
def test_the_closed_form_notices(broken, crops):
    oracles.has_the_closed_form(grad_cam, crops)
    with pytest.raises(AssertionError):
        oracles.has_the_closed_form(broken, crops)


@pytest.mark.parametrize("broken", [without_sign(patch_evidence), stretched(patch_evidence), without_sign(occlusion)])
def test_the_two_signs_notice(broken, crops):
    with pytest.raises(AssertionError):
        oracles.changes_sign_with_the_question(broken, crops[:1])


@pytest.mark.parametrize(
    "broken",
    [
        flipped(patch_evidence),
        moved(patch_evidence, by=64),
        transposed(saliency),
        transposed(integrated_gradients),
        moved(occlusion, by=3),
        flipped(occlusion),
    ],
)
def test_the_square_that_counts_notices(broken, crops):
    with pytest.raises(AssertionError):
        oracles.finds_the_only_pixels_that_count(broken, crops)


def mean_over_colours(probe: Probe) -> Maps:
    return Maps(np.abs(probe.gradients.at_pixels).mean(axis=-1), np.eye(2, 3))


def largest_before_magnitude(probe: Probe) -> Maps:
    return Maps(probe.gradients.at_pixels.max(axis=-1), np.eye(2, 3))


def sum_of_samples(probe: Probe) -> Maps:
    maps = smoothgrad(probe)
    return replace(maps, values=maps.values * 16)


@pytest.mark.parametrize("broken", [mean_over_colours, largest_before_magnitude, sum_of_samples, transposed(saliency)])
def test_the_linear_network_notices(broken, crops):
    with pytest.raises(AssertionError):
        oracles.is_the_largest_weight(broken, crops[:1])


def from_black(probe: Probe) -> Maps:
    """Integrated gradients from another start than the one they are measured against."""
    values = (probe.crops * probe.gradients.at_pixels).sum(axis=-1)
    return Maps(values, np.eye(2, 3), np.zeros(len(values), np.float32))


def without_the_difference(probe: Probe) -> Maps:
    maps = integrated_gradients(probe)
    return replace(maps, values=probe.gradients.at_pixels.sum(axis=-1))


@pytest.mark.parametrize("broken", [from_black, without_the_difference, flipped(integrated_gradients)])
def test_completeness_notices(broken, crops):
    oracles.is_complete(integrated_gradients, move_crops, crops[:1])
    with pytest.raises(AssertionError):
        oracles.is_complete(broken, move_crops, crops[:1])


def test_a_dropped_relu_changes_layer_cam(detector, crops):
    """Without the ReLU on the gradients LayerCAM is patch evidence; the library's must differ from that."""
    from tf_keras_vis.layercam import Layercam

    probe = Probe(detector, crops[:1], "block4_add")
    dropped = patch_evidence(probe).values
    assert np.abs(both_signs(probe.gradients, Layercam) - dropped).max() > 0.1 * np.abs(dropped).max()
