"""Averaging weights: the mean of the numbers, calibrated and exported as any training is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from model.detector import load_detector
from model.networks import build_network
from train.__main__ import main
from train.average import average, average_weights
from train.files import save_plain_weights


@pytest.fixture
def two(tiny_network: str, tmp_path: Path) -> list[Path]:
    """Weight files of the tiny network: all ones, and all threes."""
    files = []
    for number in (1.0, 3.0):
        network = build_network(tiny_network)
        network.set_weights([np.full_like(weight, number) for weight in network.get_weights()])
        files.append(tmp_path / f"{number:.0f}.weights.h5")
        save_plain_weights(network, files[-1])
    return files


@pytest.mark.parametrize(("shares", "mean"), [((1, 1), 2.0), ((0.75, 0.25), 1.5), ((3, 1), 1.5), ((0, 1), 3.0)])
def test_every_weight_is_the_weighted_mean(two: list[Path], tiny_network: str, shares: tuple, mean: float):
    for weight in average_weights(tiny_network, two, shares).get_weights():
        np.testing.assert_allclose(weight, mean)


def test_the_result_is_a_detector_that_names_its_parts(
    two: list[Path], tiny_network: str, faces_data: Path, faces_cache: Path, tmp_path: Path
):
    path = average(faces_data, tmp_path / "out", faces_cache, two, (1, 3), network=tiny_network)
    network = load_detector(path).network
    np.testing.assert_allclose(network.get_layer("first").kernel, 2.5)
    parts = json.loads(path.read_text())["training"]["settings"]["averaged"]
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in two]
    assert parts == [
        {"share": 0.25, "file": "1.weights.h5", "sha256": digests[0]},
        {"share": 0.75, "file": "3.weights.h5", "sha256": digests[1]},
    ]
    assert str(tmp_path) not in path.read_text()


def test_networks_of_another_depth_are_averaged_and_described_as_such(
    faces_data: Path, faces_cache: Path, tmp_path: Path
):
    network, file = build_network("patchres", 3), tmp_path / "shallow.weights.h5"
    save_plain_weights(network, file)
    options = {"network": "patchres", "depth": 3}
    path = average(faces_data, tmp_path / "out", faces_cache, [file, file], (1, 1), **options)
    assert json.loads(path.read_text())["depth"] == 3
    assert load_detector(path).network.count_params() == network.count_params()


@pytest.mark.parametrize("shares", [["1"], ["1", "-1"], ["0", "0"]])
def test_impossible_shares_are_named(two: list[Path], faces_data: Path, tmp_path: Path, shares, capsys):
    files = [str(file) for file in two]
    out = tmp_path / "out"
    status = main(["average", "--data", str(faces_data), "--weights", *files, "--shares", *shares, "--out", str(out)])
    assert status == 2
    assert "each file needs one share" in capsys.readouterr().err
    assert not out.exists()


def test_a_missing_file_is_named(faces_data: Path, tmp_path: Path, capsys):
    arguments = ["--data", str(faces_data), "--weights", "nowhere.weights.h5", "--shares", "1", "--out", str(tmp_path)]
    assert main(["average", *arguments]) == 2
    assert "nowhere.weights.h5" in capsys.readouterr().err
