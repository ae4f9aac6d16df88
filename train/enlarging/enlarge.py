"""Writes a data set again with changed copies of its pictures."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from train.datasets import DataError, Sample, read_samples
from train.enlarging.copies import Made, Settings, copy_name
from train.enlarging.processes import make_all
from train.enlarging.sheet import draw_sheet
from train.folders import claim_folder

FOLDER = "Augmented_Dataset"
_COLUMNS = ["path", "source", "split", "label", "group", "made_from", "changes", "saved"]
_SHOWN = 6


@dataclass(frozen=True)
class Enlarged:
    """What an enlarged data set holds.

    Attributes:
        folder: The data set, as `--data` of the other commands takes it.
        counts: Number of (originals, copies) by (source, split, label); originals are 0 if they were not wanted.
        written: Number of files that were written.
        kept: Number of files that were already there.
        skipped: (path, reason) of every picture without copies because it can't be read.
    """

    folder: Path
    counts: dict[tuple[str, str, int], tuple[int, int]]
    written: int
    kept: int
    skipped: list[tuple[str, str]]


def enlarge(data: Path, out: Path, settings: Settings) -> Enlarged:
    """Writes `OUT/Augmented_Dataset` with originals and changed copies in the same folders, and its manifest.

    A copy is of its original's class, split and group. Called again with the same arguments, it keeps the files that
    are there. Beside the data set lie `examples.png`, `skipped.csv` and `made_from/`, which tells of the original one.

    Args:
        data: Folder with pictures in a layout that `read_samples` knows. Where it has no validation part, the pictures
            that `fit` would hold out with the same seed count as one.
        out: Folder for the results, new or of a call with the same arguments; neither inside `data` nor around it.
        settings: Everything else.

    Returns:
        What is there now.

    Raises:
        DataError: If the data can't be used.
        ValueError: If `out` holds results of other settings or on other pictures.
        OSError: If a file can't be written.
    """
    folder = out / FOLDER
    _require_apart(data, out)
    samples = read_samples(data, seed=settings.seed)
    changed = {sample.path for sample in samples if sample.split in settings.splits}
    if not changed:
        raise DataError(f"{data}: no pictures for {' or '.join(settings.splits)}, so there is nothing to copy")
    _require_free_names({sample.path for sample in samples}, changed, settings)
    claim_folder(out / "made_from", asdict(settings), samples)
    wanted = [sample for sample in samples if settings.originals or sample.path in changed]
    made = make_all(data, folder, [sample.path for sample in wanted], changed, settings)
    skipped = [(one.path, one.error) for one in made if one.error]
    _write_table(folder / "manifest.csv", _COLUMNS, _manifest_rows(wanted, made, settings))
    _write_table(out / "skipped.csv", ["path", "reason"], skipped)
    copied = [one for one in made if one.rows]
    shown = copied[:: max(1, len(copied) // _SHOWN)][:_SHOWN]
    draw_sheet(out / "examples.png", [[data / one.path, *(folder / row[0] for row in one.rows)] for one in shown])
    counts = _count(wanted, made, settings)
    return Enlarged(folder, counts, sum(one.written for one in made), sum(one.kept for one in made), skipped)


def _require_apart(data: Path, out: Path) -> None:
    """Refuses folders within one another: copies would be taken for originals the next time."""
    inside, outside = data.resolve(), (out / FOLDER).resolve()
    if outside.is_relative_to(inside) or inside.is_relative_to(outside):
        raise DataError(f"{out}: `--out` must not be inside `--data` nor around it. Received: --data {data}")


def _require_free_names(paths: set[str], changed: set[str], settings: Settings) -> None:
    for path in sorted(changed):
        for number in range(1, settings.copies + 1):
            if copy_name(path, number) in paths:
                raise DataError(
                    f"{copy_name(path, number)}: a picture has the name that a copy of {path} would get. "
                    "Has the data been enlarged before? Then take what it was made from, or rename the picture"
                )


def _manifest_rows(samples: Sequence[Sample], made: Sequence[Made], settings: Settings) -> Iterator[list[str]]:
    for sample, one in zip(samples, made, strict=True):
        label = "fake" if sample.label else "real"
        about = [sample.source, sample.split, label, sample.group]
        if settings.originals:
            yield [sample.path, *about, sample.path, "{}", "as it was"]
        for path, changes, saved in one.rows:
            yield [path, *about, sample.path, json.dumps(changes), saved]


def _write_table(path: Path, columns: Sequence[str], rows: Iterator[list[str]] | Sequence[Sequence[str]]) -> None:
    """Writes a CSV file in full or not at all."""
    partial = path.with_name(f"partial.{path.name}")
    try:
        # File names need not be Unicode.
        with partial.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _count(
    samples: Sequence[Sample], made: Sequence[Made], settings: Settings
) -> dict[tuple[str, str, int], tuple[int, int]]:
    originals: Counter[tuple[str, str, int]] = Counter()
    copies: Counter[tuple[str, str, int]] = Counter()
    for sample, one in zip(samples, made, strict=True):
        key = (sample.source, sample.split, sample.label)
        originals[key] += settings.originals
        copies[key] += len(one.rows)
    return {key: (originals[key], copies[key]) for key in sorted(originals)}
