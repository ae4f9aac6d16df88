"""How fast the page is for a visitor: `python -m benchmarks.page`.

Each round starts `python app.py` anew and asks at once, then, when everything is loaded, visits it as a stranger would:
a new browser without a cache. The table gives medians, the 10th and 90th percentile, and what is aimed at.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import skimage.data
from PIL import Image
from tqdm import tqdm

from benchmarks.visit import PHASES, Visit, visiting
from tests.browser.chromium import find_chromium
from tests.web.serving import running_app

MOVES = 10
# The first three are counted from the start of `python app.py`.
_COLD, _WARM = "just started", "running"


@dataclass(frozen=True)
class Aim:
    """What a figure should be at most.

    Attributes:
        unit: The figure's.
        most: The aim; None if there is none.
    """

    unit: str
    most: float | None = None


FIGURES = {
    f"server {_COLD}: first bytes of the page": Aim("s"),
    f"server {_COLD}: first contentful paint": Aim("s"),
    f"server {_COLD}: photo uploaded at once, painted result": Aim("s"),
    f"server {_WARM}: first contentful paint, new browser": Aim("s", 2),
    f"server {_WARM}: a photo can be chosen, new browser": Aim("s"),
    f"server {_WARM}: upload to painted result": Aim("s", 1.5),
    **{f"   {name}": Aim("s") for name in PHASES},
    "slider moved by a step, painted": Aim("s"),
    f"requests by {MOVES} moves of the slider": Aim("", 0),
    "page load: received": Aim("kB"),
    "page load: requests": Aim(""),
    "result: received": Aim("kB", 1000),
    "result: sent (the photo)": Aim("kB"),
    "requests to other hosts": Aim("", 0),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints the table.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0, or 2 for wrong use.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds to measure (default: 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also writes every value to this file")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"--rounds must be at least 1. Received: {options.rounds}")
    if find_chromium() is None:
        parser.error("there is no Chromium here: apt-get install chromium")
    results = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0]}
    results["values"] = measure(options.rounds)
    results["load_after"] = os.getloadavg()[0]
    print(format_table(results))
    if options.json:
        partial = options.json.with_name(f"{options.json.name}.partial")
        partial.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        partial.replace(options.json)
    return 0


def measure(rounds: int) -> dict[str, list[float]]:
    """Runs the rounds.

    Args:
        rounds: How many.

    Returns:
        By name of a figure, a value a round, or `MOVES` for each move of the slider; in the unit of `FIGURES`.
    """
    values: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        photo = make_photo(Path(folder) / "photo.jpg")
        for _ in tqdm(range(rounds), desc="Visiting", unit="round"):
            start = time.time()
            with running_app(temporary=Path(folder)) as address:
                _note(values, f"server {_COLD}: first bytes of the page", time.time() - start)
                _visit_cold(values, address, photo, start)
                with visiting(address) as visit:
                    _visit_warm(values, visit, address, photo)
    return {name: values[name] for name in FIGURES}


def make_photo(path: Path) -> Path:
    """Writes a photo of 1024 × 1024 pixels with one face as JPEG."""
    Image.fromarray(skimage.data.astronaut()).resize((1024, 1024), Image.Resampling.BICUBIC).save(path, quality=90)
    return path


def format_table(results: dict[str, Any]) -> str:
    """Lays the figures out.

    Args:
        results: `cores`, `load_before`, `load_after` and the `values` that `measure` gave.

    Returns:
        Lines of text; beside each aim whether the median reaches it.
    """
    load = f"load {results['load_before']:.1f} before and {results['load_after']:.1f} after"
    lines = [f"{results['cores']} cores, {load}"]
    lines.append(f"{'':<64}{'median':>9}{'10 %':>9}{'90 %':>9}   aim")
    for name, values in results["values"].items():
        aim = FIGURES[name]
        low, middle, high = np.percentile(values, [10, 50, 90])
        cells = "".join(f"{value:>9.{3 if aim.unit == 's' else 0}f}" for value in (middle, low, high))
        verdict = "" if aim.most is None else f"   ≤ {aim.most:g} {'reached' if middle <= aim.most else 'MISSED'}"
        lines.append(f"{name + (f' ({aim.unit})' if aim.unit else ''):<64}{cells}{verdict}")
    return "\n".join(lines)


def _visit_cold(values: dict[str, list[float]], address: str, photo: Path, start: float) -> None:
    """Asks a server for an answer while it is still loading."""
    with visiting(address) as visit:
        opened: float = visit.page.evaluate("performance.timeOrigin / 1000")
        first_paint = opened + visit.first_paint - start
        _note(values, f"server {_COLD}: first contentful paint", first_paint)
        painted = visit.time_answer(photo)["painted"] - start
        _note(values, f"server {_COLD}: photo uploaded at once, painted result", painted)


def _visit_warm(values: dict[str, list[float]], visit: Visit, address: str, photo: Path) -> None:
    """Does what a visitor does on a server that has given answers before."""
    visit.settle()
    _note(values, f"server {_WARM}: first contentful paint, new browser", visit.first_paint)
    _note(values, f"server {_WARM}: a photo can be chosen, new browser", visit.usable)
    _note(values, "page load: received", visit.traffic.received() / 1000)
    _note(values, "page load: requests", len(visit.traffic.exchanges))
    elsewhere = visit.traffic.elsewhere(address)
    visit.traffic.forget()
    moments = visit.add_network_moments(visit.time_answer(photo))
    _note(values, f"server {_WARM}: upload to painted result", moments["painted"] - moments["asked"])
    for name, (begin, end) in PHASES.items():
        _note(values, f"   {name}", moments[end] - moments[begin])
    _note(values, "result: received", visit.traffic.received(until=moments["painted"]) / 1000)
    _note(values, "result: sent (the photo)", visit.traffic.sent(until=moments["painted"]) / 1000)
    elsewhere += visit.traffic.elsewhere(address)
    for seconds in visit.time_slider(MOVES):
        _note(values, "slider moved by a step, painted", seconds)
    _note(values, f"requests by {MOVES} moves of the slider", len(visit.traffic.exchanges))
    _note(values, "requests to other hosts", len(elsewhere + visit.traffic.elsewhere(address)))


def _note(values: dict[str, list[float]], name: str, value: float) -> None:
    if name not in FIGURES:
        raise KeyError(f"{name!r} is no figure of this benchmark")
    values[name].append(value)


if __name__ == "__main__":
    sys.exit(main())
