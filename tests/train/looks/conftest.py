"""A small folder of pictures whose classes differ in what the tests look for: fakes are brighter and grainier."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.looks.explore import explore


def picture(generator: np.random.Generator, *, brightness: float, grain: float, side: int = 136) -> np.ndarray:
    """A soft gradient of some brightness with grain on it, uint8 RGB (side, side, 3)."""
    slope = np.linspace(-30, 30, side)[None, :, None] * generator.uniform(0.5, 1.5)
    noise = generator.normal(0, grain, (side, side, 1))
    return np.clip(brightness + slope + noise + np.zeros((side, side, 3)), 0, 255).astype(np.uint8)


@pytest.fixture
def write_faces(tmp_path: Path) -> Callable[..., Path]:
    """Writes a data folder with so many pictures a class of two sources; fakes get another brightness and grain."""

    def write(count: int, *, brightness: float = 110, grain: float = 4) -> Path:
        generator, data = np.random.default_rng(0), tmp_path / "faces"
        for source in ("north", "south"):
            for label in ("real", "fake"):
                folder = data / source / "train" / label
                folder.mkdir(parents=True)
                for number in range(count):
                    fake = label == "fake"
                    level = (brightness if fake else 110) + generator.normal(0, 8)
                    pixels = picture(generator, brightness=level, grain=grain if fake else 4)
                    Image.fromarray(pixels).save(folder / f"{number}.png")
        return data

    return write


@pytest.fixture(scope="session")
def explored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict]:
    """Data folder, output folder and report of one exploration, to be looked at only."""
    root, generator = tmp_path_factory.mktemp("explored"), np.random.default_rng(1)
    for source in ("<b>bold</b>", "south"):
        for label, grain in (("real", 3), ("fake", 9)):
            folder = root / "faces" / source / "train" / label
            folder.mkdir(parents=True)
            for number in range(24):
                level = generator.normal(110, 15)
                Image.fromarray(picture(generator, brightness=level, grain=grain)).save(folder / f"{number}.png")
    small = Image.new("RGB", (40, 40), "green")
    small.save(root / "faces" / "south" / "train" / "real" / "small.png")
    (root / "faces" / "south" / "train" / "fake" / "letter<i>.jpg").write_text("Dear aunt")
    out = root / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    return root / "faces", out, explore(root / "faces", out)
