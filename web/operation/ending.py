"""Ending on Ctrl-C and on SIGTERM: soon, whatever the process does, and leaving nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

# Seconds for requests that are being answered, and for all together. Who stops a container waits ten.
GRACE = 1
PATIENCE = 3


def heed_stop() -> None:
    """Has SIGTERM interrupt the main thread as Ctrl-C does, with a `KeyboardInterrupt`."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def wait_for_stop() -> None:
    """Waits for ever.

    Raises:
        KeyboardInterrupt: When the process is to end.
    """
    while True:
        # Not longer: on some systems a sleeping thread hears of a signal only when it wakes.
        time.sleep(0.5)


def end_within(seconds: float, end: Callable[[], object]) -> None:
    """Does what is to be done at the end, and gives it up when it takes too long."""
    ending = threading.Thread(target=end, name="ending", daemon=True)
    ending.start()
    ending.join(seconds)


def leave(status: int) -> None:
    """Ends the process at once.

    Python itself would first wait for TensorFlow, which takes some seconds while that loads or computes.

    Args:
        status: The exit status.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
