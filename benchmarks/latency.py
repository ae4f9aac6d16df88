"""What an answer costs, as multiples of one compiled forward pass: `python -m benchmarks.latency`.

All steps take turns in one run, so that a busy machine slows all of them alike; the table gives medians and the 10th
and 90th percentile of the ratios to the forward pass of the same round. Then the server is started anew, several times.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.library import library_methods
from benchmarks.loading.client import Client, find_place
from benchmarks.photos import eight_faces, one_face
from explain import inspect_photo
from explain.gradients import compute_gradients
from explain.overlay import draw_photo
from model import Detector, crop_face, find_faces, load_detector, read_photo
from tests.web.serving import running_app
from train.shipping.runtimes import run_keras
from train.timing import compare_times
from web.pictures import data_uri

FORWARD = "one compiled forward pass"
MAPS = "probability, Grad-CAM and saliency"
LIBRARY = "the same maps by tf-keras-vis"
ONE, EIGHT = "inspect_photo, one face, both maps", "inspect_photo, eight faces, both maps"
ENDPOINT = "endpoint, upload to answer, one face"
FIRST_PAGE, FIRST_ANSWER = "first page", "first answer"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints the tables.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0, or 2 for wrong use.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30, help="rounds to measure (default: 30)")
    parser.add_argument("--starts", type=int, default=5, help="times the server is started anew (default: 5; 0: never)")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.starts < 0:
        parser.error(f"--rounds must be at least 1, --starts at least 0. Received: {options.rounds}, {options.starts}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, running_app(temporary=Path(folder)) as address:
        times = compare_times(steps(load_detector(), Client(find_place(address))), rounds=options.rounds)
    print(format_times(times))
    print(format_aims(times))
    if options.starts:
        print(format_starts(time_starts(options.starts)))
    print(f"load {os.getloadavg()[0]:.1f} afterwards")
    return 0


def steps(detector: Detector, client: Client) -> dict[str, Callable[[], object]]:
    """Lists what is measured, the forward pass first.

    Args:
        detector: The detector.
        client: Of a running server.

    Returns:
        Functions by name.
    """
    portrait, group = one_face(), eight_faces()
    photo = read_photo(portrait)
    (face,) = find_faces(photo)
    crops = crop_face(photo, face)[0][None]
    inspection = inspect_photo(portrait, detector=detector)
    drawn = draw_photo(inspection, "grad-cam")
    library = library_methods(detector.network)
    return {
        FORWARD: partial(run_keras(detector.network), crops),
        "   the same, as it answers (folded)": lambda: detector.logits(crops),
        MAPS: lambda: compute_gradients(detector, crops),
        LIBRARY: lambda: (library["grad-cam"](crops), library["saliency"](crops)),
        "decode 1024 x 1024 JPEG": lambda: read_photo(portrait),
        "find faces in it": lambda: find_faces(photo),
        "draw one map over the photo": lambda: draw_photo(inspection, "grad-cam"),
        "encode that as JPEG": lambda: data_uri(drawn, "jpeg"),
        "inspect_photo, one face, no map": lambda: inspect_photo(portrait, (), detector=detector),
        ONE: lambda: inspect_photo(portrait, detector=detector),
        EIGHT: lambda: inspect_photo(group, detector=detector),
        ENDPOINT: lambda: ask_endpoint(client, portrait),
    }


def ask_endpoint(client: Client, photo: bytes) -> dict[str, Any]:
    """Uploads a photo, asks for its inspection and waits for the answer."""
    return client.answer("inspect", client.call("inspect", image=client.upload(photo)))


def time_starts(count: int) -> dict[str, list[float]]:
    """Starts the server again and again.

    Args:
        count: How often.

    Returns:
        Seconds from `python app.py` to the first page, and to the answer for a photo sent as soon as it appeared.
    """
    seconds: dict[str, list[float]] = {FIRST_PAGE: [], FIRST_ANSWER: []}
    photo = one_face()
    for _ in tqdm(range(count), desc="Starting", unit="start"):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            with running_app(temporary=Path(folder)) as address:
                seconds[FIRST_PAGE].append(time.perf_counter() - begin)
                ask_endpoint(Client(find_place(address)), photo)
                seconds[FIRST_ANSWER].append(time.perf_counter() - begin)
    return seconds


def format_times(times: dict[str, dict[str, float]]) -> str:
    """Lays out what `train.timing.compare_times` gave."""
    lines = [f"{'step':<44}{'ms':>8}{'ratio':>8}{'10 %':>7}{'90 %':>7}"]
    for name, row in times.items():
        ratios = f"{row['ratio']:>8.2f}{row['ratio_low']:>7.2f}{row['ratio_high']:>7.2f}"
        lines.append(f"{name:<44}{row['milliseconds']:>8.1f}{ratios}")
    return "\n".join(lines)


def format_aims(times: dict[str, dict[str, float]]) -> str:
    """Lays out the figures that have an aim, from medians."""
    ratio = {name: row["ratio"] for name, row in times.items()}
    milliseconds = {name: row["milliseconds"] for name, row in times.items()}
    rows = [
        ("inspect_photo whole / forward pass", ratio[ONE], "≤", 4.0, ""),
        ("probability and both maps / forward pass", ratio[MAPS], "≤", 2.3, ""),
        ("tf-keras-vis / the same maps here", ratio[LIBRARY] / ratio[MAPS], "≥", 5.0, ""),
        ("eight faces / one face", ratio[EIGHT] / ratio[ONE], "≤", 3.0, ""),
        ("endpoint beyond inspect_photo", milliseconds[ENDPOINT] - milliseconds[ONE], "≤", 40.0, " ms"),
    ]
    return "\n".join(_aim(*row) for row in rows)


def format_starts(seconds: dict[str, list[float]]) -> str:
    """Lays out what `time_starts` gave."""
    aims: dict[str, Any] = {FIRST_PAGE: 4.0, FIRST_ANSWER: 12.0}
    lines = []
    for name, values in seconds.items():
        spread = f" ({min(values):.1f} to {max(values):.1f})"
        lines.append(_aim(f"{name} after `python app.py`", float(np.median(values)), "≤", aims[name], f" s{spread}"))
    return "\n".join(lines)


def _aim(name: str, value: float, sign: str, aim: float, unit: str) -> str:
    reached = value <= aim if sign == "≤" else value >= aim
    return f"{name:<44}{value:>8.2f}{unit}   aim {sign} {aim:g}: {'reached' if reached else 'MISSED'}"


if __name__ == "__main__":
    sys.exit(main())
