"""The pictures that visitors can try."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

FOLDER = Path(__file__).parent.parent / "examples"
ELEMENT = "examples"
_SIDE = 128


def example_photos(folder: Path = FOLDER) -> list[Path]:
    """Lists the pictures in a folder by name; empty if there are none."""
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in {".jpg", ".png", ".webp"})


def label(path: Path) -> str:
    """Words a file's name for readers.

    Example:
        >>> label(Path("examples/three_faces.jpg"))
        'Three faces'
    """
    return path.stem.replace("_", " ").replace("-", " ").capitalize()


def thumbnail_style(paths: Sequence[Path]) -> str:
    """Builds CSS that gives each example's button its picture; Gradio shows either pictures or labels.

    Args:
        paths: The pictures, in the order of the buttons.

    Returns:
        CSS rules with the thumbnails in them.
    """
    return "\n".join(
        f'#{ELEMENT} .gallery-item:nth-of-type({number})::before {{ background-image: url("{_thumbnail(path)}"); }}'
        for number, path in enumerate(paths, 1)
    )


def _thumbnail(path: Path) -> str:
    with Image.open(path) as image:
        image.draft("RGB", (2 * _SIDE, 2 * _SIDE))
        square = ImageOps.fit(image.convert("RGB"), (_SIDE, _SIDE))
    buffer = io.BytesIO()
    square.save(buffer, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
