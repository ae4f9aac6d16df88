"""`python app.py` as a program."""

import os
import signal
import socket
import subprocess
import sys
import time

from tests.web.serving import ROOT, free_port, get, heed_interrupts


def run(*arguments):
    return subprocess.run([sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_help_explains():
    result = run("--help")

    assert result.returncode == 0
    assert all(word in result.stdout for word in ("--host", "--port", "--detector", "UNMASK_DETECTOR"))


def test_a_missing_detector_is_named_before_anything_starts(tmp_path):
    result = run("--detector", str(tmp_path / "missing.json"))

    assert result.returncode == 2
    assert "missing.json: the detector can't be read" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_taken_port_is_named_and_the_option_for_another():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("--host", "127.0.0.1", "--port", str(taken.getsockname()[1]))

    assert result.returncode == 2
    assert "--port" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_the_page_comes_before_tensorflow_and_an_interrupt_ends_it(tmp_path):
    slow = tmp_path / "tensorflow"
    slow.mkdir()
    (slow / "__init__.py").write_text("import time\ntime.sleep(60)\n")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    )
    try:
        deadline = time.monotonic() + 40
        while get(f"http://127.0.0.1:{port}/") is None:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 0
    assert b"Traceback" not in errors
