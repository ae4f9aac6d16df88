"""A folder of results belongs to one set of settings and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from train.datasets import Sample
from train.folders import claim_folder

SAMPLES = [Sample(f"{name}.jpg", "disk", "train", 0, name) for name in "ab"]


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_same_settings_can_come_back(tmp_path: Path):
    claim_folder(tmp_path / "deep" / "out", {"phases": (1, 2), "seed": 0}, SAMPLES)
    before = contents(tmp_path / "deep" / "out")
    assert before.keys() == {"settings.json", "manifest.csv"}
    # A list is what a tuple becomes in a file.
    claim_folder(tmp_path / "deep" / "out", {"phases": [1, 2], "seed": 0}, SAMPLES)
    assert contents(tmp_path / "deep" / "out") == before


@pytest.mark.parametrize(
    "settings", [{"seed": 1, "faces": 5}, {"seed": 0}, {"seed": 0, "faces": 5, "more": 1}], ids=str
)
def test_other_settings_are_refused_and_the_difference_is_named(tmp_path: Path, settings: dict):
    claim_folder(tmp_path, {"seed": 0, "faces": 5}, SAMPLES)
    before = contents(tmp_path)
    with pytest.raises(ValueError, match="holds results of other settings") as caught:
        claim_folder(tmp_path, settings, SAMPLES)
    assert str(tmp_path) in str(caught.value)
    named = str(caught.value).partition("There")[2]
    assert [key in named for key in ("seed", "faces", "more")] == [
        settings.get(key) != {"seed": 0, "faces": 5}.get(key) for key in ("seed", "faces", "more")
    ]
    assert contents(tmp_path) == before


def test_other_pictures_are_refused(tmp_path: Path):
    claim_folder(tmp_path, {}, SAMPLES)
    claim_folder(tmp_path, {"seed": 0}, SAMPLES)
    before = contents(tmp_path)
    with pytest.raises(ValueError, match="holds results on other pictures"):
        claim_folder(tmp_path, {"seed": 0}, SAMPLES[:1])
    assert contents(tmp_path) == before
