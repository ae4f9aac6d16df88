"""The benchmark measures what it says, on a network whose maps are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import faithfulness
from benchmarks.made_fakes import GROUPS, MadeFake
from benchmarks.table import RANDOM, format_tables
from explain import METHODS
from tests.explain.methods.networks import patch_detector


@pytest.fixture
def fakes() -> list[MadeFake]:
    """One fake a group: a square of the red that the network takes for fake, on grey."""
    made = []
    for group, side in zip(GROUPS, (32, 96, 128), strict=True):
        real = np.full((256, 256, 3), 100, np.uint8)
        fake, mask = real.copy(), np.zeros((256, 256), bool)
        mask[64 : 64 + side, 80 : 80 + side] = True
        fake[mask] = (250, 100, 100)
        made.append(MadeFake(group, fake, real, mask))
    return made


@pytest.mark.slow
def test_an_exact_map_of_a_known_network_is_right_and_a_random_one_is_not(fakes, monkeypatch):
    monkeypatch.setattr(faithfulness, "_SEEDS", (0,))
    monkeypatch.setattr(faithfulness, "_TIMED_ROUNDS", 1)
    results = faithfulness.measure(patch_detector(), fakes, count=1, slow_count=1)
    for group in GROUPS:
        figures = results["groups"][group]
        assert (figures["fakes"], figures["lean_fake"]) == (1, 1)
        exact, random = (figures["methods"][name]["all"] for name in ("patch-evidence", RANDOM))
        assert exact["pointing"] == 1
        assert exact["auc"] > 0.95 > random["auc"]
        assert exact["overlap"] > 0.6
        # Once the hottest pixels are the source's again, nothing is left that speaks for fake.
        assert exact["deletion"] < exact["deletion_random"]
    assert set(results["randomised"]) == set(METHODS)
    assert set(METHODS) < set(results["times"])
    json.dumps(results, allow_nan=False)
    assert "| patch-evidence | 1.00 |" in format_tables(results)


def test_times_alone_leave_the_other_figures_as_they_are(fakes, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(faithfulness, "load_detector", lambda _: patch_detector())
    monkeypatch.setattr(faithfulness, "read_made_fakes", lambda _: fakes)
    monkeypatch.setattr(faithfulness, "_time", lambda detector, crops: {"saliency": [1.0, 2.0, 3.0]})
    file = tmp_path / "figures.json"
    with pytest.raises(SystemExit):
        faithfulness.main(["--made", "made", "--json", str(file), "--only-times"])
    assert f"needs the --json of an earlier run. Received: {file}" in capsys.readouterr().err
    file.write_text(json.dumps({"detector": "lite0", "groups": {}, "randomised": {}, "times": {}}))
    monkeypatch.setattr(faithfulness, "format_tables", lambda results: "table")
    faithfulness.main(["--made", "made", "--json", str(file), "--only-times"])
    expected = {"detector": "lite0", "groups": {}, "randomised": {}, "times": {"saliency": [1.0, 2.0, 3.0]}}
    assert json.loads(file.read_text()) == expected
