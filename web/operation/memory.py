"""How the C library deals with memory that is free again."""

from __future__ import annotations

import ctypes
import platform

# Numbers that glibc's malloc.h gives the settings.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_LARGE = 8 * 2**20
_KEPT = 128 * 2**10
_ARENAS = 2


def give_memory_back() -> None:
    """Has this process give large blocks back to the system as soon as they are free; only Linux' glibc knows how.

    By itself it learns from what is freed to keep blocks of up to 32 MiB, and a pool of them for each thread that asks
    at the same time as others. Photos and the outputs of layers then lie in the holes of several pools, and what a
    process holds is what it held at its worst moment. Blocks below 8 MiB stay with the process: for the network's many
    small ones the system would take longer than the network.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    mallopt = ctypes.CDLL(None).mallopt
    for setting, value in ((_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _KEPT), (_ARENA_MAX, _ARENAS)):
        mallopt(setting, value)
