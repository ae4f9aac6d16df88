"""The page says what the files say, and nothing of detectors that they are not about."""

import itertools
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from tests.work import at_most_lines
from web.about.page import about_model


class Outline(HTMLParser):
    """Headings, anchors and links of a page; fails on tags that don't match."""

    VOID = {"img", "path", "circle", "polyline", "polygon", "rect", "br"}  # noqa: RUF012 - never changed

    def __init__(self, html):
        super().__init__()
        self.open, self.headings, self.ids, self.links, self.images, self.columns = [], [], [], [], [], []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)
        if tag == "th":
            self.columns.append(attributes.get("scope"))

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def words(html):
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", html)))


@pytest.fixture
def html(shipped):
    return about_model(shipped)


def test_headings_go_down_step_by_step(html):
    headings = Outline(html).headings

    assert headings[0] == 1 and headings.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(headings))


def test_every_section_is_reached_from_the_top(html):
    outline = Outline(html)

    assert len(set(outline.ids)) == len(outline.ids)
    assert [link for link in outline.links if "#" in link] == [f"about#{name}" for name in outline.ids]
    assert len(outline.ids) >= 7


def test_every_picture_has_a_text_and_comes_with_the_page(html):
    images = Outline(html).images

    assert len(images) == 7
    assert all(len(image["alt"]) > 20 and image["src"].startswith("data:image/") for image in images)


def test_every_plot_has_a_description_and_its_numbers_below(html):
    assert html.count("<figcaption>") - 6 == html.count("<details>") == 8
    descriptions = re.findall("<desc>(.*?)</desc>", html)
    assert len(descriptions) == 7 and all(len(text) > 60 for text in descriptions)


def test_cells_that_name_rows_or_columns_say_so(html):
    scopes = Outline(html).columns

    assert scopes and set(scopes) == {"col", "row"}


def test_nothing_is_asked_of_another_host(html):
    assert not re.search(r'(?:src|href)="(?!data:|about#)', html)
    assert "url(" not in html


def test_figures_come_from_the_files(shipped, evaluation, write_figures):
    evaluation["all"]["metrics"] |= {
        f"{kind}_called_{answer}": {"value": value, "interval": [value, value]}
        for kind in ("reals", "fakes")
        for answer, value in (("real", 0.25), ("uncertain", 0.5), ("fake", 0.25))
    }
    evaluation["data"]["faces"] = 4321
    evaluation["sources"]["dfdc"]["metrics"]["auc"] = {"value": 0.6543, "interval": [0.6001, 0.7002]}
    crossval = {"mean_auc": 0.7123}

    shown = words(about_model(shipped, write_figures(evaluation=evaluation, crossval=crossval)))

    assert "how often is it wrong? 50 of 100" in shown
    assert "How often can't it tell? 50 of 100" in shown
    assert "never saw? 71 of 100" in shown
    assert "4,321 validation faces" in shown
    assert shown.count("0.654 (0.600–0.700)") >= 2


def test_without_unseen_sources_robustness_or_plot_the_rest_is_there(shipped, evaluation, write_figures):
    folder = write_figures(evaluation={**evaluation, "robustness": None})

    html = about_model(shipped, folder)

    assert html.count('class="tile"') == 2
    assert "When pictures suffer" not in html and "on-white" not in html
    assert "calibration" in html


def test_of_a_detector_that_was_not_measured_no_figure_is_shown(other):
    html = about_model(other)

    shown = words(html)
    assert "No figures were measured for the detector in use" in shown
    assert other["weights"]["sha256"][:12] in shown
    assert 'class="tile"' not in html and '<svg class="plot"' not in html and "on-white" not in html
    assert not re.search(r"\d of 100", shown)
    assert "These examples were made with the detector" in shown


def test_thresholds_are_those_of_the_detector_in_use(other):
    other["calibration"] = {"temperature": 1.0, "real_below": 0.11, "fake_above": 0.93}

    shown = words(about_model(other))

    assert "Below 11%" in shown and "From 11% to 93%" in shown and "Above 93%" in shown


@pytest.mark.parametrize("damage", [{"calibration": None}, {"calibration": {"temperature": 0}}, {"network": None}])
def test_a_damaged_description_does_not_keep_the_page_from_starting(other, damage):
    shown = words(about_model(other | damage))

    assert "Probably fake" in shown
    assert ("High percentages" in shown) == ("calibration" in damage)


def test_what_a_description_or_a_source_is_called_stays_text(shipped, evaluation, write_figures):
    nasty = "<img src=x onerror=alert(1)>"
    evaluation["sources"][nasty] = evaluation["sources"].pop("dfdc")
    evaluation["data"]["pooled"] = [nasty if name == "dfdc" else name for name in evaluation["data"]["pooled"]]
    for values in evaluation["shortcuts"].values():
        values[nasty] = values.pop("dfdc")

    html = about_model({**shipped, "network": nasty}, write_figures(evaluation=evaluation))

    assert nasty not in html
    assert "&lt;img src=x" in html


def test_a_space_is_linked_and_a_name_that_is_none_is_not(shipped, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "owner/unmask")
    assert 'href="https://huggingface.co/spaces/owner/unmask/discussions"' in about_model(shipped)

    monkeypatch.setenv("SPACE_ID", 'owner/"><script>')
    html = about_model(shipped)
    assert "huggingface.co" not in html and "<script" not in html


def test_it_is_built_in_a_moment_and_small(shipped):
    about_model(shipped)
    with at_most_lines(50_000):
        html = about_model(shipped)

    assert len(html) < 200_000
