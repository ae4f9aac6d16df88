"""What each fold of a leave-one-source-out cross-validation trains, validates and tests on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from train.crops import CropSet
from train.datasets import DataError


@dataclass(frozen=True)
class Fold:
    """The crops of one fold.

    Attributes:
        training: To learn from: the training split of the sources that stay.
        validation: To choose the weights by: the validation split of the sources that stay.
        tested: To test on: both splits of the sources that are left out.
    """

    training: CropSet
    validation: CropSet
    tested: CropSet


def plan_folds(
    crops: CropSet, together: Sequence[Sequence[str]] = (), only: Sequence[str] = ()
) -> list[tuple[str, ...]]:
    """Decides which sources are left out, fold by fold.

    Args:
        crops: All crops.
        together: Families of sources that are left out at once: if one generator made the fakes of two sources, a
            network that saw one of them knows the other.
        only: Plan just the folds that leave one of these sources out; all folds if empty.

    Returns:
        The sources left out in each fold: every family, and every other source with both classes alone. In
        alphabetical order of the first source.

    Raises:
        DataError: If a source is not there, is in two families, is in `only` but in no fold, or if without those
            left out no source with both classes would remain for training or for validation.
    """
    known = sorted(set(crops.sources.tolist()))
    named = [source for family in together for source in family]
    for source in [*named, *only]:
        if source not in known:
            raise DataError(f"there is no source {source!r} with faces. There are: {', '.join(known)}")
    twice = sorted({source for source in named if named.count(source) > 1})
    if twice:
        raise DataError(f"a source can be left out together with others only once. Received twice: {', '.join(twice)}")
    alone = [(source,) for source in crops.paired_sources if source not in named]
    folds = sorted([*map(tuple, together), *alone])
    for source in only:
        if not any(source in fold for fold in folds):
            raise DataError(
                f"the source {source!r} has a single class, so it can't be left out alone. "
                "Name it with a source of both classes after --together"
            )
    folds = [fold for fold in folds if not only or set(only) & set(fold)]
    if not folds:
        raise DataError(f"no source has both real and fake faces. There are: {', '.join(known)}")
    for fold in folds:
        _require_trainable(crops, fold)
    return folds


def split_fold(crops: CropSet, left_out: Sequence[str], faces: int, seed: int) -> Fold:
    """Divides the crops for one fold.

    A picture whose group reaches into the sources left out (the unedited version of a photo, another frame of a
    video) is not trained or validated on either.

    Args:
        crops: All crops.
        left_out: Sources that are left out.
        faces: Test on at most so many faces of each class of each source.
        seed: Seed of the choice of these; a source gets the same ones in whatever fold.

    Returns:
        The crops of the fold.
    """
    held = {sample.group for sample in crops.samples if sample.source in left_out}
    related = np.array([sample.group in held for sample in crops.samples])
    splits = np.array([sample.split for sample in crops.samples])
    drawn = [index for source in left_out for label in (0, 1) for index in _draw(crops, source, label, faces, seed)]
    return Fold(
        training=crops.where((splits == "train") & ~related),
        validation=crops.where((splits == "validation") & ~related),
        tested=crops.where(np.array(sorted(drawn), np.int64)),
    )


def _draw(crops: CropSet, source: str, label: int, faces: int, seed: int) -> list[int]:
    """Indices of at most `faces` faces of one source and class; test splits stay for the final test."""
    candidates = [
        index
        for index, sample in enumerate(crops.samples)
        if (sample.source, sample.label) == (source, label) and sample.split in ("train", "validation")
    ]
    chooser = random.Random(f"{seed} {source} {label}")
    return chooser.sample(candidates, faces) if len(candidates) > faces else candidates


def _require_trainable(crops: CropSet, left_out: tuple[str, ...]) -> None:
    fold = split_fold(crops, left_out, faces=1, seed=0)
    for part, name in ((fold.training, "training"), (fold.validation, "validation")):
        if not part.paired_sources:
            raise DataError(
                f"without {', '.join(left_out)} no source with both real and fake faces is left for {name}. "
                "Cross-validation needs at least two such sources that are not left out together"
            )
