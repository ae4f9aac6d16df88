"""An ensemble is explained as any detector is: its maps are the weighted sums of its members' maps."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from explain import METHODS, inspect_photo
from explain.inspection import compute_heatmaps
from explain.probe import Probe, require_layer
from model.calibration import Calibration
from model.detector import Detector, Member
from model.ensemble import join_networks

SHARES, BIAS = (0.6, 1.5), -0.4
CALIBRATION = Calibration(1.0, 0.3, 0.7)
OF_LAYERS = ["grad-cam", "grad-cam++", "layercam", "patch-evidence", "score-cam"]


def small_network(stride: int, seed: int) -> keras.Model:
    keras.utils.set_random_seed(seed)
    pixels = keras.Input((None, None, 3), name="pixels")
    x = keras.layers.Rescaling(1 / 128, offset=-1, name="preprocessing")(pixels)
    x = keras.layers.Conv2D(6, 5, strides=4, padding="same", activation="relu", name="first")(x)
    x = keras.layers.Conv2D(6, 3, strides=stride, padding="same", activation="relu", name="features")(x)
    bias = keras.initializers.Constant(0.2 * seed)
    x = keras.layers.Conv2D(1, 1, bias_initializer=bias, name="patch_logits")(x)
    return keras.Model(pixels, keras.layers.GlobalAveragePooling2D(name="logit")(x), name="small")


@pytest.fixture(scope="module")
def ensemble() -> Detector:
    """Two networks of one name, with maps of 16 x 16 and 8 x 8 cells, and head biases of 0.2 and 0.4."""
    networks = [small_network(4, 1), small_network(8, 2)]
    alone = [Detector(network, CALIBRATION, {"network": "small"}) for network in networks]
    members = tuple(Member(share, detector) for share, detector in zip(SHARES, alone, strict=True))
    description = {"network": "ensemble", "weights": {"sha256": "0" * 64}, "bias": BIAS}
    return Detector(join_networks(networks, SHARES, BIAS), CALIBRATION, description, members)


@pytest.mark.parametrize("method", ["grad-cam", "patch-evidence"])
def test_a_map_adds_up_to_the_logit_minus_all_biases(ensemble: Detector, crops: np.ndarray, method: str):
    maps = METHODS[method].compute(Probe(ensemble, crops))
    biases = BIAS + SHARES[0] * 0.2 + SHARES[1] * 0.4
    assert maps.values.shape == (3, 16, 16)
    np.testing.assert_allclose(maps.values.sum(axis=(1, 2)), ensemble.logits(crops) - biases, atol=1e-4)


def test_logits_and_saliency_are_those_of_the_joined_network(ensemble: Detector, crops: np.ndarray):
    probe = Probe(ensemble, crops)
    np.testing.assert_allclose(probe.gradients.logits, ensemble.logits(crops), atol=1e-5)
    slopes = probe.slopes(crops.astype(np.float32))
    np.testing.assert_allclose(probe.gradients.at_pixels, slopes, atol=1e-3 * np.abs(slopes).max())


def test_a_member_that_counts_nothing_leaves_the_map_of_the_other(ensemble: Detector, crops: np.ndarray):
    first, second = ensemble.members
    networks = [first.detector.network, second.detector.network]
    alone = Detector(
        join_networks(networks, (1, 0), 0),
        CALIBRATION,
        {"bias": 0.0},
        (Member(1.0, first.detector), Member(0, second.detector)),
    )
    expected = METHODS["grad-cam"].compute(Probe(first.detector, crops))
    received = METHODS["grad-cam"].compute(Probe(alone, crops))
    np.testing.assert_allclose(received.values, expected.values, atol=1e-6)
    np.testing.assert_array_equal(received.to_crop, expected.to_crop)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_explains_an_ensemble(ensemble: Detector, crops: np.ndarray, method: str):
    reported = []
    probe = Probe(ensemble, crops[:1])
    (heatmaps,) = compute_heatmaps(probe, [method], reported.append)
    heatmap = heatmaps[method]
    assert np.isfinite(heatmap.values).all()
    assert np.ptp(heatmap.values) > 0
    assert heatmap.values.shape == ((16, 16) if method in OF_LAYERS else heatmap.values.shape)
    assert reported == sorted(reported) and reported[-1] == 1


def test_a_layer_that_every_member_has_is_explained_in_each(ensemble: Detector, crops: np.ndarray):
    maps = METHODS["grad-cam"].compute(Probe(ensemble, crops, "first"))
    parts = [METHODS["grad-cam"].compute(Probe(member.detector, crops, "first")) for member in ensemble.members]
    assert maps.values.shape == (3, 64, 64)
    expected = sum(share * part.values.sum() for share, part in zip(SHARES, parts, strict=True))
    assert maps.values.sum() == pytest.approx(expected, rel=1e-4)


def test_a_layer_of_one_member_is_named_with_the_member(ensemble: Detector, crops: np.ndarray):
    maps = METHODS["grad-cam"].compute(Probe(ensemble, crops, "member2/features"))
    alone = METHODS["grad-cam"].compute(Probe(ensemble.members[1].detector, crops))
    np.testing.assert_allclose(maps.values, SHARES[1] * alone.values, atol=1e-5)


@pytest.mark.parametrize("layer", ["nowhere", "member3/features", "member1/nowhere"])
def test_an_unknown_layer_is_named(ensemble: Detector, layer: str):
    with pytest.raises(ValueError, match=f"Received: '{layer}'"):
        require_layer(ensemble, layer)


def test_a_photo_is_inspected_as_by_any_detector(ensemble: Detector, examples):
    inspection = inspect_photo(examples / "astronaut.jpg", detector=ensemble)
    (face,) = inspection.faces
    (score,) = ensemble.score(face.crop[None])
    assert face.logit == pytest.approx(score.logit, abs=1e-4)
    assert face.heatmaps["grad-cam"].values.shape == (16, 16)
    assert inspection.detector == "ensemble-000000000000"
    json.loads(inspection.to_json())
