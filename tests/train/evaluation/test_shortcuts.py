"""The audit finds a shortcut where one was laid and none where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.evaluation.faces import Faces
from train.evaluation.shortcuts import FEATURES, LABELS, audit_shortcuts, cross_validated_auc, file_features, thumbnail


def pictures(folder: Path, make_crops, *, brighter: int = 0, larger: int = 0) -> tuple[Path, Faces]:
    """A hundred and twenty noisy pictures of a source, the fakes brighter or with more pixels than the reals."""
    generator = np.random.default_rng(0)
    crops = make_crops([("a", 0, 60), ("a", 1, 60), ("reals", 0, 3)])
    # No level of grey may tell the classes.
    crops.pixels[:] = generator.integers(0, 256, (len(crops.samples), 1, 1, 1))
    for sample in crops.samples:
        level = generator.integers(60, 140, 3) + brighter * sample.label
        side = int(generator.integers(60, 100)) + larger * sample.label
        noise = generator.integers(-20, 21, (side, side, 3))
        path = folder / sample.path
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((level + noise).clip(0, 255).astype(np.uint8)).save(path)
    return folder, Faces(crops, "all", [], ["a"], [])


def test_nothing_is_found_where_nothing_tells_the_classes(tmp_path: Path, make_crops):
    result = audit_shortcuts(*pictures(tmp_path, make_crops), seed=0)
    assert set(result) == set(FEATURES) == set(LABELS)
    assert all(set(values) == {"a"} for values in result.values())
    assert all(0.25 < values["a"] < 0.75 for values in result.values()), result


def test_brighter_fakes_are_told_by_colour_and_thumbnail_of_the_picture_alone(tmp_path: Path, make_crops):
    result = audit_shortcuts(*pictures(tmp_path, make_crops, brighter=90), seed=0)
    assert result["picture_colour"]["a"] > 0.95
    assert result["picture_thumbnail"]["a"] > 0.95
    assert result["crop_thumbnail"]["a"] < 0.8
    assert result["file"]["a"] < 0.8


def test_larger_fakes_are_told_by_the_file_alone(tmp_path: Path, make_crops):
    result = audit_shortcuts(*pictures(tmp_path, make_crops, larger=60), seed=0)
    assert result["file"]["a"] > 0.95
    assert result["picture_colour"]["a"] < 0.8


def test_the_features_of_a_file(tmp_path: Path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 600)
    assert np.exp(file_features(path, np.zeros((20, 30, 3)), np.zeros(0))) == pytest.approx([600, 20, 30, 1])


def test_a_thumbnail_is_the_mean_of_each_twelfth():
    picture = np.zeros((120, 240, 3), np.uint8)
    picture[:10, :20] = (10, 20, 30)
    picture[10:20, :10] = 100
    small = thumbnail(picture).reshape(12, 12, 3)
    assert small[0, 0].tolist() == [10, 20, 30]
    assert small[1, 0].tolist() == [50, 50, 50]
    assert small.sum() == 60 + 150


def test_groups_are_never_on_both_sides():
    # Each video has colours of its own and one class: only somebody who has seen the video can tell.
    generator = np.random.default_rng(0)
    video = np.repeat(np.arange(30), 6)
    fake = generator.random(30) < 0.5
    fake[:2] = False, True
    colours = generator.normal(size=(30, 40))[video]
    honest = cross_validated_auc(colours, fake[video], video, seed=0)
    leaking = cross_validated_auc(colours, fake[video], np.arange(180), seed=0)
    assert leaking > 0.95
    assert honest < 0.75


def test_too_few_groups_give_no_figure():
    features = np.random.default_rng(0).normal(size=(6, 2))
    fake = np.array([True, False, False, False, False, False])
    assert cross_validated_auc(features, fake, np.arange(6), seed=0) is None
