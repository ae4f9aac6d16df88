"""What a process does that makes batches for another one. It never loads Keras, which takes seconds and memory."""

from __future__ import annotations

import ctypes
import io
import mmap
import pickle
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from train.pairs import BalancedPairs

_pairs: BalancedPairs
_rooms: np.ndarray


def pack(pairs: BalancedPairs) -> bytes:
    """Makes of pairs what can be sent to another process.

    Args:
        pairs: The pairs; crops that lie in a file stay there.

    Returns:
        What `set_up` takes.
    """
    packed = io.BytesIO()
    _Packer(packed).dump(pairs)
    return packed.getvalue()


def set_up(packed: bytes, rooms: ctypes.Array, shape: tuple[int, ...]) -> None:
    """Prepares this process for `make`.

    Args:
        packed: What `pack` returned.
        rooms: Bytes shared with the process that trains, for the pixels of a few batches.
        shape: (rooms, batch, size, size, 3), how these bytes are divided.
    """
    global _pairs, _rooms
    # There are as many processes as there is work for.
    cv2.setNumThreads(1)
    _pairs = pickle.loads(packed)
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


class _Packer(pickle.Pickler):
    """Sends the name of a mapped file instead of its content, which may be gigabytes."""

    def reducer_override(self, value: object) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        # A part of a mapped array has the file name of the whole, too.
        if isinstance(value, np.memmap) and isinstance(value.base, mmap.mmap):
            return np.memmap, (str(value.filename), value.dtype, "r", value.offset, value.shape)
        return NotImplemented
