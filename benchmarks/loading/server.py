"""A server that is treated badly: killed, and told to end at the wrong moment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.web.serving import ROOT, STARTED_WITHIN, free_port, get, heed_interrupts


@dataclass(frozen=True)
class Server:
    """A running `python app.py`.

    Attributes:
        process: The process.
        address: Where it listens, with a slash at the end.
    """

    process: subprocess.Popen
    address: str

    def wait_until_ready(self) -> None:
        """Waits until the detector is loaded."""
        wait_until_ready(self.address)

    def end(self, number: signal.Signals) -> float:
        """Sends a signal; gives the seconds until the process has ended, infinite if it ends with an error."""
        began = time.monotonic()
        self.process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self.process.wait(30) in {0, -number}:
                return time.monotonic() - began
        return float("inf")


def wait_until_ready(address: str) -> None:
    """Waits until the server at an address has loaded its detector.

    Raises:
        TimeoutError: If that takes too long.
    """
    deadline = time.monotonic() + STARTED_WITHIN
    # It answers with status 503, and so with nothing, until then.
    while get(f"{address}health") is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"The detector at {address} is not ready after {STARTED_WITHIN} seconds")
        time.sleep(0.1)


@contextlib.contextmanager
def started(uploads: Path, log: Path) -> Iterator[Server]:
    """Starts a server, which is killed in the end if it has not ended by then.

    Args:
        uploads: Where it is to keep files of visitors.
        log: Where what it prints is added.

    Yields:
        The server, as soon as it listens.

    Raises:
        RuntimeError: If it does not start.
    """
    port = free_port()
    command = [sys.executable, "app.py", "--host", "127.0.0.1", "--port", str(port)]
    variables = {**os.environ, "GRADIO_TEMP_DIR": str(uploads), "CUDA_VISIBLE_DEVICES": ""}
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdout=output, stderr=subprocess.STDOUT, preexec_fn=heed_interrupts
        )
    try:
        server, deadline = Server(process, f"http://127.0.0.1:{port}/"), time.monotonic() + STARTED_WITHIN
        while get(server.address) is None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The page did not start:\n{log.read_text()}")
            time.sleep(0.05)
        yield server
    finally:
        process.kill()
        process.wait()
