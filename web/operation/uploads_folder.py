"""A folder of this process' own for everything that visitors send, emptied whatever becomes of the process."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "unmask-"
_LOCK = "in-use.lock"
_GATE = "unmask.lock"
_MOMENT = 1.0

_logger = logging.getLogger(__name__)


class UploadsFolderError(OSError):
    """The folder can't be made; the message names it."""


class UploadsFolder:
    """Holds files of visitors and nothing else; nobody but this account may look into it.

    The system's lock on a file in it tells other starts that the folder is in use. It goes with the process, even when
    that is killed, so that the next start knows what was left behind. Numbers of processes would not do: in containers
    that share a disk all are number 1.

    Args:
        parent: Where to make it; Gradio's place for temporary files if None. Other programs may use it too.

    Raises:
        UploadsFolderError: If it can't be made there.
    """

    def __init__(self, parent: Path | None = None):
        parent = (parent or Path(tempfile.gettempdir()) / "gradio").absolute()
        try:
            parent.mkdir(parents=True, exist_ok=True)
            # One start at a time: a folder that is made and not yet locked must not seem left behind.
            with FileLock(parent / _GATE):
                _remove_left_behind(parent)
                self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
                self._lock = FileLock(self.path / _LOCK, thread_local=False)
                self._lock.acquire(timeout=0)
        except OSError as error:
            raise UploadsFolderError(f"{parent}: uploads can't be kept there: {error.strerror or error}") from error
        self._kept: frozenset[Path] = frozenset({self.path / _LOCK})
        self._closed = threading.Event()

    def take(self) -> None:
        """Makes it the place for all temporary files of this process. Must come before the first import of Gradio."""
        os.environ["GRADIO_TEMP_DIR"] = str(self.path)
        tempfile.tempdir = str(self.path)

    def sweep_regularly(self, age: float) -> None:
        """Deletes in a thread, from now on, what has not changed for some time; what is there already stays.

        Gradio deletes by itself only what it has taken note of, not the part of an upload that broke off.

        Args:
            age: In seconds.
        """
        self._kept |= {*self._walk()}

        def sweep() -> None:
            while not self._closed.wait(age / 10):
                self.sweep(age)

        threading.Thread(target=sweep, name="sweep", daemon=True).start()

    def sweep(self, age: float) -> None:
        """Deletes once what has not changed for `age` seconds, with the folders that are empty then."""
        now = time.time()
        # Deepest first, so that a folder is looked at after what it held. It changed when that went; but a moment must
        # pass between its making and its filling.
        for path in sorted(self._walk(), key=lambda path: len(path.parts), reverse=True):
            try:
                folder = path.is_dir() and not path.is_symlink()
                old = now - path.lstat().st_ctime > (min(_MOMENT, age) if folder else age)
                if path in self._kept or not old:
                    continue
                if folder:
                    path.rmdir()
                else:
                    path.unlink()
            except OSError:
                # Gone meanwhile, or a folder with something in it.
                continue

    def size(self) -> int:
        """Measures in bytes how much lies in it."""
        total = 0
        for path in self._walk():
            try:
                total += path.lstat().st_size
            except OSError:
                continue
        return total

    def _walk(self) -> Iterator[Path]:
        """Lists all that it holds; `Path.rglob` would fail over a folder that Gradio deletes meanwhile."""
        for folder, folders, files in os.walk(self.path):
            yield from (Path(folder, name) for name in (*folders, *files))

    def close(self) -> None:
        """Deletes it with all that it holds."""
        self._closed.set()
        self._lock.release(force=True)
        shutil.rmtree(self.path, ignore_errors=True)


def _remove_left_behind(parent: Path) -> None:
    """Deletes folders of this kind that belong to no living process."""
    for folder in parent.glob(f"{_PREFIX}*"):
        if folder.is_symlink() or not (folder / _LOCK).is_file() or not _is_ours(folder):
            continue
        lock = FileLock(folder / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
        _logger.warning("Removed what an earlier process had left behind")


def _is_ours(path: Path) -> bool:
    return not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()
