"""Detectors of a few numbers that differ in their weights, and faces without pictures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from model.networks import build_network
from train.crops import CropSet
from train.datasets import Sample
from train.evaluation.faces import Faces
from train.files import save_plain_weights

WriteTiny = Callable[..., Path]


@pytest.fixture(scope="session")
def write_tiny(tiny_network: str) -> WriteTiny:
    """Writes a detector with random weights of the tiny network into a folder and gives its `detector.json`.

    With a `gain` its logits are so many times as far apart.
    """

    def write(folder: Path, seed: int, temperature: float = 1.0, gain: float = 1.0) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        keras.utils.set_random_seed(seed)
        network, weights = build_network(tiny_network), folder / "tiny.weights.h5"
        head = network.get_layer("patch_logits")
        head.set_weights([gain * head.get_weights()[0], head.get_weights()[1]])
        save_plain_weights(network, weights)
        description = {
            "format": 1,
            "network": tiny_network,
            "classes": ["real", "fake"],
            "preprocessing": {"size": 256, "margin": 1.3, "values": "RGB 0..255"},
            "weights": {"file": weights.name, "sha256": hashlib.sha256(weights.read_bytes()).hexdigest()},
            "calibration": {"temperature": temperature, "real_below": 0.4, "fake_above": 0.6},
        }
        (folder / "detector.json").write_text(json.dumps(description))
        return folder / "detector.json"

    return write


@pytest.fixture
def two_files(write_tiny: WriteTiny, tmp_path: Path) -> list[Path]:
    """Two detectors, in the folders "first" and "second"."""
    return [write_tiny(tmp_path / "first", 1), write_tiny(tmp_path / "second", 2, temperature=0.5)]


@pytest.fixture
def make_faces() -> Callable[..., Faces]:
    """Makes faces without pictures: as many reals as fakes in each of two sources, `size` faces in each group."""

    def make(count: int, size: int = 1) -> Faces:
        samples = []
        for source in ("a", "b"):
            for label in (0, 1):
                for number in range(count):
                    group = f"{source}{label}{number // size}"
                    samples.append(Sample(f"{group}/{number}.jpg", source, "validation", label, group))
        rows = np.arange(len(samples))
        crops = CropSet(np.empty((len(rows), 0)), samples, rows, np.zeros((len(rows), 5, 2)), [])
        return Faces(crops, "validation", [], ["a", "b"], [])

    return make
