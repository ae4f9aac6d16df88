"""Times are compared in turns, so that a machine that slows down slows all alike."""

from __future__ import annotations

import time

import numpy as np
import pytest

from train import timing
from train.timing import compare_times


def test_ratios_are_those_of_the_same_round(monkeypatch: pytest.MonkeyPatch):
    """By a clock of its own: the second step takes twice as long, in a machine that grows ten times slower."""
    clock = {"now": 0.0, "pace": 1.0}
    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock["now"])

    def step(seconds: float, slower: float = 1.0) -> None:
        clock["now"] += seconds * clock["pace"]
        clock["pace"] *= slower

    figures = compare_times({"first": lambda: step(0.002), "second": lambda: step(0.004, 1.2)}, rounds=9)
    assert figures["first"] == pytest.approx(
        {"milliseconds": figures["first"]["milliseconds"], "ratio": 1, "ratio_low": 1, "ratio_high": 1}
    )
    assert figures["second"]["ratio"] == figures["second"]["ratio_low"] == figures["second"]["ratio_high"] == 2
    # After two calls to warm up and four of nine rounds.
    assert figures["first"]["milliseconds"] == pytest.approx(2 * 1.2**6, abs=0.01)


def test_what_warms_up_does_not_count():
    calls = []

    def step() -> None:
        calls.append(time.perf_counter())
        time.sleep(0.05 if len(calls) <= 2 else 0)

    assert compare_times({"only": step}, rounds=3)["only"]["milliseconds"] < 25
    assert len(calls) == 5
    assert np.all(np.diff(calls) >= 0)
