"""How much work something is, in measures that are the same on every machine, however busy it is."""

from __future__ import annotations

import contextlib
import sys
import tracemalloc
from collections.abc import Iterator
from types import FrameType
from typing import Any


@contextlib.contextmanager
def at_most_lines(most: int) -> Iterator[None]:
    """Fails as soon as more lines of Python were run: what would take hours fails in seconds."""
    before, lines = sys.gettrace(), 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        assert lines <= most, f"more than {most} lines were run"
        return count

    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)


@contextlib.contextmanager
def at_most_megabytes(most: float) -> Iterator[None]:
    """Fails if what Python and NumPy held at the same time grew by more."""
    tracemalloc.start()
    try:
        yield
        _, highest = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert highest <= most * 1e6, f"{highest / 1e6:.1f} MB were held, {most} are allowed"
