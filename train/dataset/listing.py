"""Which files a data folder holds, and a look at each of them, two at a time."""

from __future__ import annotations

import functools
import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tqdm import tqdm

from train.dataset.reading import FileFacts, read_facts
from train.datasets import DataError
from train.interrupts import deaf_children

_WORKERS = 2
_BATCH = 32
_WAITING = 8
# Starting two processes takes as long as reading this many small pictures.
_WORTH_PROCESSES = 400


def list_files(data: Path) -> list[str]:
    """Lists every file below a folder but hidden ones.

    Args:
        data: The folder.

    Returns:
        Paths relative to it, with forward slashes, sorted; links to folders are not followed.

    Raises:
        DataError: If the folder is missing, can't be listed in full, or holds no file.
    """
    if not data.is_dir():
        raise DataError(f"{data}: there is no such folder. `--data` takes a folder with pictures")
    found = []
    for folder, folders, files in os.walk(data, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(folder).relative_to(data)
        # A pipe or a socket would be waited at for ever.
        found += [
            (below / name).as_posix()
            for name in files
            if not name.startswith(".") and ((data / below / name).is_file() or (data / below / name).is_symlink())
        ]
    if not found:
        raise DataError(f"{data}: this folder is empty. `--data` takes a folder with pictures")
    return sorted(found)


def scan_files(data: Path, paths: Sequence[str]) -> list[FileFacts]:
    """Looks at many files, with a progress bar; in two processes if there are many.

    Args:
        data: The data folder.
        paths: Files, relative to it.

    Returns:
        What `read_facts` says of each, in the same order.

    Raises:
        DataError: If a process dies, as when memory runs out.
    """
    look = functools.partial(read_facts, data)
    found = map(look, paths) if len(paths) < _WORTH_PROCESSES else _in_processes(data, paths)
    return list(tqdm(found, total=len(paths), desc="Reading files", unit="file"))


def _refuse(error: OSError) -> None:
    raise DataError(f"{error.filename}: this folder can't be listed: {error.strerror}")


def _in_processes(data: Path, paths: Sequence[str]) -> Iterator[FileFacts]:
    """Keeps a few batches on their way, so that memory doesn't grow with the folder and Ctrl-C is quick."""
    batches = [paths[at : at + _BATCH] for at in range(0, len(paths), _BATCH)]
    # Forking would copy locks that other threads of this process may hold.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(_WORKERS, mp_context=context)
    waiting: deque[Future[list[FileFacts]]] = deque()
    try:
        for batch in batches:
            # The first ones start the processes.
            with deaf_children():
                waiting.append(pool.submit(_read_batch, data, batch))
            if len(waiting) == _WAITING:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise DataError(
            f"{data}: a process that reads pictures died, most likely for lack of memory. "
            "Close other programs and run the command again"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _read_batch(data: Path, paths: Sequence[str]) -> list[FileFacts]:
    return [read_facts(data, path) for path in paths]
