"""Pictures that look like nothing else, and small folders of them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image


def picture(number: int, side: int = 96) -> Image.Image:
    """A smooth pattern of its own for every number."""
    cells = np.random.default_rng(number).integers(0, 256, (9, 9, 3), np.uint8)
    return Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def balanced(folder: Path, count: int = 6, source: str = "") -> Path:
    """`count` pictures of each class, no two alike."""
    first = 1000 * len(source)
    return write(
        folder,
        {
            f"{source}{label}/{number:03}.jpg": encoded(picture(first + 2 * number + (label == "fake")))
            for label in ("real", "fake")
            for number in range(count)
        },
    )
