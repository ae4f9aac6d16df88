"""Photos in a ZIP: read one at a time into memory, never written, never more than may be."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from model.photo import MAX_BYTES, PhotoError

MAX_UNPACKED = 64 * 2**20
# A list of members takes memory: half a kilobyte each.
MAX_MEMBERS = 2000
# The others of Python's module unpack a piece whole, however large it gets.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"}

DAMAGED = "This ZIP is damaged or incomplete and can't be opened. Please make it again."
DAMAGED_MEMBER = "This file is damaged inside the ZIP. Please make the ZIP again."
LOCKED = "This file is locked with a password. Please make a ZIP without one."
NESTED = "An archive inside a ZIP isn't opened. Please unpack it first."
NO_PHOTOS = "There is no photo in this ZIP."
STRANGE = "This file is packed in a way that isn't read here. Please make an ordinary ZIP."
TOO_MANY = f"This ZIP holds more than {MAX_MEMBERS} files. Please choose fewer photos."
TOO_MUCH = f"Unpacked, this is more than {MAX_UNPACKED // 2**20} MB; this photo was left out. Please check it alone."


@dataclass
class Allowance:
    """How many bytes may still be unpacked, for all ZIPs of a request together."""

    left: int = MAX_UNPACKED


class Archive:
    """A ZIP that a stranger made.

    Args:
        path: The file.
        allowance: What unpacking it takes from.

    Raises:
        PhotoError: If it can't be opened or holds too many files.
    """

    def __init__(self, path: Path, allowance: Allowance):
        self._allowance = allowance
        try:
            self._zip = zipfile.ZipFile(path)
        except Exception as error:  # hostile bytes raise anything from BadZipFile to UnicodeDecodeError
            raise PhotoError(DAMAGED) from error
        if len(self._zip.infolist()) > MAX_MEMBERS:
            self.close()
            raise PhotoError(TOO_MANY)

    def close(self) -> None:
        """Closes the file."""
        self._zip.close()

    def members(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """Lists what was packed on purpose: no folders, nor what systems add unasked.

        Yields:
            A name that climbs out of no folder, and the member.
        """
        for member in self._zip.infolist():
            path = PurePosixPath(member.filename.replace("\\", "/"))
            parts = [part for part in path.parts if part not in ("/", "..")]
            hidden = any(part == "__MACOSX" or part.startswith(".") for part in parts)
            if parts and not member.is_dir() and not hidden:
                yield "/".join(parts), member

    def read(self, member: zipfile.ZipInfo) -> bytes:
        """Unpacks a member.

        What its header says of its size is a stranger's word, so reading stops at the bound itself.

        Args:
            member: One of `members`.

        Returns:
            Its bytes; one more than a photo may have, if it has more.

        Raises:
            PhotoError: If it can't be unpacked; the message says why.
        """
        if PurePosixPath(member.filename.lower()).suffix in _ARCHIVES:
            raise PhotoError(NESTED)
        if member.flag_bits & 0x1:
            raise PhotoError(LOCKED)
        if member.compress_type not in _METHODS:
            raise PhotoError(STRANGE)
        bound = min(MAX_BYTES, self._allowance.left)
        try:
            with self._zip.open(member) as file:
                data = file.read(bound + 1)
        except Exception as error:  # as above
            raise PhotoError(DAMAGED_MEMBER) from error
        self._allowance.left = max(0, self._allowance.left - len(data))
        if len(data) > bound < MAX_BYTES:
            raise PhotoError(TOO_MUCH)
        return data
