from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.table import format_summary, format_tables, pooled
from explain import METHODS
from model.detector import DEFAULT_DETECTOR, read_description

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "model" / "evaluation" / "faithfulness.json"


def figures(pointing: float, **more: float) -> dict[str, float]:
    base = {"pointing": pointing, "energy_ratio": 3.0, "overlap": 0.5, "auc": 0.9}
    return base | {"deletion": 0.3, "deletion_random": 0.6} | more


@pytest.fixture
def results():
    """Two groups, one method that tf-keras-vis has and one that it hasn't."""

    def group(pointing):
        return {
            "fakes": 10,
            "lean_fake": 5,
            "area": 0.2,
            "methods": {
                "grad-cam": {"count": 10, "all": figures(pointing - 0.2), "lean_fake": figures(pointing)},
                "grad-cam (tf-keras-vis)": {"count": 10, "all": {"pointing": 0.1}, "lean_fake": {"pointing": 0.6}},
                "occlusion": {"count": 2, "all": figures(0.4), "lean_fake": figures(0.5)},
                "random map": {"count": 10, "all": figures(0.2), "lean_fake": figures(0.2, deletion=0.6)},
            },
        }

    return {
        "detector": "lite0-0",
        "groups": {"self-blend": group(0.8), "swap": group(1.0)},
        "randomised": {"grad-cam": [0.1, -0.25, 0.2], "occlusion": [0.0, 0.1, 0.05]},
        "times": {"grad-cam": [0.9, 1.0, 1.1], "grad-cam (tf-keras-vis)": [10, 11, 12], "occlusion": [90, 99.6, 120]},
    }


def test_groups_count_alike_and_fakes_called_real_do_not(results):
    assert pooled(results, "grad-cam", "pointing") == pytest.approx(0.9)
    assert pooled(results, "grad-cam", "pointing", "all") == pytest.approx(0.7)
    assert pooled(results, "grad-cam (tf-keras-vis)", "deletion") is None


def test_a_row_a_method_with_the_library_beside_it_and_the_worst_seed(results):
    rows = {line.split("|")[1].strip(): line for line in format_summary(results).splitlines()[2:]}
    assert rows["grad-cam"] == "| grad-cam | 0.90 (0.60) | 3.0 | 0.50 | 0.90 | 0.50 | -0.25 | 1.0 (11.0) |"
    assert rows["occlusion"] == "| occlusion | 0.50 | 3.0 | 0.50 | 0.90 | 0.50 | 0.10 | 100 |"
    assert rows["random map"] == "| random map | 0.20 | 3.0 | 0.50 | 0.90 | 1.00 |  |  |"


def test_each_group_says_how_many_fakes_it_has(results):
    words = format_tables(results)
    assert "**swap**: 10 fakes, 5 of them called rather fake than real; masks cover 20% of the crop" in words
    assert "| grad-cam | 10 | 0.80 / 1.00 |" in words


def test_readme_and_card_show_the_measured_table_of_the_shipped_detector():
    results = json.loads(FIGURES.read_text(encoding="utf-8"))
    assert results["detector"].endswith(read_description(DEFAULT_DETECTOR)["weights"]["sha256"][:12])
    assert list(results["randomised"]) == list(METHODS)
    for page in (ROOT / "README.md", ROOT / "model" / "CARD.md"):
        assert format_summary(results) in page.read_text(encoding="utf-8"), page.name
