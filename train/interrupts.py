"""Ctrl-C in a command that has other processes work for it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes that are started within never notice Ctrl-C, which the terminal sends to all of them.

    The one that started them does, as soon as it is out of here, and ends them in order. From the first moment on:
    what a process ignores by itself, it ignores only once it has imported everything.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # A started process inherits what is blocked.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
