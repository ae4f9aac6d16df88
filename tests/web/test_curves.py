"""Plots can be read by those who see them, in light and dark, and by those who don't."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from web.curves import plot

SVG = plot("Title", "What <it> shows", [0, 0.5, 1], [("random", [0, 0, 0]), ("map", [1, 0.5, 0])], "covered", "fake")


def test_it_is_well_formed_and_described():
    svg = ElementTree.fromstring(SVG)

    assert svg.get("role") == "img"
    assert svg.find("title").text == "Title"
    assert svg.find("desc").text == "What <it> shows"


def test_axes_are_named_and_in_percent():
    words = [text.text for text in ElementTree.fromstring(SVG).iter("text")]

    assert {"covered", "fake", "0%", "50%", "100%"} <= set(words)


def test_a_line_runs_where_its_values_are():
    _, line = re.findall(r'points="([^"]*)"', SVG)
    points = [[float(number) for number in point.split(",")] for point in line.split()]

    (left, top), (middle, half), (right, bottom) = points
    assert left < middle < right and top < half < bottom
    assert middle == pytest.approx((left + right) / 2) and half == pytest.approx((top + bottom) / 2)


def test_colours_are_left_to_the_style_sheet():
    assert not re.search(r"#[0-9a-f]{3}|rgb|stroke=|fill=", SVG)


def test_lines_of_another_length_are_a_mistake():
    with pytest.raises(ValueError):
        plot("", "", [0, 1], [("map", [0, 0, 0])], "", "")
