"""A data set of sixteen small pictures of any kind: no face is needed to change a picture."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SPLITS = {"train": 3, "validation": 1}


def scene(number: int, width: int = 96, height: int = 72) -> np.ndarray:
    """A coloured slope with a bright corner, another for every number: uint8 RGB."""
    rows, columns = np.mgrid[0:height, 0:width]
    picture = np.stack([columns * 255 / width, rows * 255 / height, np.full_like(rows, 16 * number)], -1)
    picture[:16, :24] = 255 - 10 * number
    return picture.astype(np.uint8)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two sources with three training and one validation picture of either class, and a manifest with groups of two."""
    data = tmp_path / "data"
    rows, number = [], 0
    for source, ending in (("web", "jpg"), ("studio", "png")):
        for split, count in SPLITS.items():
            for label in ("real", "fake"):
                for index in range(count):
                    name = f"{source}/{split}/{label}/{index}.{ending}"
                    (data / name).parent.mkdir(parents=True, exist_ok=True)
                    options = {"quality": 80} if ending == "jpg" else {}
                    Image.fromarray(scene(number)).save(data / name, **options)
                    # The edited and the unedited version of a photo.
                    rows.append({"path": name, "group": f"{source}-{split}-{index}"})
                    number += 1
    with (data / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["path", "group"])
        writer.writeheader()
        writer.writerows(rows)
    return data
