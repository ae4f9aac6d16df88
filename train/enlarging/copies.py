"""The changed copies of one picture. This module is loaded by processes of its own and waits for no TensorFlow."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from model.photo import PhotoError, read_photo, read_photo_file
from train.augment import MAX_STRENGTH
from train.enlarging.changes import CHANGES, Changes, apply_changes, draw_changes
from train.enlarging.saving import encode, encoding_of, saved_as


@dataclass(frozen=True)
class Settings:
    """What decides how a data set is enlarged.

    Attributes:
        copies: Number of copies of each picture, at least 1.
        seed: Seed of the changes, and of the division of data that has none.
        changes: Names of the changes that may be drawn.
        strength: Factor of their ranges, over 0 to 3.
        splits: Parts of the data whose pictures are copied with changes.
        originals: Whether the originals, of all parts, are put beside the copies.
    """

    copies: int = 3
    seed: int = 0
    changes: Sequence[str] = CHANGES
    strength: float = 1.0
    splits: Sequence[str] = ("train",)
    originals: bool = True

    def __post_init__(self) -> None:
        if self.copies < 1:
            raise ValueError(f"`copies` must be at least 1. Received: copies={self.copies}")
        if not 0 < self.strength <= MAX_STRENGTH:
            raise ValueError(
                f"`strength` must be over 0 and at most {MAX_STRENGTH}. Received: strength={self.strength}"
            )
        if not set(self.changes) <= set(CHANGES) or not self.changes:
            raise ValueError(f"`changes` must be names from {', '.join(CHANGES)}. Received: {self.changes}")
        if set(self.changes) == {"flip"} and self.copies > 1:
            raise ValueError(
                f"`flip` alone makes one copy, further ones would be the same. Received: copies={self.copies}"
            )


@dataclass
class Made:
    """What became of one picture.

    Attributes:
        path: The original, relative to the data folder.
        rows: A row of the manifest for each copy: path, changes and saved.
        written: Number of files written.
        kept: Number of files that were already there.
        error: Why no copy could be made; None if they were.
    """

    path: str
    rows: list[tuple[str, Changes, str]] = field(default_factory=list)
    written: int = 0
    kept: int = 0
    error: str | None = None


def copy_name(path: str, number: int) -> str:
    """Names a copy.

    Args:
        path: The original, relative to the data folder.
        number: Number of the copy, from 1.

    Returns:
        Path relative to the enlarged data set.

    Example:
        >>> copy_name("web/train/real/anna.jpg", 2)
        'web/train/real/anna-aug2.jpg'
    """
    original = PurePosixPath(path)
    return str(original.with_name(f"{original.stem}-aug{number}{original.suffix}"))


def changes_of(path: str, number: int, settings: Settings) -> Changes:
    """Draws the changes of a copy: they depend on seed, path and number only, not on other pictures.

    Args:
        path: The original, relative to the data folder.
        number: Number of the copy, from 1.
        settings: The settings.

    Returns:
        The changes.
    """
    name = hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest()[:8]
    generator = np.random.default_rng([settings.seed, number, int.from_bytes(name, "big")])
    return draw_changes(settings.changes, settings.strength, generator)


def make_copies(data: Path, out: Path, path: str, settings: Settings, *, changed: bool) -> Made:
    """Writes the original, if wanted, and the changed copies of one picture; files already there are kept.

    Args:
        data: The data folder.
        out: The enlarged data set.
        path: The picture, relative to `data`.
        settings: The settings.
        changed: Whether this picture gets copies with changes.

    Returns:
        What was made; a picture that can't be read gets no copies.

    Raises:
        OSError: If a file can't be written; none is left half-written.
    """
    made = Made(path)
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    if settings.originals and (out / path).exists():
        made.kept += 1
    elif settings.originals:
        _write(out / path, (data / path).read_bytes())
        made.written += 1
    if not changed:
        return made
    try:
        content = read_photo_file(data / path)
        # One that was copied in full before needn't be decoded again.
        missing = not all((out / copy_name(path, number)).exists() for number in range(1, settings.copies + 1))
        pixels = read_photo(content).pixels if missing else None
    except PhotoError as error:
        made.error = str(error)
        return made
    encoding = encoding_of(content)
    for number in range(1, settings.copies + 1):
        name, changes = copy_name(path, number), changes_of(path, number, settings)
        quality = changes.get("jpeg", {}).get("quality")
        if (out / name).exists():
            made.kept += 1
        else:
            _write(out / name, encode(apply_changes(pixels, changes), encoding, quality))
            made.written += 1
        made.rows.append((name, changes, saved_as(encoding, quality)))
    return made


def _write(path: Path, content: bytes) -> None:
    """Writes a file in full or not at all."""
    # Not the ending of a picture: nobody is to take half a file for one, even after a power cut.
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
