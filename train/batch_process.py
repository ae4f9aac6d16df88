"""What a process does that makes batches for another one. It never loads Keras, which takes seconds and memory."""

from __future__ import annotations

import ctypes
import mmap
import time
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from typing import Any

import cv2
import numpy as np

from train.pairs import BalancedPairs

_pairs: BalancedPairs
_rooms: np.ndarray


def set_up(pairs: BalancedPairs, rooms: ctypes.Array, shape: tuple[int, ...]) -> None:
    """Prepares this process for `make`.

    Args:
        pairs: What makes the batches.
        rooms: Bytes shared with the process that trains, for the pixels of a few batches.
        shape: (rooms, batch, size, size, 3), how these bytes are divided.
    """
    global _pairs, _rooms
    # There are as many processes as there is work for.
    cv2.setNumThreads(1)
    _pairs = pairs
    _rooms = np.frombuffer(rooms, np.uint8).reshape(shape)


def make(epoch: int, index: int, room: int) -> tuple[dict[str, np.ndarray], float]:
    """Makes one batch.

    Args:
        epoch: Number of the epoch.
        index: Number of the batch in it.
        room: Which of the rooms its pixels go into.

    Returns:
        The targets, and the processor time that the batch took, in seconds.
    """
    start = time.thread_time()
    _rooms[room], targets = _pairs.make(epoch, index)
    return targets, time.thread_time() - start


def _by_name(array: np.memmap) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Sends the name of a mapped file instead of its content, which may be gigabytes."""
    # A part of a mapped array has the file name of the whole, too.
    if isinstance(array.base, mmap.mmap):
        return np.memmap, (str(array.filename), array.dtype, "r", array.offset, array.shape)
    return np.array(array).__reduce__()


# For whatever is sent to another process of this program.
ForkingPickler.register(np.memmap, _by_name)
