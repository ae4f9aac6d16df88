"""Lines and dots lie where the numbers are."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from web.about.measured import read_measured
from web.about.plots import auc_plot, reliability_plot
from web.about.robustness import FAMILIES, robustness_plots


def drawing(html, number=0):
    return ElementTree.fromstring(re.findall("<svg.*?</svg>", html)[number])


def dots(svg):
    return [(float(dot.get("cx")), float(dot.get("cy")), float(dot.get("r"))) for dot in svg.iter("circle")]


def points(element):
    return [tuple(map(float, point.split(","))) for point in element.get("points").split()]


def figure(value, low, high):
    return {"value": value, "interval": [low, high]}


def test_calibration_runs_from_corner_to_corner_and_larger_bins_have_larger_dots():
    bins = [
        {"faces": 10, "probability": 0.0, "share_fake": 0.0},
        {"faces": 40, "probability": 0.5, "share_fake": 0.75},
        {"faces": 10, "probability": 1.0, "share_fake": 1.0},
    ]
    html = reliability_plot(bins)
    svg = drawing(html)

    ideal, line = (points(one) for one in svg.iter("polyline"))
    assert [line[0], line[-1]] == ideal
    (left, bottom, small), (middle, higher, large), (right, top, same) = dots(svg)
    assert left < middle < right and large > small == same
    assert (higher - top) / (bottom - top) == pytest.approx(0.25, abs=0.01)
    assert "said 50% where 75% were fake" in svg.find("desc").text
    assert "<td>75.0%</td><td>40</td>" in html


def test_each_source_has_a_dot_inside_its_interval_best_on_top(shipped):
    measured = read_measured(shipped)
    svg = drawing(auc_plot(measured))

    figures = sorted((row["metrics"]["auc"] for row in measured.sources.values()), key=lambda one: one["value"])
    figures.insert(0, measured.row["metrics"]["auc"])
    marks = dots(svg)
    assert [mark[1] for mark in marks] == sorted((mark[1] for mark in marks), reverse=True)
    for one, (x, y, _), line in zip(figures, marks, svg.iter("polyline"), strict=True):
        (left, left_height), (right, right_height) = points(line)
        low, high = one["interval"]
        assert x == pytest.approx(left + (right - left) * (one["value"] - low) / (high - low), abs=0.2)
        assert left_height == right_height == pytest.approx(y, abs=0.1)


@pytest.fixture
def robustness():
    """Two families: one that lower levels harm, one with levels on both sides."""
    row = {"auc": None, "sources": {}}
    return {
        "faces": 8,
        "untouched": {**row, "mean_auc": figure(0.9, 0.8, 1.0)},
        "conditions": [
            {**row, "family": "jpeg", "level": 30, "mean_auc": figure(0.6, 0.45, 0.7)},
            {**row, "family": "jpeg", "level": 60, "mean_auc": figure(0.8, 0.7, 0.9)},
            {**row, "family": "brightness", "level": 1.3, "mean_auc": figure(0.85, 0.8, 0.9)},
            {**row, "family": "brightness", "level": 0.7, "mean_auc": figure(0.7, 0.6, 0.8)},
        ],
    }


def test_harm_lies_to_the_right_and_untouched_where_it_belongs(robustness):
    html = robustness_plots(robustness)

    assert html.count("<svg") == 2
    jpeg, brightness = (dots(drawing(html, number)) for number in (0, 1))
    assert [x for x, _, _ in jpeg] == sorted(x for x, _, _ in jpeg)
    assert [y for _, y, _ in jpeg] == sorted(y for _, y, _ in jpeg)
    (dark, untouched, bright) = brightness
    assert dark[1] > bright[1] > untouched[1] and dark[0] < untouched[0] < bright[0]
    assert "lowest at 30: 0.60" in drawing(html).find("desc").text


def test_the_band_holds_the_line_and_stays_in_the_drawing(robustness):
    svg = drawing(robustness_plots(robustness))

    (band,) = svg.iter("polygon")
    edge = points(band)
    lows, highs = edge[: len(edge) // 2], edge[len(edge) // 2 :][::-1]
    for (x, y, _), low, high in zip(dots(svg), lows, highs, strict=True):
        assert low[0] == high[0] == x and high[1] <= y <= low[1]
    assert max(y for _, y in edge) <= 170 - 40


def test_every_family_of_the_shipped_figures_is_drawn(evaluation):
    measured = {row["family"] for row in evaluation["robustness"]["conditions"]}

    assert measured == {family.name for family in FAMILIES}
    assert robustness_plots(evaluation["robustness"]).count("<svg") == len(measured)
