"""The pictures of the game, each with the truth about it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from web.examples import FOLDER

Truth = Literal["real", "fake"]


@dataclass(frozen=True)
class Picture:
    """A picture with one face.

    Attributes:
        path: The file, a JPEG.
        truth: Whether the face is a photographed one or a forged one.
        how: One sentence on how it came about.
        source: Who made the photo, and its licence.
    """

    path: Path
    truth: Truth
    how: str
    source: str

    def data_uri(self) -> str:
        """Gives the picture without its name, which would tell the truth."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.path.read_bytes()).decode('ascii')}"


def load_pictures(folder: Path = FOLDER) -> list[Picture]:
    """Reads `examples.json`.

    Args:
        folder: Where it lies; its file names start there.

    Returns:
        Its pictures; none if there is no such file.
    """
    file = folder / "examples.json"
    if not file.is_file():
        return []
    entries = json.loads(file.read_text(encoding="utf-8"))
    return [Picture(folder / entry["file"], entry["truth"], entry["how"], entry["source"]) for entry in entries]
