"""Text files that are there in full or not at all, whatever interrupts the writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_text(path: Path) -> Iterator[TextIO]:
    """Opens a text file for writing that appears under its name when all is written.

    File names that are no valid Unicode are written as the bytes that they are.

    Args:
        path: The file; folders above it are made.

    Yields:
        The open file, fit for a CSV writer.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name("partial." + path.name)
    try:
        with partial.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
