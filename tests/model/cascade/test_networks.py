"""The networks of the face search are those of the package `mtcnn`, and no others are loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from model.cascade import networks
from model.cascade.networks import FOLDER, SHA256, run_network

# By name: the package's stage, and the size of a picture it takes.
STAGES = {"proposal": (0, (50, 73)), "refinement": (1, (24, 24)), "output": (2, (48, 48))}


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Another folder with the networks, from which they are loaded anew."""
    monkeypatch.setattr(networks, "FOLDER", shutil.copytree(FOLDER, tmp_path / "mtcnn"))
    networks._session.cache_clear()
    yield tmp_path / "mtcnn"
    networks._session.cache_clear()


@pytest.fixture(scope="module")
def stages() -> list:
    from mtcnn import MTCNN

    return MTCNN().stages


@pytest.mark.parametrize("name", STAGES)
def test_a_network_says_what_that_of_the_package_says(name: str, stages: list):
    place, size = STAGES[name]
    pixels = np.random.default_rng(2).uniform(-1, 1, (3, *size, 3)).astype(np.float32)
    offsets, *landmarks, scores = (part.numpy() for part in stages[place].model(pixels))
    answer = run_network(name, pixels)
    np.testing.assert_allclose(answer["offsets"], offsets, atol=1e-5)
    np.testing.assert_allclose(answer["scores"], scores, atol=1e-5)
    assert answer.keys() == {"offsets", "scores"} | ({"landmarks"} if landmarks else set())
    if landmarks:
        np.testing.assert_allclose(answer["landmarks"], landmarks[0], atol=1e-5)


def test_written_again_the_files_are_the_same(tmp_path: Path):
    from train.shipping.search_networks import write_networks

    assert write_networks(tmp_path) == SHA256
    for name in SHA256:
        assert (tmp_path / f"{name}.onnx").read_bytes() == (FOLDER / f"{name}.onnx").read_bytes()


def test_a_changed_file_is_not_loaded(folder: Path):
    data = bytearray((folder / "refinement.onnx").read_bytes())
    data[-1] ^= 1
    (folder / "refinement.onnx").write_bytes(data)
    with pytest.raises(RuntimeError, match="this is not the face search's"):
        run_network("refinement", np.zeros((1, 24, 24, 3), np.float32))


def test_a_missing_file_is_named(folder: Path):
    (folder / "output.onnx").unlink()
    with pytest.raises(RuntimeError, match=r"output\.onnx: this part of the face search can't be read: No such file"):
        run_network("output", np.zeros((1, 48, 48, 3), np.float32))
