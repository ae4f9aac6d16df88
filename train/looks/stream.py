"""Reads every picture once, in two processes, and keeps sums, a row of numbers and a few thumbnails."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from model.photo import PhotoError, read_photo
from train.datasets import Sample
from train.interrupts import deaf_children
from train.looks.features import FEATURES, measure, square
from train.looks.spectra import power_spectrum
from train.looks.totals import Totals

SHOWN_SOURCES = 12
THUMBNAILS = 10
THUMBNAIL_SIDE = 96
OTHERS = "other sources"
_WORKERS = 2
_CHUNK = 64

Cell = tuple[str, int]
"""Source, or `OTHERS`, and label."""


@dataclass(frozen=True)
class Looks:
    """What is known of the pictures after reading them.

    Attributes:
        samples: The pictures that can be read.
        features: float64 (samples, features), in the order of `FEATURES`.
        totals: Sums by source and label.
        thumbnails: uint8 RGB (96, 96, 3) each, a few by source and label.
        left_out: (sample, reason) of the pictures that can't be read.
    """

    samples: list[Sample]
    features: np.ndarray
    totals: dict[Cell, Totals]
    thumbnails: dict[Cell, list[np.ndarray]]
    left_out: list[tuple[Sample, str]]

    @property
    def sources(self) -> list[str]:
        """The sources that have sums of their own, and `OTHERS` if there are any."""
        return list(dict.fromkeys(source for source, _ in sorted(self.totals)))

    def total(self, label: int, source: str | None = None) -> Totals:
        """Gives the sums of a class, of one source or of all."""
        result = Totals()
        for (of_source, of_label), totals in sorted(self.totals.items()):
            if of_label == label and source in (None, of_source):
                result.add(totals)
        return result


@dataclass(frozen=True)
class _Task:
    path: Path
    cell: Cell
    thumbnail: bool


@dataclass(frozen=True)
class _Result:
    """Of each task its numbers or the reason why there are none; the rest as in `Looks`."""

    rows: list[list[float] | str]
    totals: dict[Cell, Totals]
    thumbnails: list[tuple[Cell, np.ndarray]]


def look_at_pictures(data: Path, samples: Sequence[Sample], seed: int) -> Looks:
    """Reads all pictures, in order, and sums up what they look like.

    Args:
        data: The folder that the samples' paths are relative to.
        samples: The pictures. The twelve sources with most of them get sums of their own, all others share theirs.
        seed: Seed of the choice of thumbnails.

    Returns:
        The sums; the same whatever the speed of the processes.
    """
    tasks = _plan(data, samples, seed)
    kept, rows, left_out = [], [], []
    totals: dict[Cell, Totals] = defaultdict(Totals)
    thumbnails: dict[Cell, list[np.ndarray]] = defaultdict(list)
    remaining = iter(samples)
    with tqdm(total=len(samples), desc="Looking at pictures", unit="picture") as bar:
        for result in _run(tasks):
            for row in result.rows:
                sample = next(remaining)
                if isinstance(row, str):
                    left_out.append((sample, row))
                else:
                    kept.append(sample)
                    rows.append(np.array(row))
            for cell, part in result.totals.items():
                totals[cell].add(part)
            for cell, thumbnail in result.thumbnails:
                thumbnails[cell].append(thumbnail)
            bar.update(len(result.rows))
    features = np.array(rows) if rows else np.empty((0, len(FEATURES)))
    return Looks(kept, features, dict(totals), dict(thumbnails), left_out)


def _plan(data: Path, samples: Sequence[Sample], seed: int) -> list[_Task]:
    sizes = Counter(sample.source for sample in samples)
    shown = {source for source, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_SOURCES]}
    cells = [(sample.source if sample.source in shown else OTHERS, sample.label) for sample in samples]
    members: dict[Cell, list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        members[cell].append(index)
    chooser = random.Random(seed)
    chosen = {
        index
        for cell in sorted(members)
        for index in chooser.sample(members[cell], min(THUMBNAILS, len(members[cell])))
    }
    return [
        _Task(data / sample.path, cell, index in chosen)
        for index, (sample, cell) in enumerate(zip(samples, cells, strict=True))
    ]


def _run(tasks: Sequence[_Task]) -> Iterator[_Result]:
    """Gives the results in order, with at most twice as many chunks under way as there are processes."""
    if len(tasks) <= _CHUNK:
        # Done before another process would have started.
        yield _look(tasks)
        return
    # Spawned: a copy of this process could carry locks of TensorFlow's or OpenCV's threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_WORKERS, mp_context=context, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        waiting: deque[Future[_Result]] = deque()
        try:
            for start in range(0, len(tasks), _CHUNK):
                # The first ones start the processes.
                with deaf_children():
                    waiting.append(pool.submit(_look, tasks[start : start + _CHUNK]))
                if len(waiting) == 2 * _WORKERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _look(tasks: Sequence[_Task]) -> _Result:
    rows: list[list[float] | str] = []
    totals: dict[Cell, Totals] = defaultdict(Totals)
    thumbnails = []
    for task in tasks:
        try:
            pixels, size = read_photo(task.path).pixels, task.path.stat().st_size
        except (PhotoError, OSError) as error:
            rows.append(str(error))
            continue
        power = power_spectrum(pixels)
        rows.append(list(measure(pixels, size, power).values()))
        totals[task.cell].count(pixels, power)
        if task.thumbnail:
            thumbnails.append((task.cell, square(pixels, THUMBNAIL_SIDE)))
    return _Result(rows, dict(totals), thumbnails)
