"""Who is left out, and that nothing of it, nor of its relatives, is trained or validated on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from train.comparison.folds import plan_folds, split_fold
from train.crops import CropSet
from train.datasets import DataError, Sample

# (source, reals, fakes) of the training split; the validation split has one of each class that is there.
SOURCES = (("disk", 4, 4), ("mask", 3, 5), ("gan", 4, 4), ("studio", 0, 6), ("press", 5, 0))


def crop_set(samples: Sequence[Sample]) -> CropSet:
    count = len(samples)
    return CropSet(
        np.zeros((count, 1, 1, 3), np.uint8), list(samples), np.arange(count), np.zeros((count, 5, 2), np.float32), []
    )


def samples_of(sources: Sequence[tuple[str, int, int]] = SOURCES) -> list[Sample]:
    return [
        Sample(path, source, split, label, path)
        for source, *counts in sources
        for label, count in enumerate(counts)
        for split, many in (("train", count), ("validation", min(count, 1)))
        for path in (f"{source}/{split}/{label}/{i}.jpg" for i in range(many))
    ]


@pytest.fixture(scope="module")
def crops() -> CropSet:
    return crop_set(samples_of())


def paths(crops: CropSet) -> set[str]:
    return {sample.path for sample in crops.samples}


def groups(crops: CropSet) -> set[str]:
    return {sample.group for sample in crops.samples}


def test_every_source_with_both_classes_is_left_out_once(crops: CropSet):
    assert plan_folds(crops) == [("disk",), ("gan",), ("mask",)]


def test_a_family_is_left_out_at_once_and_none_of_it_alone(crops: CropSet):
    assert plan_folds(crops, [["gan", "studio"]]) == [("disk",), ("gan", "studio"), ("mask",)]
    assert plan_folds(crops, [["studio", "gan"], ["mask", "press"]]) == [
        ("disk",),
        ("mask", "press"),
        ("studio", "gan"),
    ]


def test_only_the_wanted_folds_are_planned(crops: CropSet):
    assert plan_folds(crops, [["gan", "studio"]], ["mask", "studio"]) == [("gan", "studio"), ("mask",)]


@pytest.mark.parametrize(
    "together, only, words",
    [
        ([["gan", "studo"]], [], r"no source 'studo'.*There are: disk, gan, mask, press, studio"),
        ([], ["dsk"], r"no source 'dsk'.*There are: disk"),
        ([["gan", "studio"], ["gan", "disk"]], [], r"only once\. Received twice: gan"),
        ([["gan", "gan"]], [], r"only once\. Received twice: gan"),
        ([], ["press"], r"'press' has a single class.*--together"),
        ([["gan", "mask", "disk"]], [], r"without gan, mask, disk no source with both .* is left for training"),
    ],
    ids=["no such family", "no such source", "two families", "twice in one", "single class", "nothing left"],
)
def test_an_impossible_plan_is_refused_in_plain_words(
    crops: CropSet, together: list[list[str]], only: list[str], words: str
):
    with pytest.raises(DataError, match=words):
        plan_folds(crops, together, only)


def test_data_with_one_source_of_both_classes_can_not_be_cross_validated():
    with pytest.raises(DataError, match=r"without disk no source .* at least two such sources"):
        plan_folds(crop_set(samples_of([("disk", 4, 4), ("studio", 0, 6), ("press", 5, 0)])))


def test_data_without_a_source_of_both_classes_can_not_be_cross_validated():
    with pytest.raises(DataError, match=r"no source has both real and fake faces. There are: press, studio"):
        plan_folds(crop_set(samples_of([("studio", 0, 6), ("press", 5, 0)])))


def test_a_fold_whose_validation_could_not_choose_is_refused():
    kept = [sample for sample in samples_of() if sample.source == "disk" or sample.split == "train"]
    with pytest.raises(DataError, match=r"without disk .* is left for validation"):
        plan_folds(crop_set(kept))


@pytest.mark.parametrize("left_out", [("disk",), ("gan", "studio"), ("press", "mask")])
def test_the_parts_of_a_fold_are_the_splits_of_the_others_and_all_of_the_left_out(
    crops: CropSet, left_out: tuple[str, ...]
):
    fold = split_fold(crops, left_out, faces=100, seed=0)
    expected = {
        "training": {path for path in paths(crops) if path.split("/")[0] not in left_out and "/train/" in path},
        "validation": {path for path in paths(crops) if path.split("/")[0] not in left_out and "/validation/" in path},
        "tested": {path for path in paths(crops) if path.split("/")[0] in left_out},
    }
    assert {name: paths(getattr(fold, name)) for name in expected} == expected
    # Rows of the pixels go with their samples.
    for part in (fold.training, fold.validation, fold.tested):
        assert [crops.samples[row] for row in part.rows] == part.samples


def test_a_group_that_reaches_into_the_left_out_source_is_trained_on_nowhere():
    # An edited version in one source, the unedited photo in two others, one of them for validation.
    extra = [
        Sample("disk/train/1/edited.jpg", "disk", "train", 1, "photo"),
        Sample("gan/train/0/unedited.jpg", "gan", "train", 0, "photo"),
        Sample("mask/validation/0/unedited.jpg", "mask", "validation", 0, "photo"),
    ]
    crops = crop_set([*samples_of(), *extra])
    for left_out, relatives in (("disk", [extra[1], extra[2]]), ("gan", [extra[0], extra[2]])):
        fold = split_fold(crops, [left_out], faces=100, seed=0)
        assert not groups(fold.tested) & (groups(fold.training) | groups(fold.validation))
        assert not {sample.path for sample in relatives} & (paths(fold.training) | paths(fold.validation))
    # Where its photo is not tested, it serves.
    assert extra[0].path in paths(split_fold(crop_set([*samples_of(), extra[0]]), ["mask"], faces=9, seed=0).training)


def test_a_relative_of_a_face_that_was_not_drawn_is_left_out_as_well():
    samples = samples_of()
    shared = [
        Sample("disk/train/0/0.jpg", "disk", "train", 0, "photo"),
        Sample("gan/train/0/0.jpg", "gan", "train", 0, "photo"),
    ]
    crops = crop_set([sample for sample in samples if sample.path not in {s.path for s in shared}] + shared)
    for seed in range(10):
        assert shared[1].path not in paths(split_fold(crops, ["disk"], faces=1, seed=seed).training)


def test_at_most_so_many_faces_of_each_class_are_tested(crops: CropSet):
    fold = split_fold(crops, ("mask", "studio"), faces=3, seed=0)
    counted = {
        (source, label): sum((sample.source, sample.label) == (source, label) for sample in fold.tested.samples)
        for source in ("mask", "studio")
        for label in (0, 1)
    }
    assert counted == {("mask", 0): 3, ("mask", 1): 3, ("studio", 0): 0, ("studio", 1): 3}


def test_the_faces_tested_depend_on_the_seed_but_not_on_the_company(crops: CropSet):
    def tested(left_out: tuple[str, ...], seed: int) -> set[str]:
        return {path for path in paths(split_fold(crops, left_out, 3, seed).tested) if path.startswith("studio")}

    assert tested(("studio",), 0) == tested(("disk", "studio"), 0) == tested(("studio", "gan"), 0)
    assert len({frozenset(tested(("studio",), seed)) for seed in range(8)}) > 1


def test_test_splits_stay_for_the_final_test():
    samples = [*samples_of(), Sample("disk/test/0/0.jpg", "disk", "test", 0, "a"), Sample("b", "gan", "test", 1, "b")]
    fold = split_fold(crop_set(samples), ("disk",), faces=100, seed=0)
    for part in (fold.training, fold.validation, fold.tested):
        assert {sample.split for sample in part.samples} <= {"train", "validation"}
