"""Baselines: each network is trained the same way, measured on the validation split, and kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from model.networks import build_network
from train import __main__ as command_line
from train.batches import predict_logits
from train.comparison import baselines as baselines_module
from train.comparison.baselines import baselines_table, measure_baseline, train_baselines
from train.crops import CropSet, load_crops
from train.datasets import Sample, read_samples
from train.files import load_plain_weights
from train.pairs import Mixture
from train.settings import Phase, Settings

SHORT = Settings(
    phases=(Phase(256, 1, 1e-3, True),),
    batch_size=4,
    epoch_crops=4,
    mixture=Mixture(self_blended=0.0, swapped=0.0, resynthesised=0.0, across=0.0),
)

pytestmark = pytest.mark.usefixtures("eager", "undrawn_plots")


@pytest.fixture(scope="module")
def crops(faces_data: Path, faces_cache: Path) -> CropSet:
    return load_crops(faces_data, read_samples(faces_data), faces_cache)


@pytest.fixture
def train(crops: CropSet, faces_cache: Path, tiny_network: str) -> Callable[..., dict]:
    """Trains networks in a folder; keywords replace settings."""

    def run(out: Path, *networks: str, **changes: object) -> dict:
        return train_baselines(crops, out, faces_cache, networks, replace(SHORT, **changes))

    return run


def test_each_network_gets_a_row_with_what_its_best_weights_say(train: Callable, crops: CropSet, tmp_path: Path):
    report = train(tmp_path, "tiny", "meso4")
    assert json.loads((tmp_path / "baselines.json").read_text()) == json.loads(json.dumps(report))
    assert [row["name"] for row in report["rows"]] == ["tiny", "meso4"]
    validation = crops.select("validation")
    for row in report["rows"]:
        network = build_network(row["name"])
        load_plain_weights(network, tmp_path / row["name"] / "best.weights.h5")
        logits = predict_logits(network, validation)
        assert row["all"] == pytest.approx(roc_auc_score(validation.labels, logits), abs=1e-4)
        assert row["auc"].keys() == {"navy", "space"}
        for source, auc in row["auc"].items():
            chosen = validation.sources == source
            assert auc == pytest.approx(roc_auc_score(validation.labels[chosen], logits[chosen]), abs=1e-4)
        assert row["epochs"] == 1
    # 4 filters of 5 x 5 x 3 and a bias, four numbers a channel of the normalisation, 4 weights and a bias.
    assert [row["parameters"] for row in report["rows"]] == [4 * 76 + 4 * 4 + 5, 28_073]


@pytest.mark.parametrize("name", ["meso4", "mesoinception4", "cnn4", "cnn-small"])
def test_every_baseline_can_be_trained(name: str, train: Callable, tmp_path: Path):
    start = build_network(name).get_weights()
    (row,) = train(tmp_path, name)["rows"]
    assert 0 <= row["all"] <= 1
    trained = build_network(name)
    load_plain_weights(trained, tmp_path / name / "best.weights.h5")
    assert any(not np.array_equal(before, after) for before, after in zip(start, trained.get_weights(), strict=True))


def test_finished_networks_stay_and_others_are_added(train: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (first,) = train(tmp_path, "tiny")["rows"]
    asked = []
    real = baselines_module.train_network

    def recorded(training: CropSet, validation: CropSet, out: Path, settings: Settings, cache: Path) -> keras.Model:
        asked.append((settings.network, out.name))
        assert {sample.split for sample in training.samples} == {"train"}
        assert {sample.split for sample in validation.samples} == {"validation"}
        return real(training, validation, out, settings, cache)

    monkeypatch.setattr(baselines_module, "train_network", recorded)
    report = train(tmp_path, "cnn4", "tiny")
    assert asked == [("cnn4", "cnn4")]
    assert [row["name"] for row in report["rows"]] == ["tiny", "cnn4"]
    assert report["rows"][0] == first


def test_other_settings_and_unknown_networks_are_refused(train: Callable, tmp_path: Path):
    with pytest.raises(ValueError, match=r"`name` must be one of .* Received: name='resnet'"):
        train(tmp_path / "out", "tiny", "resnet")
    assert not (tmp_path / "out").exists()
    train(tmp_path / "out", "tiny")
    with pytest.raises(ValueError, match="holds results of other settings"):
        train(tmp_path / "out", "tiny", seed=1)


def test_the_pooled_figure_is_over_sources_with_both_classes_by_hand():
    rows = [("disk", 0, -1.0), ("disk", 1, 1.0), ("mask", 0, 2.0), ("mask", 1, 3.0), ("studio", 1, -9.0)]
    samples = [Sample(str(i), source, "validation", label, str(i)) for i, (source, label, _) in enumerate(rows)]
    crops = CropSet(np.zeros((5, 1, 1, 3), np.uint8), samples, np.arange(5), np.zeros((5, 5, 2)), [])
    figures = measure_baseline(crops, np.array([logit for *_, logit in rows]))
    # Within a source every fake is above every real; over both, the fake of 1.0 is below the real of 2.0.
    assert figures == {"auc": {"disk": 1.0, "mask": 1.0}, "all": 0.75}


def test_the_table_has_a_row_for_each_network():
    rows = [
        {"name": "meso4", "parameters": 28073, "auc": {"disk": 0.61234, "mask": 0.5}, "all": 0.55, "epochs": 3},
        {"name": "cnn-small", "parameters": 7392449, "auc": {"disk": 0.7, "mask": 0.8}, "all": 0.75, "epochs": 3},
    ]
    assert baselines_table({"rows": rows}).splitlines() == [
        "| network | parameters | disk | mask | all |",
        "|---|---:|---:|---:|---:|",
        "| meso4 | 28,073 | 0.612 | 0.500 | 0.550 |",
        "| cnn-small | 7,392,449 | 0.700 | 0.800 | 0.750 |",
    ]


def test_the_command_trains_all_baselines_on_whole_crops(
    faces_data: Path, faces_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    monkeypatch.setattr(baselines_module, "train_baselines", lambda *them: asked.append(them) or {"rows": []})
    command = ["baselines", "--data", str(faces_data), "--out", str(tmp_path), "--cache", str(faces_cache)]
    assert command_line.main([*command, "--epochs", "4", "--epoch-crops", "640", "--seed", "2"]) == 0
    ((crops, out, cache, networks, settings),) = asked
    assert (len(crops.samples), out, cache) == (24, tmp_path, faces_cache)
    assert sorted(networks) == ["cnn-small", "cnn4", "meso4", "mesoinception4"]
    assert settings == replace(Settings(), phases=(Phase(256, 4, 1e-3, True),), epoch_crops=640, seed=2)
