"""What the page shows of changed copies."""

import math
import re

import pytest

from explain.stability import Stability, Variant
from model.calibration import Calibration
from web.one_photo.stability import stability_panel

CALIBRATION = Calibration(temperature=1.0, real_below=0.2, fake_above=0.8)


def variant(title: str, probability: float, verdict: str) -> Variant:
    return Variant(title, title, 0.0, probability, verdict)


def test_every_copy_has_a_row_after_the_original_with_its_answer_and_its_place_on_the_bar():
    copies = (variant("JPEG quality 90", 0.93, "fake"), variant("mirrored", 0.31, "uncertain"))

    html = stability_panel(Stability(0.9, "fake", copies), 2, CALIBRATION)

    rows = re.findall(r'<th scope="row">([^<]+)</th>.*?left:([\d.]+)%.*?<td class="(\w+)">([^<]+)<', html)
    assert rows == [
        ("as it is", "90.00", "fake", "90% fake"),
        ("JPEG quality 90", "93.00", "fake", "93% fake"),
        ("mirrored", "31.00", "uncertain", "31% fake"),
    ]
    assert 'class="holds face face-2"' in html
    assert "The answer changed in 1 of 2 copies: mirrored." in html


def test_only_copies_with_another_answer_stand_out():
    copies = (variant("JPEG quality 90", 0.93, "fake"), variant("mirrored", 0.31, "uncertain"))

    html = stability_panel(Stability(0.9, "fake", copies), 1, CALIBRATION)

    assert re.findall(r'<tr class="other"><th scope="row">([^<]+)', html) == ["mirrored"]


def test_what_is_not_a_number_is_not_drawn():
    html = stability_panel(Stability(0.9, "fake", (variant("blur", math.nan, "uncertain"),)), 1, CALIBRATION)

    assert "no number" in html and "nan" not in html.lower()


@pytest.mark.parametrize("reason", ["This face is too small to judge.", "1 < 2 & so on"])
def test_where_nothing_can_be_compared_there_are_words_and_no_table(reason):
    html = stability_panel(Stability(0.5, "uncertain", (), reason), 1, CALIBRATION)

    assert "<table" not in html
    assert reason.replace("&", "&amp;").replace("<", "&lt;") in html
