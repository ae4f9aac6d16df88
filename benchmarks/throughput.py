"""How many photos a second, and in how much memory: `python -m benchmarks.throughput`.

Scans a folder of portraits that all differ, without heatmaps and with both, in one thread and in two; puts many crops
through the network at once; and takes training steps. What is compared takes turns, so that a busy machine slows all
alike.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from tqdm import tqdm

from benchmarks.photos import portraits
from explain import inspect_photo
from explain.inspection import DEFAULT_METHODS
from model import Detector, crop_face, find_faces, load_detector, read_photo
from model.networks import build_network

_AIM = 12.0
_TRAINED_AT_ONCE = {128: 32, 256: 16}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints the tables.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0, or 2 for wrong use.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=48, help="photos of a scan (default: 48)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds to measure (default: 5)")
    options = parser.parse_args(arguments)
    if options.photos < 1 or options.rounds < 1:
        parser.error(f"--photos and --rounds must be at least 1. Received: {options.photos}, {options.rounds}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    detector = load_detector()
    counts = measure(scans(detector, portraits(options.photos)) | trainings(), options.rounds)
    print(f"{'':<52}{'a second':>10}{'least':>8}{'most':>8}")
    for name, values in counts.items():
        print(f"{name:<52}{np.median(values):>10.1f}{min(values):>8.1f}{max(values):>8.1f}")
    plain = float(np.median(next(iter(counts.values()))))
    print(f"folder scan without maps: aim ≥ {_AIM:g} photos a second: {'reached' if plain >= _AIM else 'MISSED'}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory of all this, training included: {peak:.0f} MB; load {os.getloadavg()[0]:.1f} afterwards")
    return 0


def scans(detector: Detector, photos: list[bytes]) -> dict[str, tuple[int, Callable[[], object]]]:
    """Lists what is done with photos: by name how many pictures that are, and a function."""

    def scan(methods: tuple[str, ...], workers: int) -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(partial(inspect_photo, methods=methods, detector=detector), photos))

    crops = np.stack([_crop(photo) for photo in photos[:16]])
    return {
        "photos of 1024 x 1024, no map, 1 worker": (len(photos), partial(scan, (), 1)),
        "photos of 1024 x 1024, no map, 2 workers": (len(photos), partial(scan, (), 2)),
        "photos of 1024 x 1024, both maps, 1 worker": (len(photos), partial(scan, DEFAULT_METHODS, 1)),
        "photos of 1024 x 1024, both maps, 2 workers": (len(photos), partial(scan, DEFAULT_METHODS, 2)),
        "crops through the network, 1 at once": (16, lambda: [detector.logits(crop[None]) for crop in crops]),
        "crops through the network, 16 at once": (16, lambda: detector.logits(crops)),
    }


def trainings() -> dict[str, tuple[int, Callable[[], object]]]:
    """Lists training steps of the shipped architecture, by the side of its pictures."""
    return {
        f"crops trained on, {side} x {side}, {count} a step": (count, _training_step(side, count))
        for side, count in _TRAINED_AT_ONCE.items()
    }


def measure(work: dict[str, tuple[int, Callable[[], object]]], rounds: int) -> dict[str, list[float]]:
    """Does all work in turns, once to warm up and then a number of times.

    Args:
        work: By name how many pictures are worked on, and a function that does it.
        rounds: How often.

    Returns:
        By name how many pictures a second, a number a round.
    """
    rates: dict[str, list[float]] = {name: [] for name in work}
    for turn in tqdm(range(rounds + 1), desc="Working", unit="round"):
        for name, (count, function) in work.items():
            start = time.perf_counter()
            function()
            if turn:
                rates[name].append(count / (time.perf_counter() - start))
    return rates


def _crop(photo: bytes) -> np.ndarray:
    read = read_photo(photo)
    return crop_face(read, find_faces(read)[0])[0]


def _training_step(side: int, count: int) -> Callable[[], object]:
    import keras

    network = build_network("lite0")
    network.compile(keras.optimizers.AdamW(), keras.losses.BinaryCrossentropy(from_logits=True))
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (count, side, side, 3), dtype=np.uint8)
    labels = np.arange(count, dtype=np.float32)[:, None] % 2
    return partial(network.train_on_batch, pixels, labels)


if __name__ == "__main__":
    sys.exit(main())
