"""How long a request may keep the network busy.

A pass of the network can't be interrupted. So the work runs in a thread of its own (`web.progress`); when its time is
over the visitor is told so, and the work ends at its next report, of which it makes many. Should it hang for good, the
thread is lost, but the place at the model is free; `STUCK` such threads are a reason to start the process anew.
"""

from __future__ import annotations

import threading

from web.operation import metrics

STUCK = 3


class TooLongError(RuntimeError):
    """The request took longer than it may; the message is for visitors."""


class Patience:
    """The limit of this process.

    Attributes:
        seconds: How long a request may take.
    """

    def __init__(self, seconds: float = 120):
        self.seconds = seconds
        self._left_running = 0
        self._lock = threading.Lock()

    def error(self) -> TooLongError:
        """Gives the error for a request whose time is over."""
        return TooLongError(
            f"This took longer than {self.seconds:g} seconds and was stopped. Please try a smaller photo or a "
            "quicker heatmap, or try again later."
        )

    def left(self, change: int) -> None:
        """Counts work that nobody waits for any longer: 1 when it is left, -1 when it has ended after all."""
        with self._lock:
            self._left_running += change
        metrics.LEFT_RUNNING.inc(change)

    @property
    def lost(self) -> bool:
        """Whether so much work has not ended that the process is not fit to go on."""
        return self._left_running >= STUCK


PATIENCE = Patience()
"""The one of this process; `app.py` sets its seconds."""
