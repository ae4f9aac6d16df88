"""Batches made by other processes, ahead of the training that takes them: for a GPU, which is faster than one can."""

from __future__ import annotations

import ctypes
import multiprocessing
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType

import keras
import numpy as np

from train.batch_process import make, set_up
from train.datasets import DataError
from train.interrupts import deaf_children
from train.pairs import BalancedPairs

# Beside the batch that each process is making, one that waits to be taken.
_AHEAD = 2


class ParallelBatches(keras.utils.PyDataset):
    """Batches of pairs, the same in the same order as those of `BalancedBatches`, but made by several processes.

    A context: at its end the processes are gone.

    Args:
        pairs: What makes them.
        workers: Number of processes, from 1.

    Attributes:
        pairs: What makes them.
        epoch: Which epoch the batches are for.
        processor_seconds: Processor time that the batches have taken so far, in all processes.
        own_seconds: What of it this process took: none.
    """

    def __init__(self, pairs: BalancedPairs, workers: int):
        super().__init__()
        self.epoch, self.processor_seconds, self.own_seconds = 0, 0.0, 0.0
        self.pairs = pairs
        shape = (workers * _AHEAD, *pairs.batch_shape)
        # Forking would copy locks that other threads of this process may hold.
        context = multiprocessing.get_context("spawn")
        # Through a pipe, pixels would take longer than their training does.
        rooms = context.RawArray(ctypes.c_uint8, int(np.prod(shape)))
        self._rooms = np.frombuffer(rooms, np.uint8).reshape(shape)
        self._free = list(range(len(self._rooms)))
        self._failure: DataError | None = None
        self._waiting: deque[tuple[tuple[int, int], int, Future]] = deque()
        self._pool = ProcessPoolExecutor(
            workers, mp_context=context, initializer=set_up, initargs=(pairs, rooms, shape)
        )

    def __enter__(self) -> ParallelBatches:
        """Gives itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Ends the processes, after the batches that they are making.

        Raises:
            DataError: If a process died, whatever the backend has made of that.
        """
        self._pool.shutdown(cancel_futures=True)
        if self._failure and error is not self._failure:
            raise self._failure from error

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Gives one batch and has those after it made.

        Args:
            index: Number of the batch in the epoch.

        Returns:
            What `BalancedPairs.make` describes.

        Raises:
            DataError: If a process died.
        """
        wanted = self.epoch, index
        try:
            # Keras looks at a few batches before it begins, and an epoch may be broken off.
            while self._waiting and self._waiting[0][0] != wanted:
                self._take()
            self._look_ahead(wanted)
            return self._take()
        except BrokenProcessPool as error:
            self._failure = DataError(
                "a process that makes batches died, most likely for lack of memory. Close other programs, or choose "
                "fewer of them with --workers, and run the command again"
            )
            raise self._failure from error

    def _look_ahead(self, wanted: tuple[int, int]) -> None:
        epoch, index = self._waiting[-1][0] if self._waiting else (wanted[0], wanted[1] - 1)
        # The first ones start the processes.
        with deaf_children():
            while self._free and index + 1 < len(self):
                index += 1
                room = self._free.pop()
                self._waiting.append(((epoch, index), room, self._pool.submit(make, epoch, index, room)))

    def _take(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        _, room, future = self._waiting.popleft()
        try:
            targets, seconds = future.result()
            self.processor_seconds += seconds
            return self._rooms[room].copy(), targets
        finally:
            self._free.append(room)
