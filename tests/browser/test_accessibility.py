"""No violation of WCAG 2.2 AA that axe-core finds: every page and state, light and dark, desktop and phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.chromium import (
    LONG_PATIENCE,
    choose,
    choose_method,
    open_page,
    remove,
    wait_for_answer,
    wait_for_map,
    wait_for_trust,
)
from tests.web import photos

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SIZES = {"desktop": 1280, "phone": 390}


def violations(page: Page) -> list[str]:
    """What axe finds in light and in dark mode, which Gradio tells apart by a class of the body."""
    # Colours are measured as they are in the end.
    page.add_style_tag(content="* { transition: none !important; animation: none !important }")
    found = []
    for theme in ("light", "dark"):
        page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
        page.wait_for_timeout(100)
        broken = Axe().run(page, options=RULES).response["violations"]
        found += [f"{theme}: {one['id']}: {node['html'][:200]}" for one in broken for node in one["nodes"]]
    return found


def too_wide(page: Page, width: int) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") > width


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_every_state_of_a_photo(browser, address, tmp_path, size):
    width = SIZES[size]
    page = open_page(browser, address, width=width)
    assert violations(page) == []

    for make in (photos.no_face, photos.refused):
        choose(page, make(tmp_path / f"{make.__name__}.jpg"))
        wait_for_answer(page)
        assert violations(page) == [], make.__name__
        remove(page)

    choose(page, photos.three_faces(tmp_path / "three.jpg"))
    wait_for_trust(page)
    page.get_by_text("Colours and scale").click()
    assert violations(page) == [] and not too_wide(page, width)

    choose_method(page, "occlusion")
    page.locator("#face-view [role=progressbar]").wait_for()
    assert violations(page) == []
    wait_for_map(page, "occlusion")

    page.get_by_role("tab", name="Whole photo").click()
    assert violations(page) == [] and not too_wide(page, width)

    page.get_by_role("tab", name="Does it hold?").click()
    assert violations(page) == []
    page.locator("#stability .ask").click()
    page.locator("#stability .holds:visible").wait_for(timeout=LONG_PATIENCE)
    assert violations(page) == [] and not too_wide(page, width)

    page.get_by_role("tab", name="The file").click()
    page.locator("#file-views .ask").click()
    page.locator("#file-views img").first.wait_for(timeout=LONG_PATIENCE)
    assert violations(page) == [] and not too_wide(page, width)
    page.close()


def test_the_checker_finds_what_is_wrong(page):
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=pale>pale</p>')")
    page.add_style_tag(content="body.dark #pale { color: #333; background: #222 }")

    found = violations(page)
    assert any(one.startswith("light: image-alt") for one in found)
    assert any(one.startswith("dark: color-contrast") for one in found)
    assert not any(one.startswith("light: color-contrast") for one in found)


@pytest.mark.parametrize("size", SIZES)
def test_the_other_pages(browser, address, tmp_path, size):
    width = SIZES[size]
    page = open_page(browser, address, width=width)

    page.goto(f"{address}several")
    page.set_input_files("input[type=file]", [photos.one_face(tmp_path / "a.jpg"), photos.refused(tmp_path / "b.jpg")])
    assert violations(page) == [], "before"
    page.get_by_role("button", name="Check these photos").click()
    page.get_by_role("button", name="Download").wait_for(timeout=LONG_PATIENCE)
    assert violations(page) == [] and not too_wide(page, width), "table"

    page.goto(f"{address}guess")
    page.locator("#guess-real").click()
    page.locator("#guess-evidence .heat").first.wait_for(timeout=LONG_PATIENCE)
    assert violations(page) == [] and not too_wide(page, width), "guess"

    page.goto(f"{address}about")
    page.locator("details").first.wait_for()
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    assert violations(page) == [] and not too_wide(page, width), "about"
    page.close()
