"""Files of the command lines: which photos a path means, and writing in full or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

EXTENSIONS = {".jpg", ".jpeg", ".png", ".webp"}


def list_photos(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Lists photos, each with the name that what is written about it gets.

    Args:
        paths: Files, taken whatever their names are, and folders, searched for photos by extension.

    Yields:
        A file, and its name; for those in a folder the path below that folder.

    Raises:
        FileNotFoundError: If there is nothing at a path.
    """
    for path in paths:
        if not _exists(path):
            raise FileNotFoundError(f"{path}: there is no such file or folder")
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix.lower() in EXTENSIONS and file.is_file())
            yield from ((file, file.relative_to(path)) for file in found)
        else:
            yield path, Path(path.name)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than any file may have
        return False


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file in full or not at all, and the folders above it.

    Args:
        path: Where to.
        data: What.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name("partial." + path.name)
    partial.write_bytes(data)
    partial.replace(path)
