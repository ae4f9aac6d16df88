"""`/health`: whether this process can answer, for whoever restarts it or sends it visitors."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

from web import VERSION
from web.operation.patience import PATIENCE
from web.warmup import Warmup

Status = Literal["warming up", "ready", "failed"]


def build_health(warmup: Warmup, clock: Callable[[], float] = time.monotonic) -> Callable[[], dict[str, Any]]:
    """Builds the function that says how the process is.

    Args:
        warmup: Where the detector comes from.
        clock: Gives seconds.

    Returns:
        A function that gives what `/health` answers. "failed" is final: the process should be started anew.
    """
    started = clock()

    def health() -> dict[str, Any]:
        # Work that never ends takes threads and cores from all that follows.
        status: Status = "failed" if PATIENCE.lost else warmup.status
        return {
            "status": status,
            "detector": warmup.version,
            "version": VERSION,
            "uptime_seconds": round(clock() - started),
        }

    return health
