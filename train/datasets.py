"""Reads a folder of real and fake pictures, whatever its layout, into a list of samples."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath

EXTENSIONS = {".jpg", ".jpeg", ".png", ".webp"}
LABELS = {
    "real": 0,
    "original": 0,
    "authentic": 0,
    "training_real": 0,
    "fake": 1,
    "df": 1,
    "deepfake": 1,
    "manipulated": 1,
    "training_fake": 1,
}
SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}
VALIDATION_SHARE = 0.15
_LAYOUTS = (
    "SOURCE/{train,validation}/{real,fake}/*.jpg, {Train,Validation,Test}/{Real,Fake}/*.jpg, "
    "{real,fake}/*.jpg or {real,df}/*.jpg"
)


class DataError(ValueError):
    """A data folder that can't be used; the message names the path and what to do."""


@dataclass(frozen=True)
class Sample:
    """One picture of a data set.

    Attributes:
        path: Path relative to the data folder, with forward slashes.
        source: Where it comes from: the folders above the split; "all" if there are none.
        split: "train", "validation" or "test".
        label: 0 for real, 1 for fake.
        group: Pictures of one group (edited and unedited version, frames of one video) must
            not stand on both sides of a split.
    """

    path: str
    source: str
    split: str
    label: int
    group: str


def read_samples(data: Path, *, seed: int = 0, divide: bool = True) -> list[Sample]:
    """Lists the pictures below a folder with the labels that the folder names give.

    Folder names are compared without case. Where the folder has no validation part, 15 % of the
    groups of each source and class become one. A `manifest.csv` with the columns `path` and `group` in the folder
    supplies groups; without it each picture is a group of its own. Where it has a column `split`, that counts
    more than the folders. Hidden files and folders, whose names begin with a dot, are passed over: what
    `python -m train inspect --fix` sets aside lies in one.

    Args:
        data: The folder, in one of the layouts `SOURCE/SPLIT/LABEL/picture`, `SPLIT/LABEL/picture`, `LABEL/picture`.
        seed: Seed of the division where there is none.
        divide: False to leave the splits as the folders give them, whatever they lack: for evaluation. Pictures
            outside a folder named like a split then count as "train".

    Returns:
        The samples, sorted by path.

    Raises:
        DataError: If the folder is missing, of an unknown layout, or lacks pictures of a class.
    """
    if not data.is_dir():
        raise DataError(f"{data}: there is no such folder. `--data` takes a folder with pictures in {_LAYOUTS}")
    manifest = read_manifest(data / "manifest.csv")
    samples = []
    for path in sorted(data.rglob("*")):
        if path.suffix.lower() in EXTENSIONS and path.is_file():
            sample = place(path.relative_to(data), manifest)
            if sample:
                samples.append(sample)
    if not samples:
        raise DataError(f"{data}: no pictures in folders named real or fake. Known layouts: {_LAYOUTS}")
    require_both_classes(data, samples, "")
    if not divide:
        return samples
    if not any(sample.split == "validation" for sample in samples):
        samples = _hold_out(samples, seed)
    for split in ("train", "validation"):
        require_both_classes(data, [sample for sample in samples if sample.split == split], f" for {split}")
    return samples


def require_both_classes(data: Path, samples: Iterable[Sample], where: str) -> None:
    """Refuses samples that lack a class.

    Args:
        data: The data folder, for the message.
        samples: The samples.
        where: The part they are of, for the message, with a space before it; "" for all.

    Raises:
        DataError: If there are no real or no fake pictures.
    """
    samples = list(samples)
    counts = {label: sum(sample.label == label for sample in samples) for label in (0, 1)}
    for label, name in ((0, "real"), (1, "fake")):
        if not counts[label]:
            raise DataError(
                f"{data}: no {name} pictures{where} ({counts[0]} real and {counts[1]} fake were found). "
                f"Known layouts: {_LAYOUTS}"
            )


def write_manifest(path: Path, samples: Iterable[Sample]) -> None:
    """Writes samples as CSV with the columns path, source, split, label (real or fake) and group."""
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.DictWriter(file, ["path", "source", "split", "label", "group"])
        writer.writeheader()
        for sample in samples:
            writer.writerow(asdict(sample) | {"label": "fake" if sample.label else "real"})


def read_manifest(path: Path) -> dict[str, dict[str, str]]:
    """Reads the manifest of a data folder.

    Args:
        path: A CSV file with the columns `path` and `group`, and perhaps `split` and others.

    Returns:
        Its rows by path, the names of splits as in `Sample`; nothing if there is no such file.

    Raises:
        DataError: If a column is missing or a split has an unknown name.
    """
    if not path.is_file():
        return {}
    # File names need not be Unicode: what can't be decoded comes back as the bytes that it was.
    with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
        rows = list(csv.DictReader(file))
    if rows and not {"path", "group"} <= rows[0].keys():
        raise DataError(f"{path}: needs the columns path and group. Received: {', '.join(rows[0])}")
    for number, row in enumerate(rows, start=2):
        split = row.get("split") or ""
        if split and split.casefold() not in SPLITS:
            raise DataError(f"{path}, row {number}: a split is train, validation or test. Received: {split!r}")
        row["split"] = SPLITS.get(split.casefold(), "")
    return {row["path"]: row for row in rows}


def place(path: PurePath, manifest: Mapping[str, Mapping[str, str]]) -> Sample | None:
    """Reads source, split and label off the names of the folders.

    Args:
        path: A picture, relative to the data folder.
        manifest: What `read_manifest` returned: it supplies the group, and the split where it names one.

    Returns:
        The sample; None if the picture is hidden or in no folder that is a label.
    """
    folders = path.parent.parts
    at = next((i for i in reversed(range(len(folders))) if folders[i].casefold() in LABELS), None)
    if at is None or any(part.startswith(".") for part in path.parts):
        return None
    label = LABELS[folders[at].casefold()]
    split = SPLITS.get(folders[at - 1].casefold()) if at else None
    source = "/".join(folders[: at - 1 if split else at]) or "all"
    name = path.as_posix()
    row = manifest.get(name, {})
    return Sample(name, source, row.get("split") or split or "train", label, row.get("group") or name)


def _hold_out(samples: list[Sample], seed: int) -> list[Sample]:
    """Moves 15 % of the groups of every source and class to validation."""
    members: dict[tuple[str, int], set[str]] = defaultdict(set)
    for sample in samples:
        if sample.split == "train":
            members[sample.source, sample.label].add(sample.group)
    held: set[str] = set()
    chooser = random.Random(seed)
    for key in sorted(members):
        # A group of both classes may be held already; it counts.
        free = sorted(members[key] - held)
        wanted = max(1, round(len(members[key]) * VALIDATION_SHARE)) - len(members[key] & held)
        held.update(chooser.sample(free, min(max(wanted, 0), len(free))))
    return [
        replace(sample, split="validation") if sample.split == "train" and sample.group in held else sample
        for sample in samples
    ]
