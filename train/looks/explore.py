"""Looks at every picture of a data set once and writes what there is to see."""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from train.datasets import DataError, Sample, read_samples
from train.looks.report import describe, write_report
from train.looks.separation import separate
from train.looks.stream import look_at_pictures
from train.looks.wording import CAPTIONS


def explore(data: Path, out: Path, *, limit: int | None = None, seed: int = 0) -> dict[str, Any]:
    """Looks at the pictures of a data set.

    Everything is written to a folder beside `out` first and moved when it is all there, `explore.json` last. Other
    files in `out` stay.

    Args:
        data: Folder with real and fake pictures in a layout that `read_samples` knows.
        out: Folder for `explore.html`, `explore.json`, `features.csv`, `left_out.csv` and the plots.
        limit: Look at no more than so many pictures; all if None.
        seed: Seed of everything random.

    Returns:
        The content of `explore.json`.

    Raises:
        DataError: If the folder is missing, of an unknown layout, or lacks readable pictures of a class.
    """
    samples = read_samples(data, divide=False)
    chosen = samples if limit is None else choose_evenly(samples, limit, seed)
    looks = look_at_pictures(data, chosen, seed)
    counts = {label: sum(sample.label == label for sample in looks.samples) for label in (0, 1)}
    for label, name in ((0, "real"), (1, "fake")):
        if not counts[label]:
            reason = looks.left_out[0][1] if looks.left_out else "none was drawn"
            raise DataError(
                f"{data}: no {name} picture can be read ({counts[0]} real and {counts[1]} fake ones can, "
                f"{len(looks.left_out)} of {len(chosen)} can't). The first reason: {reason}"
            )
    separation = separate(looks.samples, looks.features, seed)
    report = describe(data, looks, separation, len(samples), seed)
    # Resolved, for "." has no name to put anything beside.
    partial = out.resolve().with_name(out.resolve().name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        write_report(report, looks, separation, partial)
        _move(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return report


def choose_evenly(samples: Sequence[Sample], limit: int, seed: int) -> list[Sample]:
    """Draws pictures so that each source and class has its share, and at least one while there are enough to draw.

    Args:
        samples: The pictures.
        limit: How many to draw, at least 1.
        seed: Seed of the choice. A larger limit adds pictures to those of a smaller one.

    Returns:
        At most `limit` of the samples, in their order.
    """
    members: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, sample in enumerate(samples):
        members[sample.source, sample.label].append(index)
    chooser = random.Random(seed)
    ranked = []
    place = {0: 0, 1: 0}
    for (_, label), indices in sorted(members.items()):
        chooser.shuffle(indices)
        # First one picture of each, real and fake in turn; then whoever has got the smallest part of its own.
        ranked += [(rank / len(indices), place[label], label, index) for rank, index in enumerate(indices)]
        place[label] += 1
    return [samples[index] for index in sorted(index for *_, index in sorted(ranked)[:limit])]


def _move(partial: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    # A plot of an earlier run must not stand beside figures that it does not belong to.
    for name in CAPTIONS:
        (out / name).unlink(missing_ok=True)
    for path in sorted(partial.iterdir(), key=lambda path: path.name == "explore.json"):
        path.replace(out / path.name)
