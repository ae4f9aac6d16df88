"""Divides a data folder into training, validation and test by families of related pictures.

A family's place follows from its name and the seed alone (a hash, read as a number from 0 to 1, falls into the share
of training, validation or test), not from what else is in the folder: a picture that is added moves no other. The
price is chance in the shares: of n families, a share p is missed by about √(p(1 − p)/n). Two exceptions. A picture
that joins families, or comes first in one, can move it. And where a source's class would have no picture in a split,
the nearest family is moved there, since a training without validation pictures of a class is refused.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from train.datasets import Sample

SPLITS = ("train", "validation", "test")

Stratum = tuple[str, int]
"""Source and label."""


def join_groups(samples: Sequence[Sample], families: Iterable[Sequence[int]]) -> list[Sample]:
    """Gives pictures that look the same, and all of their groups, one group.

    Args:
        samples: The pictures.
        families: Indices of pictures that belong together.

    Returns:
        The samples, the group of each being the alphabetically first of those joined.
    """
    first = {sample.group: sample.group for sample in samples}

    def find(group: str) -> str:
        while first[group] != group:
            first[group] = group = first[first[group]]
        return group

    for family in families:
        groups = sorted({find(samples[index].group) for index in family})
        for group in groups[1:]:
            first[group] = groups[0]
    return [replace(sample, group=find(sample.group)) for sample in samples]


def divide(samples: Sequence[Sample], shares: Sequence[float], seed: int) -> list[Sample]:
    """Gives every picture its split; a group is never divided.

    Args:
        samples: The pictures.
        shares: Shares of training, validation and test, 0..1, that add up to 1.
        seed: Seed of the division.

    Returns:
        The samples with their new splits.

    Raises:
        ValueError: If the shares are impossible.
    """
    if len(shares) != 3 or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6 or not shares[0] or not shares[1]:
        raise ValueError(
            "`shares` of train, validation and test must add up to 1, the first two above 0. "
            f"Received: {' '.join(map(str, shares))}"
        )
    places = {group: _place(group, seed) for group in {sample.group for sample in samples}}
    # Without a test share validation ends at 1, whatever rounding does.
    ends = (shares[0], shares[0] + shares[1] if shares[2] else 1.0, 1.0)
    splits = {group: sum(place >= end for end in ends[:2]) for group, place in places.items()}
    _fill_empty(samples, splits, places, ends)
    return [replace(sample, split=SPLITS[splits[sample.group]]) for sample in samples]


def missed_shares(samples: Sequence[Sample], shares: Sequence[float]) -> dict[Stratum, list[tuple[int, float]]]:
    """Counts pictures by source, class and split.

    Args:
        samples: Divided pictures.
        shares: The shares that were wanted.

    Returns:
        For each source and label, in order, the count in each split and by how much its share is more than wanted,
        -1..1.
    """
    counts = Counter((sample.source, sample.label, sample.split) for sample in samples)
    totals = Counter((sample.source, sample.label) for sample in samples)
    return {
        stratum: [
            (counts[*stratum, split], counts[*stratum, split] / totals[stratum] - share)
            for split, share in zip(SPLITS, shares, strict=True)
        ]
        for stratum in sorted(totals)
    }


def _place(group: str, seed: int) -> float:
    # A name need not be Unicode: it may be that of a file.
    digest = hashlib.sha256(f"{seed} {group}".encode(errors="surrogateescape")).digest()
    return int.from_bytes(digest[:8]) / 2**64


def _fill_empty(
    samples: Sequence[Sample], splits: dict[str, int], places: Mapping[str, float], ends: Sequence[float]
) -> None:
    """Moves a group wherever a source's class lacks a split, as far as none is emptied by it."""
    strata: dict[Stratum, set[str]] = defaultdict(set)
    of_group: dict[str, set[Stratum]] = defaultdict(set)
    for sample in samples:
        strata[sample.source, sample.label].add(sample.group)
        of_group[sample.group].add((sample.source, sample.label))
    filled = Counter((stratum, splits[group]) for group, found in of_group.items() for stratum in found)
    starts = (0.0, *ends[:2])
    for stratum in sorted(strata):
        for split in range(3):
            if filled[stratum, split] or ends[split] - starts[split] < 1e-9:
                continue
            middle = (starts[split] + ends[split]) / 2
            for group in sorted(strata[stratum], key=lambda group: (abs(places[group] - middle), group)):
                if all(filled[other, splits[group]] > 1 for other in of_group[group]):
                    for other in of_group[group]:
                        filled[other, splits[group]] -= 1
                        filled[other, split] += 1
                    splits[group] = split
                    break
