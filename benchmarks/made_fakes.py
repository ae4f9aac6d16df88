"""Reads fakes whose masks are known, as `python -m train synthesise` writes them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

# What a fake covers less of than this is one feature: an eye, both, the nose or the mouth.
_ONE_FEATURE = 0.08
# Of the full blend, from which a pixel counts as changed; below 0.5 % of the picture nobody could see it.
_CHANGED, _LEAST = 0.25, 0.005
GROUPS = ("single feature", "self-blend", "swap")


@dataclass(frozen=True)
class MadeFake:
    """A fake with its source.

    Attributes:
        group: "single feature" whatever the kind; otherwise the kind.
        fake: uint8 RGB (256, 256, 3).
        real: uint8 RGB (256, 256, 3), the same picture before.
        mask: bool (256, 256), where the two differ.
    """

    group: str
    fake: np.ndarray
    real: np.ndarray
    mask: np.ndarray


def read_made_fakes(folder: Path) -> list[MadeFake]:
    """Reads all fakes of a folder that have a place: those of the whole picture are left out.

    Args:
        folder: What `python -m train synthesise --out` wrote.

    Returns:
        The fakes in the order of the manifest.

    Raises:
        FileNotFoundError: If there is no manifest.
    """
    fakes = []
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == "fake"]
    for row in rows:
        mask = cv2.imread(str(folder / row["mask"]), cv2.IMREAD_GRAYSCALE)
        changed = mask > _CHANGED * max(int(mask.max()), 1)
        if not _LEAST <= changed.mean() < 1:
            continue
        group = "single feature" if changed.mean() < _ONE_FEATURE else row["kind"]
        fake, real = (_read(folder / row["path"].replace("/fake/", part)) for part in ("/fake/", "/real/"))
        fakes.append(MadeFake(group, fake, real, changed))
    return fakes


def _read(path: Path) -> np.ndarray:
    return cv2.imread(str(path))[..., ::-1].copy()
