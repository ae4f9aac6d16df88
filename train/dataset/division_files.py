"""A division on disk: the manifest, and the pictures in folders by split."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from tqdm import tqdm

from train.dataset.output import whole_text
from train.datasets import LABELS, DataError, Sample

_COLUMNS = ["path", "source", "split", "label", "group"]


def write_division(
    path: Path, samples: Sequence[Sample], manifest: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Writes divided samples as a manifest that `read_samples` takes.

    Args:
        path: The CSV file.
        samples: The samples.
        manifest: Rows of the folder's manifest until now, by path: what else they say of a picture stays.
    """
    known = manifest or {}
    more = sorted({column for row in known.values() for column in row if column and column not in _COLUMNS})
    with whole_text(path) as file:
        writer = csv.DictWriter(file, _COLUMNS + more, restval="", extrasaction="ignore")
        writer.writeheader()
        for sample in samples:
            label = {"label": "fake" if sample.label else "real"}
            writer.writerow(dict(known.get(sample.path, {})) | asdict(sample) | label)


def require_new_folder(data: Path, target: Path) -> None:
    """Refuses a folder that pictures can't be laid out in.

    Args:
        data: The data folder.
        target: The folder to be written.

    Raises:
        DataError: If `target` holds something or lies in `data`.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise DataError(f"{target}: exists and is not empty. Name a new folder")
    if target.resolve().is_relative_to(data.resolve()):
        raise DataError(f"{target}: lies in the data folder, whose pictures would count twice. Name another folder")


def place_files(data: Path, samples: Sequence[Sample], target: Path, how: Literal["copy", "link"]) -> None:
    """Lays the pictures out as SOURCE/SPLIT/{real,fake}, with a manifest.

    Args:
        data: The folder that the samples' paths are relative to.
        samples: Divided samples.
        target: Folder to be written, new or empty. It appears when all is there.
        how: "copy", or "link" for symbolic links to the files in `data`.

    Raises:
        DataError: If `target` can't be used.
    """
    require_new_folder(data, target)
    put: Callable[[Path, Path], object] = shutil.copyfile if how == "copy" else _link
    placed = _paths(samples)
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        bar = tqdm(samples, desc="Copying" if how == "copy" else "Linking", unit="picture")
        for sample, path in zip(bar, placed, strict=True):
            (partial / path).parent.mkdir(parents=True, exist_ok=True)
            put(data / sample.path, partial / path)
        write_division(
            partial / "manifest.csv",
            [replace(sample, path=path) for sample, path in zip(samples, placed, strict=True)],
        )
        partial.replace(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _link(origin: Path, path: Path) -> None:
    path.symlink_to(origin.resolve())


def _paths(samples: Sequence[Sample]) -> list[str]:
    """Names each picture's place; two of one name, from two splits until now, are told apart by a number."""
    taken: set[str] = set()
    paths = []
    for sample in samples:
        parts = PurePosixPath(sample.path).parts
        at = max(i for i, part in enumerate(parts[:-1]) if part.casefold() in LABELS)
        source = () if sample.source == "all" else (sample.source,)
        folder = PurePosixPath(*source, sample.split, "fake" if sample.label else "real", *parts[at + 1 : -1])
        stem, suffix = PurePosixPath(parts[-1]).stem, PurePosixPath(parts[-1]).suffix
        name, number = parts[-1], 1
        # Without case: on some disks a.jpg and A.JPG are one file.
        while str(folder / name).casefold() in taken:
            number += 1
            name = f"{stem}-{number}{suffix}"
        taken.add(str(folder / name).casefold())
        paths.append(str(folder / name))
    return paths
