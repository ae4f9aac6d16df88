"""What a command says when it can't go on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

# The system says these of a file that is open already, and then names none.
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def in_words(error: Exception, out: Path) -> str:
    """Puts an error into one line for the terminal.

    Args:
        error: The error.
        out: What the command writes to: named where the error names no file, as when the disk is full.

    Returns:
        The line, without "error: ".

    Example:
        >>> print(in_words(OSError(errno.ENOSPC, "No space left on device"), Path("run")))
        run: can't be written in full: No space left on device
    """
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        # Where a file is copied, the second one is that which has no room. Libraries add pages to the system's words.
        file = error.filename2 or error.filename or out
        return f"{file}: can't be written in full: {os.strerror(error.errno)}"
    return str(error)
