"""The page in Chromium: for everybody, at any width, in either colour mode, and without a request."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_everybody_can_read_it_and_nothing_is_asked_for(browser, three_faces, tmp_path, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    file = tmp_path / "report.html"
    file.write_text(three_faces.to_html(), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split(":")[0]))
    page.goto(file.as_uri())

    assert [scheme for scheme in asked if scheme != "data"] == ["file"]
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    result = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}})
    assert result.response["violations"] == []
    page.close()
