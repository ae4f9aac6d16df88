"""How well the files alone tell real from fake, without a look at the pictures.

A network takes the easiest road: where the fakes are PNG and the reals JPEG, it learns PNG.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Sequence

import numpy as np
from tqdm import tqdm

from train.dataset.inspection import Entry
from train.evaluation.shortcuts import cross_validated_auc

ALL = "all sources together"
PICTURES = 2000
"""At most so many of a source are audited, which leaves a standard error near .01 and takes seconds, not a minute."""

_COMMON = 20
"""So many of the commonest values get a number of their own."""


def audit_files(entries: Sequence[Entry], seed: int = 0) -> dict[str, dict[str, float | None]]:
    """Cross-validates a logistic regression on what can be said of a file from outside.

    Args:
        entries: Files of a data folder; those that training can't read are passed over.
        seed: Seed of the choice of pictures where there are more than 2,000, and of the folds, which never divide
            a group.

    Returns:
        AUC by name of the feature and source, 0.5 for guessing, 1 for certain; None where a class has too few groups.
        Sources with one class count only in the figure for all together.
    """
    readable = [entry for entry in entries if entry.sample and entry.facts.phash]
    parts = {source: [e for e in readable if e.sample.source == source] for source in _paired(readable)}
    if len(_paired(readable)) > 1 or (readable and not parts):
        parts[ALL] = readable
    parts = {
        source: random.Random(seed).sample(part, PICTURES) if len(part) > PICTURES else part
        for source, part in parts.items()
    }
    vectors = {source: {name: make(part) for name, make in _FEATURES.items()} for source, part in parts.items()}
    result: dict[str, dict[str, float | None]] = {}
    for name in tqdm([*_FEATURES, _EVERYTHING], desc="Looking for shortcuts", unit="feature"):
        result[name] = {}
        for source, part in parts.items():
            columns = list(vectors[source].values()) if name == _EVERYTHING else [vectors[source][name]]
            fake = np.array([entry.sample.label == 1 for entry in part])
            groups = np.array([entry.sample.group for entry in part])
            with warnings.catch_warnings():
                # A column that is the same for all can't be scaled, and tells nothing.
                warnings.simplefilter("ignore", RuntimeWarning)
                result[name][source] = cross_validated_auc(np.hstack(columns), fake, groups, seed)
    return result


def _paired(entries: Sequence[Entry]) -> list[str]:
    """Names the sources that have both classes."""
    found = {(entry.sample.source, entry.sample.label) for entry in entries}
    return sorted({source for source, label in found if (source, 1 - label) in found})


def _bytes(entries: Sequence[Entry]) -> np.ndarray:
    return np.log([[entry.facts.bytes] for entry in entries])


def _dimensions(entries: Sequence[Entry]) -> np.ndarray:
    sides = np.log([[entry.facts.width, entry.facts.height] for entry in entries])
    return np.hstack([sides, _one_column_each([(entry.facts.width, entry.facts.height) for entry in entries])])


def _quality(entries: Sequence[Entry]) -> np.ndarray:
    return np.hstack(
        [[[entry.facts.quality or 0] for entry in entries], _one_column_each([e.facts.quality for e in entries])]
    )


def _format(entries: Sequence[Entry]) -> np.ndarray:
    return _one_column_each([(entry.facts.format, entry.facts.mode) for entry in entries])


def _one_column_each(values: Sequence[object]) -> np.ndarray:
    """Gives a column of 0 and 1 for each of the commonest values: a rule need not be "the more, the faker"."""
    counts: dict[object, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    common = sorted(counts, key=lambda value: (-counts[value], str(value)))[:_COMMON]
    return np.array([[float(value == other) for other in common] for value in values])


_EVERYTHING = "all of these"
_FEATURES: dict[str, Callable[[Sequence[Entry]], np.ndarray]] = {
    "file size": _bytes,
    "width and height": _dimensions,
    "JPEG quality": _quality,
    "format and mode": _format,
}
