"""The process ends soon and cleanly, and what a killed one leaves behind goes at the next start."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.web.operation.asking import call, described, upload, wait_until_ready
from tests.web.serving import ROOT, free_port, get, heed_interrupts

WITHIN = 5


@pytest.fixture
def endless_tensorflow(tmp_path):
    """A TensorFlow whose import takes a minute and can't be interrupted by Python."""
    folder = tmp_path / "endless"
    (folder / "tensorflow").mkdir(parents=True)
    (folder / "tensorflow" / "__init__.py").write_text("import time\ntime.sleep(60)\n")
    return {"PYTHONPATH": str(folder)}


@contextlib.contextmanager
def server(folder: Path, **environment: str):
    """A server and its address; it is killed in the end, if it has not ended by then."""
    port = free_port()
    variables = {**os.environ, "GRADIO_TEMP_DIR": str(folder), "CUDA_VISIBLE_DEVICES": "", **environment}
    process = subprocess.Popen(
        [sys.executable, "app.py", "--host", "127.0.0.1", "--port", str(port)],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=heed_interrupts,
    )
    try:
        address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while get(address) is None:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        yield process, address
    finally:
        process.kill()
        process.communicate()


def end(process, signal_number) -> tuple[int, float, bytes]:
    """Status, seconds and output."""
    began = time.monotonic()
    process.send_signal(signal_number)
    output, _ = process.communicate(timeout=30)
    return process.returncode, time.monotonic() - began, output


def ask_in_background(address, **arguments):
    """Starts a request whose answer nobody waits for."""

    def ask():
        # The server ends before it answers.
        with contextlib.suppress(OSError, HTTPException, AssertionError, ValueError):
            call(address, "inspect", **arguments)

    threading.Thread(target=ask, daemon=True).start()


def own_folders(folder: Path) -> set[Path]:
    return {path for path in folder.iterdir() if path.is_dir()}


@pytest.mark.slow
def test_a_killed_process_leaves_nothing_for_longer_than_until_the_next_start(endless_tensorflow, tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    other = folder / "somebody-elses" / "photo.jpg"
    other.parent.mkdir()
    other.write_bytes(b"not ours")
    with server(folder, **endless_tensorflow) as (killed, address):
        left = Path(upload(address, b"photo"))
        killed.kill()
        killed.wait()
    assert left.is_file()

    with server(folder, **endless_tensorflow) as (process, address):
        assert not left.parents[1].exists()
        path = Path(upload(address, b"photo"))
        # It waits for TensorFlow, which is loading.
        ask_in_background(address, image=described(path))
        time.sleep(0.5)
        status, seconds, output = end(process, signal.SIGTERM)

    assert (status, seconds < WITHIN) == (0, True), seconds
    assert b"Traceback" not in output
    assert own_folders(folder) == {other.parent} and other.is_file()


@pytest.mark.slow
def test_it_ends_while_the_network_computes(tmp_path, examples):
    with server(tmp_path / "uploads") as (process, address):
        wait_until_ready(address)
        path = upload(address, (examples / "three_faces.jpg").read_bytes())
        ask_in_background(address, image=described(path), methods=["score-cam", "occlusion", "integrated-gradients"])
        time.sleep(1.5)
        status, seconds, output = end(process, signal.SIGTERM)

    assert (status, seconds < WITHIN) == (0, True), seconds
    assert b"outcome=answered" not in output, "it was computing"
    assert b"Traceback" not in output
    assert own_folders(tmp_path / "uploads") == set()


@pytest.mark.parametrize(
    "variable, value, words",
    [
        ("UNMASK_TIMEOUT", "soon", "UNMASK_TIMEOUT must be seconds from 1 to 3600. Received: 'soon'"),
        ("GRADIO_SERVER_PORT", "http", "GRADIO_SERVER_PORT must be a port from 1 to 65535. Received: 'http'"),
        ("GRADIO_TEMP_DIR", "/proc/nowhere", "/proc/nowhere: uploads can't be kept there"),
    ],
)
def test_what_is_set_wrongly_is_said_before_anything_starts(variable, value, words):
    result = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, variable: value},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert result.returncode == 2
    assert words in result.stderr and "Traceback" not in result.stderr
