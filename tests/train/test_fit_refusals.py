"""What `fit` refuses, before anything is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.train.short_training import SHORT
from tests.train.short_training import run as run
from train.datasets import DataError
from train.fit import fit
from train.settings import Phase


@pytest.mark.parametrize(
    "changes",
    [
        {"batch_size": 3},
        {"patch_weight": -0.5},
        {"epoch_crops": 3},
        {"patience": -1},
        {"augmentation": 3.5},
        {"precision": "float8"},
        {"phases": ()},
        {"phases": (Phase(64, -1, 1e-2, True),)},
        {"phases": (Phase(64, 1, 0.0, True),)},
        {"network": "meso4"},
    ],
    ids=[
        "odd batch",
        "negative weight",
        "less than a batch",
        "no patience",
        "too strong changes",
        "unknown precision",
        "no phase",
        "negative epochs",
        "no learning",
        "windows the network can't take",
    ],
)
def test_settings_that_can_not_work_are_refused_before_anything_is_written(
    run: Callable[..., Path], tmp_path: Path, changes: dict
):
    # A folder claimed with a typing error would refuse the right settings afterwards.
    with pytest.raises(ValueError, match="Received"):
        run(tmp_path / "out", **changes)
    assert not (tmp_path / "out").exists()


def test_a_mistyped_data_folder_is_refused_before_anything_is_written(tmp_path: Path, tiny_network: str):
    with pytest.raises(DataError, match="no such folder"):
        fit(tmp_path / "nowhere", tmp_path / "out", tmp_path / "cache", replace(SHORT, network=tiny_network))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"start": "nowhere.weights.h5"}, "There is no such file: nowhere.weights.h5"),
        ({"whole": ("navi",)}, "a source that is not there: 'navi'. There are: navy, space"),
        ({"start": "imagenet"}, "no ImageNet weights for tiny"),
    ],
)
def test_a_mistyped_option_is_refused_before_anything_is_written(
    run: Callable[..., Path], tmp_path: Path, changes: dict, words: str
):
    with pytest.raises(ValueError, match=words):
        run(tmp_path / "out", **changes)
    assert not (tmp_path / "out").exists()


def test_data_whose_validation_can_not_measure_any_source_is_refused(
    faces_data: Path, tmp_path: Path, tiny_network: str
):
    data = tmp_path / "data"
    shutil.copytree(faces_data, data)
    shutil.rmtree(data / "navy/validation/real")
    shutil.rmtree(data / "space/validation/fake")
    with pytest.raises(DataError, match="no source has both real and fake faces for validation"):
        fit(data, tmp_path / "out", tmp_path / "cache", replace(SHORT, network=tiny_network))
