"""How long things take beside one another, on a machine that others use too."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np
from tqdm import tqdm


def compare_times(steps: Mapping[str, Callable[[], object]], *, rounds: int = 15) -> dict[str, dict[str, float]]:
    """Measures steps in turns, so that a busy machine slows all of them alike.

    Args:
        steps: What to measure, by name; the others are compared with the first.
        rounds: How often each is measured, after two calls that warm it up.

    Returns:
        By name the median in `milliseconds`, and `ratio`, `ratio_low` and `ratio_high`: median, 10th and 90th
        percentile of its time over that of the first step in the same round.
    """
    for step in steps.values():
        step(), step()
    seconds = {name: np.empty(rounds) for name in steps}
    for turn in tqdm(range(rounds), desc="Taking times", unit="round"):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            seconds[name][turn] = time.perf_counter() - start
    first = next(iter(seconds.values()))
    figures = {}
    for name, values in seconds.items():
        low, middle, high = np.percentile(values / first, [10, 50, 90])
        figures[name] = {
            "milliseconds": round(float(np.median(values)) * 1000, 2),
            "ratio": round(float(middle), 3),
            "ratio_low": round(float(low), 3),
            "ratio_high": round(float(high), 3),
        }
    return figures
