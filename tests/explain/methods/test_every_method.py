"""What every method promises, by its name."""

from __future__ import annotations

import numpy as np
import pytest

from explain import gradients
from explain.inspection import compute_heatmaps
from explain.methods import METHODS, require_methods
from explain.probe import Probe
from model.networks import NETWORKS, build_network
from model.transfer import APPLICATIONS
from tests.explain.methods import oracles
from tests.explain.methods.networks import as_detector, nested_detector

SIGNED = [name for name, method in METHODS.items() if method.signed]
EXACT = ["grad-cam", "patch-evidence"]


def test_the_nine_methods_have_names_titles_and_a_sentence_each():
    assert list(METHODS) == [
        "grad-cam",
        "grad-cam++",
        "layercam",
        "score-cam",
        "patch-evidence",
        "saliency",
        "smoothgrad",
        "integrated-gradients",
        "occlusion",
    ]
    for method in METHODS.values():
        assert method.title
        assert method.description.endswith(".") and len(method.description.split()) >= 10
        assert method.unit.weakest > 0


@pytest.mark.parametrize("name", METHODS)
def test_one_finite_map_a_face_at_its_own_resolution(name, detector, crops):
    probe = Probe(detector, crops[:2])
    maps = METHODS[name].compute(probe)
    assert maps.values.dtype == np.float32
    assert maps.values.shape[0] == 2 and maps.values.ndim == 3
    assert np.isfinite(maps.values).all()
    assert maps.to_crop.shape == (2, 3)
    assert np.ptp(maps.values) > 0
    if not METHODS[name].signed:
        assert maps.values.min() >= 0


@pytest.mark.parametrize("name", METHODS)
def test_a_face_has_the_same_map_alone_and_among_others(name, detector, crops):
    together = METHODS[name].compute(Probe(detector, crops[:2])).values[1]
    alone = METHODS[name].compute(Probe(detector, crops[1:2])).values[0]
    np.testing.assert_allclose(alone, together, atol=1e-3 * np.abs(together).max())


@pytest.mark.parametrize("name", METHODS)
def test_the_same_map_every_time(name, detector, crops):
    first, second = (METHODS[name].compute(Probe(detector, crops[:1])).values for _ in range(2))
    np.testing.assert_allclose(first, second, atol=1e-4 * np.abs(first).max())


@pytest.mark.parametrize("name", METHODS)
def test_progress_only_grows_and_ends_at_one(name, detector, crops):
    shares = []
    compute_heatmaps(Probe(detector, crops[:1]), [name], shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    if not METHODS[name].quick:
        assert len(shares) > 3, "what takes more than a moment says how far it is"


def test_nothing_is_compiled_again_after_the_first_face(detector, crops):
    compute_heatmaps(Probe(detector, crops[:1]), METHODS)
    network = detector.folded.network
    functions = [gradients._compile(network, "features"), gradients._compile_slopes(network)]
    compute_heatmaps(Probe(detector, crops[1:]), METHODS)
    assert [function.experimental_get_tracing_count() for function in functions] == [1, 1]
    # Keras compiles a forward pass for one number of pictures, and for any number when another one comes.
    assert network.predict_function.experimental_get_tracing_count() == 2
    detector.logits(crops[1:])
    detector.logits(crops)
    assert network.predict_function.experimental_get_tracing_count() == 2


@pytest.mark.parametrize("name", ["grad-cam++", "layercam", "score-cam", "patch-evidence"])
def test_any_layer_by_name(name, detector, crops):
    maps = METHODS[name].compute(Probe(detector, crops[:1], "block4_add"))
    assert maps.values.shape == (1, 32, 32)
    np.testing.assert_allclose(maps.to_crop, [[8, 0, 7], [0, 8, 7]], atol=1)


@pytest.mark.parametrize("name", ["grad-cam", "grad-cam++", "layercam", "score-cam", "patch-evidence"])
def test_a_layer_inside_a_nested_backbone(name, crops):
    maps = METHODS[name].compute(Probe(nested_detector(), crops[:1], "backbone/middle"))
    assert maps.values.shape == (1, 128, 128)
    np.testing.assert_allclose(maps.to_crop, [[2, 0, 1], [0, 2, 1]], atol=1)
    assert np.ptp(maps.values) > 0


@pytest.mark.slow
# Those for transfer learning have up to 2,048 channels, each a pass for Score-CAM: test_architectures has the rest.
@pytest.mark.parametrize("network", sorted(NETWORKS.keys() - APPLICATIONS.keys()))
def test_any_network(network, crops):
    built = build_network(network)
    generator = np.random.default_rng(5)
    # Heads may start from zero, and a map of zeros would prove nothing.
    built.set_weights([weight + generator.normal(0, 0.02, weight.shape) for weight in built.get_weights()])
    (heatmaps,) = compute_heatmaps(Probe(as_detector(built), crops[:1]), METHODS)
    for name, heatmap in heatmaps.items():
        assert np.isfinite(heatmap.values).all(), name
        assert heatmap.on_crop().shape == (256, 256), name


@pytest.mark.parametrize("name", EXACT)
def test_exact_maps_add_up_and_have_the_closed_form(name, detector, crops):
    oracles.adds_up_to_the_logit(METHODS[name].compute, detector, crops)
    oracles.has_the_closed_form(METHODS[name].compute, crops)


@pytest.mark.parametrize("name", SIGNED)
def test_for_fake_and_for_real_are_the_two_signs_of_one_map(name, crops):
    oracles.changes_sign_with_the_question(METHODS[name].compute, crops[:1])


# One weight a channel can't single out a square of a feature map that is the picture itself, so not the other three.
@pytest.mark.parametrize("name", [name for name in METHODS if name not in ("grad-cam", "grad-cam++", "score-cam")])
def test_the_only_pixels_that_count_are_the_hottest(name, crops):
    oracles.finds_the_only_pixels_that_count(METHODS[name].compute, crops)


def test_names_are_read_whatever_their_case_and_hyphens():
    assert require_methods(["Grad-CAM", "layer_cam", "Integrated Gradients"]) == (
        "grad-cam",
        "layercam",
        "integrated-gradients",
    )
