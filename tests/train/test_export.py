"""What the training writes, `load_detector` takes, and its figures can be worked out by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from model import load_detector
from model.calibration import fit_shift
from model.networks import build_network
from train import export as module
from train.crops import CropSet
from train.export import centre, export_detector

MakeCrops = Callable[[Sequence[tuple[str, int, int]]], CropSet]
GROUPS = [("a", 0, 100), ("a", 1, 100), ("b", 0, 50), ("b", 1, 50), ("fakes", 1, 30)]


@pytest.fixture(scope="module")
def built() -> keras.Model:
    return build_network("lite0")


@pytest.fixture
def network(built: keras.Model) -> keras.Model:
    """Says 1.5 of everything."""
    built.get_layer("patch_logits").set_weights([np.zeros((1, 1, 112, 1)), np.array([1.5])])
    return built


@pytest.fixture
def logits() -> np.ndarray:
    generator = np.random.default_rng(0)
    labels = np.repeat([0, 1, 0, 1, 1], [100, 100, 50, 50, 30])
    logits = generator.normal(np.where(labels, 2.0, -2.0), 1.5)
    logits[-30:] = -20  # the unpaired fakes, all wrong
    return logits.astype(np.float32)


@pytest.fixture
def exported(
    network: keras.Model, logits: np.ndarray, make_crops: MakeCrops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict:
    monkeypatch.setattr(module, "predict_logits", lambda *_: logits)
    path = export_detector(network, "lite0", make_crops(GROUPS), tmp_path, error=0.05, about={"seed": 3})
    assert path == tmp_path / "detector.json"
    return json.loads(path.read_text())


def test_the_exported_detector_can_be_loaded_and_gives_the_networks_logits_centred(
    exported: dict, logits: np.ndarray, tmp_path: Path
):
    detector = load_detector(tmp_path / "detector.json")
    (score,) = detector.score(np.zeros((1, 256, 256, 3), np.uint8))
    # The first 300 are of sources with both classes; the others move nothing.
    shift = fit_shift(logits[:300], np.repeat([0, 1, 0, 1], [100, 100, 50, 50]))
    assert score.logit == pytest.approx(1.5 + shift, abs=1e-5)
    assert detector.description == exported


@pytest.mark.parametrize("name", ["lite0", "cnn4"])
def test_centring_moves_every_logit_alike_whatever_the_head(name: str):
    network = build_network(name)
    pixels = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3)).astype(np.float32)
    before = network.predict(pixels, verbose=0)[:, 0]
    generator = np.random.default_rng(1)
    labels = np.repeat([0, 1], 2000)
    # Normal distributions at 2 and -2 of variance 4 have log odds equal to the value itself; drawn three too low.
    logits = generator.normal(np.where(labels, 2.0, -2.0), 2.0) - 3
    shift = centre(network, logits, labels)
    assert shift == pytest.approx(3, abs=0.2)
    np.testing.assert_allclose(network.predict(pixels, verbose=0)[:, 0], before + shift, atol=1e-5)


def test_the_description_says_what_the_weights_are_for(exported: dict, tmp_path: Path):
    assert exported["classes"] == ["real", "fake"]
    assert exported["preprocessing"] == {"size": 256, "margin": 1.3, "values": "RGB 0..255"}
    weights = tmp_path / exported["weights"]["file"]
    assert exported["weights"]["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert weights.stat().st_size < 9.5e6
    assert exported["training"]["settings"] == {"seed": 3}
    assert exported["training"]["validation_faces"] == {
        "a/fake": 100,
        "a/real": 100,
        "b/fake": 50,
        "b/real": 50,
        "fakes/fake": 30,
    }


def test_fakes_without_reals_of_their_source_do_not_move_the_calibration(exported: dict, logits: np.ndarray):
    # The thirty would be a tenth of the fakes called real, and the band the whole range.
    assert exported["calibration"]["real_below"] > 0.05
    assert exported["calibration"]["temperature"] < 3
    assert exported["metrics"]["all_paired_sources"]["fakes_called_real"] <= 0.05
    assert exported["metrics"]["sources"]["fakes"]["fakes_called_real"] == 1.0


def test_figures_are_those_of_scikit_learn(exported: dict, logits: np.ndarray):
    labels = np.repeat([0, 1, 0, 1], [100, 100, 50, 50])
    metrics = exported["metrics"]
    of_a, of_b = (roc_auc_score(labels[part], logits[:300][part]) for part in (slice(0, 200), slice(200, 300)))
    assert metrics["auc"] == pytest.approx(roc_auc_score(labels, logits[:300]), abs=1e-4)
    assert metrics["mean_auc"] == pytest.approx((of_a + of_b) / 2, abs=1e-4)
    assert metrics["sources"]["a"]["auc"] == pytest.approx(of_a, abs=1e-4)
    assert metrics["sources"]["b"]["auc"] == pytest.approx(of_b, abs=1e-4)
    assert metrics["sources"]["fakes"]["auc"] is None
    assert metrics["accepted_error"] == 0.05


def test_shares_of_verdicts_are_counted_in_their_class(exported: dict, logits: np.ndarray):
    calibration = exported["calibration"]
    labels = np.repeat([0, 1, 0, 1], [100, 100, 50, 50]) == 1
    centred = logits[:300].astype(float) + fit_shift(logits[:300], labels)
    probabilities = 1 / (1 + np.exp(-centred / calibration["temperature"]))
    real, fake = probabilities < calibration["real_below"], probabilities > calibration["fake_above"]
    expected = {
        "reals_called_real": real[~labels].mean(),
        "reals_called_fake": fake[~labels].mean(),
        "fakes_called_fake": fake[labels].mean(),
        "fakes_called_real": real[labels].mean(),
    }
    assert exported["metrics"]["all_paired_sources"] == pytest.approx(expected, abs=1e-4)
    assert exported["metrics"]["uncertain"] == pytest.approx((~real & ~fake).mean(), abs=1e-4)
    assert expected["reals_called_real"] > 0.5  # the figures are of a detector that works


def test_the_description_is_json_that_any_reader_takes(exported: dict, tmp_path: Path):
    text = (tmp_path / "detector.json").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text
    assert sorted(file.name for file in tmp_path.iterdir()) == ["detector.json", "lite0.weights.h5"]


def test_the_table_of_figures_has_a_row_a_source_and_one_for_all():
    figures = {
        "reals_called_real": 0.5,
        "reals_called_fake": 0.03,
        "fakes_called_fake": 0.25,
        "fakes_called_real": None,
    }
    metrics = {"auc": 0.9876, "all_paired_sources": figures, "sources": {"dfdc": {"auc": 0.75} | figures}}
    head, line, of_source, of_all = (
        [cell.strip() for cell in row.strip("|").split("|")] for row in module.metrics_table(metrics).splitlines()
    )
    assert head == ["source", "auc", "reals called real", "reals called fake", "fakes called fake", "fakes called real"]
    assert line == ["---"] * 6
    assert of_source == ["dfdc", "0.750", "50.0%", "3.0%", "25.0%", ""]
    assert of_all[1] == "0.988"
