"""Copies of many pictures, two at a time. Like `copies`, it waits for no TensorFlow: each process loads it anew."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import cv2
from tqdm import tqdm

from train.datasets import DataError
from train.enlarging.copies import Made, Settings, make_copies
from train.interrupts import deaf_children

_WORKERS = 2
# Ctrl-C waits for the batches that are under way: at most five, of photos that may take a second a copy.
_BATCH = 4
_WAITING = 8
# Starting two processes takes as long as changing about this many small pictures.
_WORTH_PROCESSES = 200


def make_all(data: Path, folder: Path, paths: Sequence[str], changed: set[str], settings: Settings) -> list[Made]:
    """Makes the copies of many pictures, with a progress bar; in two processes if there are many.

    Args:
        data: The data folder.
        folder: The enlarged data set.
        paths: The pictures, relative to `data`.
        changed: Those of them that get copies with changes.
        settings: The settings.

    Returns:
        What was made of each, in the same order.

    Raises:
        DataError: If a process dies, as when memory runs out.
        OSError: If a file can't be written.
    """
    tasks = [(path, path in changed) for path in paths]
    if len(tasks) < _WORTH_PROCESSES:
        made = (make_copies(data, folder, path, settings, changed=copied) for path, copied in tasks)
    else:
        made = _in_processes(data, folder, tasks, settings)
    return list(tqdm(made, total=len(tasks), desc="Copying", unit="picture"))


def _in_processes(data: Path, folder: Path, tasks: Sequence[tuple[str, bool]], settings: Settings) -> Iterator[Made]:
    """Keeps a few batches on their way, so that memory doesn't grow with the folder and Ctrl-C is quick."""
    # Forking would copy locks that other threads of this process may hold.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(_WORKERS, mp_context=context, initializer=cv2.setNumThreads, initargs=(1,))
    waiting: deque[Future[list[Made]]] = deque()
    try:
        for at in range(0, len(tasks), _BATCH):
            # The first ones start the processes.
            with deaf_children():
                waiting.append(pool.submit(_make_batch, data, folder, tasks[at : at + _BATCH], settings))
            if len(waiting) == _WAITING:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise DataError(
            f"{data}: a process that changes pictures died, most likely for lack of memory. "
            "Close other programs and run the command again"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _make_batch(data: Path, folder: Path, tasks: Sequence[tuple[str, bool]], settings: Settings) -> list[Made]:
    return [make_copies(data, folder, path, settings, changed=changed) for path, changed in tasks]
