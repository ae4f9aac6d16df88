"""Photos a second are counted by the clock, without the first round, which warms up."""

from __future__ import annotations

import pytest

from benchmarks import throughput
from benchmarks.photos import portraits
from benchmarks.throughput import main, measure, scans
from model import load_detector


def test_a_rate_is_pictures_over_seconds(monkeypatch: pytest.MonkeyPatch):
    clock = iter([0, 0, 10, 12, 20, 28])
    monkeypatch.setattr(throughput.time, "perf_counter", lambda: next(clock))
    done = []
    rates = measure({"a": (4, lambda: done.append("a")), "b": (16, lambda: done.append("b"))}, rounds=1)
    assert rates == {"a": [2.0], "b": [2.0]}
    assert done == ["a", "b", "a", "b"]


def test_every_scan_looks_at_every_photo(monkeypatch: pytest.MonkeyPatch):
    photos, seen = portraits(3, side=300), []
    monkeypatch.setattr(throughput, "inspect_photo", lambda photo, methods, detector: seen.append((photo, methods)))
    work = scans(load_detector(), photos)
    for name, (count, function) in work.items():
        seen.clear()
        function()
        if name.startswith("photos"):
            assert count == 3
            assert sorted(photo for photo, _ in seen) == sorted(photos)
            assert {methods for _, methods in seen} == {() if "no map" in name else ("grad-cam", "saliency")}


@pytest.mark.parametrize("words", [["--photos", "0"], ["--rounds", "-3"]])
def test_wrong_use_is_refused(words: list[str], capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert words[1] in capsys.readouterr().err
