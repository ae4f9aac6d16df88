"""What a command says when the disk is full: which file, and why, in one line."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from train.failures import in_words


@pytest.mark.parametrize(
    "error, words",
    [
        # The system names no file once it is open.
        (OSError(errno.ENOSPC, "No space left on device"), "run: can't be written in full: No space left on device"),
        (OSError(errno.EFBIG, "File too large"), "run: can't be written in full: File too large"),
        # HDF5 adds an address in memory.
        (
            OSError(errno.ENOSPC, "Can't write data (file write failed:\n buf = 0x5624)"),
            "run: can't be written in full: No space left on device",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device", "run/a.png"),
            "run/a.png: can't be written in full: No space left on device",
        ),
        # Of a copy it is the target that has no room.
        (
            OSError(errno.ENOSPC, "No space left on device", "faces/a.png", None, "run/a.png"),
            "run/a.png: can't be written in full: No space left on device",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "faces"),
            "[Errno 13] Permission denied: 'faces'",
        ),
        (ValueError("`seed` must be 0 or more. Received: -1"), "`seed` must be 0 or more. Received: -1"),
    ],
    ids=["full disk", "limit", "library", "named", "copy", "another reason", "no error of the system"],
)
def test_an_error_becomes_a_line_that_names_what_could_not_be_written(error: Exception, words: str):
    assert in_words(error, Path("run")) == words
