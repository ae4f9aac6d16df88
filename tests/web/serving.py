"""A real server for tests: `python app.py` in a process of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTED_WITHIN = 90


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def heed_interrupts() -> None:
    """Undoes, in a new process, what a shell does to those it starts in the background: let them ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def get(url: str) -> bytes | None:
    """The answer's body, or None while nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read()
    except (urllib.error.URLError, ConnectionError):
        return None


@contextlib.contextmanager
def running_app(*arguments: str, temporary: Path, program: str = "", **environment: str) -> Iterator[str]:
    """Runs the page.

    Args:
        *arguments: More arguments of `app.py`.
        temporary: Folder for uploads and for what the server prints.
        program: Python code that runs `app.py` in a way of its own.
        **environment: More environment variables.

    Yields:
        Its address.
    """
    port = free_port()
    run = ["-c", program] if program else ["app.py"]
    command = [sys.executable, *run, "--host", "127.0.0.1", "--port", str(port), *arguments]
    variables = {**os.environ, "GRADIO_TEMP_DIR": str(temporary / "uploads"), "CUDA_VISIBLE_DEVICES": "", **environment}
    with (temporary / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdout=log, stderr=subprocess.STDOUT, preexec_fn=heed_interrupts
        )
    try:
        address = f"http://127.0.0.1:{port}/"
        deadline = time.monotonic() + STARTED_WITHIN
        while get(address) is None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The page did not start:\n{(temporary / 'server.log').read_text()}")
            time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
