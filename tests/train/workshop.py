"""A process of its own that runs training commands, on a disk that is full or with Ctrl-C pressed at a chosen moment.

Importing TensorFlow takes seconds, so one process runs many commands, one after the other, as
`train.__main__.main` does for each. `Workshop` starts it and talks to it; run as a program, this file is that process.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What became of a command.

    Attributes:
        status: Exit status; None if it ended with an exception, whose traceback is then the end of `error`.
        output: What it printed.
        error: What it printed to the standard error.
        changes: How often it opened a file for writing or renamed one in the folder that was watched.
    """

    status: int | None
    output: str
    error: str
    changes: int

    @property
    def complaint(self) -> str:
        """The last line of the standard error, without what a progress bar left on it."""
        lines = [line.rsplit("\r", 1)[-1] for line in self.error.strip().split("\n")]
        return lines[-1]


class Workshop:
    """A process that runs commands; it is started again if a command took it down."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, *arguments: str, folder: Path, room: int | None = None, interrupt: int | None = None) -> Outcome:
        """Runs a command.

        Args:
            arguments: The command line without the program's name.
            folder: Where changes are counted.
            room: No file can grow beyond so many bytes, by the kernel's own limit; None for no limit.
            interrupt: Press Ctrl-C before the change of this number, from 1; None for never.

        Returns:
            What became of it.
        """
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.train.workshop"],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        request = {"arguments": arguments, "folder": str(folder), "room": room, "interrupt": interrupt}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            return Outcome(None, "", f"the process died with status {self._process.wait()}", 0)
        return Outcome(**json.loads(answer))

    def close(self) -> None:
        """Ends the process."""
        if self._process:
            self._process.stdin.close()
            self._process.wait()
            self._process.stdout.close()


class _Watch:
    """Counts the files in a folder that are opened for writing or renamed, and presses Ctrl-C at one of them."""

    def __init__(self) -> None:
        self.folder, self.count, self.at = "", 0, None
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple) -> None:
        if event not in ("open", "os.rename") or not isinstance(arguments[0], (str, os.PathLike)):
            return
        written = event == "os.rename" or bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if written and os.fspath(arguments[0]).startswith(self.folder):
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGINT)


def _run(watch: _Watch, arguments: list[str], folder: str, room: int | None, interrupt: int | None) -> Outcome:
    from train.__main__ import main

    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    output, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(error):
        watch.folder, watch.count, watch.at = folder, 0, interrupt
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, unlimited[1]))
        try:
            status = main(arguments)
        except SystemExit as end:
            status = end.code
        except BaseException:
            status = None
            traceback.print_exc()
        finally:
            watch.at = None
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    return Outcome(status, output.getvalue(), error.getvalue(), watch.count)


def _make_everything_small() -> None:
    """A network of a few numbers, and short trainings: what they are good for is no matter here."""
    from model.networks import NETWORKS
    from tests.train.tiny import build_tiny
    from train.generating import networks
    from train.synthetic import resynthesis

    NETWORKS["tiny"] = build_tiny
    networks._WIDTHS = networks._DISCRIMINATOR_WIDTHS = (16, 12, 8, 6, 4)
    resynthesis._STEPS = 2


def _serve() -> None:
    from tests.quickly import uncompiled, undrawn

    # Libraries print to the standard output, too; the answers have it for themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # Whatever is started in the background of a shell ignores Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _make_everything_small()
    watch = _Watch()
    with uncompiled(), undrawn():
        for line in sys.stdin:
            outcome = _run(watch, **json.loads(line))
            json.dump(outcome.__dict__, answers)
            answers.write("\n")
            answers.flush()


if __name__ == "__main__":
    _serve()
