"""Moves what is bad out of a data folder, so that it can be moved back.

A row of the log is on the disk before its file is moved: whatever interrupts, `undo` puts every file back.
"""

from __future__ import annotations

import csv
import errno
import filecmp
import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from train.datasets import DataError

FOLDER = ".unmask-set-aside"
_COLUMNS = ("from", "to", "why")


def open_log(data: Path, paths: Sequence[str], aside: Path) -> Path:
    """Checks that files can be moved, and begins a log of it. Nothing moves yet.

    Args:
        data: The data folder.
        paths: The files, relative to it.
        aside: Folder for the numbered folders and their logs; made if it is not there.

    Returns:
        The log, a CSV file with the columns from, to and why; paths are relative to the folder that it is in.
        The files go to the folder beside it that has its name.

    Raises:
        DataError: If a folder can't be written to.
    """
    _require_writable(data.resolve(), paths, aside.resolve())
    log = _claim(aside.resolve())
    with log.open("x", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(_COLUMNS)
    return log


def set_aside(data: Path, chosen: Sequence[tuple[str, str]], log: Path) -> None:
    """Moves files, keeping their relative paths, and logs each before it moves.

    Args:
        data: The data folder.
        chosen: (path relative to it, why) of each file.
        log: What `open_log` returned.

    Raises:
        OSError: If the disk is full or fails; the log names what was moved.
    """
    with log.open("a", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.writer(file)
        for path, why in tqdm(chosen, desc="Setting aside", unit="file"):
            origin, target = data.resolve() / path, log.with_suffix("") / path
            writer.writerow([*(os.path.relpath(end, log.parent) for end in (origin, target)), why])
            file.flush()
            os.fsync(file.fileno())
            _move(origin, target)


def undo(log: Path) -> tuple[int, list[str]]:
    """Moves everything back that a log names; what is back already stays.

    Args:
        log: What `open_log` returned.

    Returns:
        How many files were moved back, and a sentence about each that could not be.

    Raises:
        DataError: If there is no such log, or it is another file.
    """
    if not log.is_file():
        raise DataError(f"{log}: there is no such file. `--undo` takes the log that `--fix` wrote")
    with log.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        reader = csv.DictReader(file)
        # An interruption may have cut the last row; its file was not moved yet.
        columns, rows = reader.fieldnames, [row for row in reader if None not in row.values()]
    if tuple(columns or ()) != _COLUMNS:
        raise DataError(f"{log}: this is not a log of `--fix`. Its columns are {', '.join(_COLUMNS)}")
    base, moved, failures = log.resolve().parent, 0, []
    kept = base / log.stem
    for row in tqdm(rows, desc="Moving back", unit="file"):
        origin, target = (Path(os.path.normpath(base / row[column])) for column in ("from", "to"))
        if not target.is_relative_to(kept):
            failures.append(f"{row['to']}: lies outside of {kept} and was left alone")
        elif not os.path.lexists(target):
            if not os.path.lexists(origin):
                failures.append(f"{row['from']}: is neither there nor set aside any more")
        elif not os.path.lexists(origin):
            _move(target, origin)
            moved += 1
        elif origin.is_file() and target.is_file() and filecmp.cmp(origin, target, shallow=False):
            target.unlink()  # copied to another disk, and interrupted before the original went
        else:
            failures.append(f"{row['from']}: another file has this name by now; {row['to']} stays set aside")
    _remove_empty(kept)
    return moved, failures


def _require_writable(data: Path, paths: Sequence[str], aside: Path) -> None:
    """Refuses before anything moves. The mode counts for the superuser, too, whom the system would let."""
    existing = next(folder for folder in (aside, *aside.parents) if folder.exists())
    for folder in sorted({(data / path).parent for path in paths} | {existing}):
        if not os.access(folder, os.W_OK | os.X_OK) or not folder.stat().st_mode & (
            stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
        ):
            raise DataError(
                f"{folder}: this folder is read-only, so nothing was moved. Make it writable (chmod u+w), "
                "or copy the data and run --fix on the copy"
            )


def _claim(aside: Path) -> Path:
    """Makes the next numbered folder and names its log."""
    aside.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = aside / f"{number:03d}"
        try:
            if not folder.with_suffix(".csv").exists():
                folder.mkdir()
                return folder.with_suffix(".csv")
        except FileExistsError:
            pass
        number += 1


def _move(origin: Path, target: Path) -> None:
    """Moves a file; to another disk as a copy that gets its name when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        origin.rename(target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    partial = target.with_name("partial." + target.name)
    try:
        shutil.copy2(origin, partial, follow_symlinks=False)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    origin.unlink()


def _remove_empty(folder: Path) -> None:
    for path, _, _ in os.walk(folder, topdown=False):
        if not any(Path(path).iterdir()):
            Path(path).rmdir()
