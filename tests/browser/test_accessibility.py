"""No violation of WCAG 2.2 AA that axe-core finds: every page and state, light and dark, desktop and phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.chromium import (
    LONG_PATIENCE,
    choose,
    choose_method,
    remove,
    wait_for_answer,
    wait_for_map,
    wait_for_trust,
)
from tests.web import photos

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SIZES = {"phone": 390, "desktop": 1280}


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


def problems(page: Page) -> list[str]:
    """What is wrong with a state at any size: violations, and what reaches beyond the edge.

    The window is made small and large again, since it takes the server much longer to come to each state once more.
    """
    found = []
    for size, width in SIZES.items():
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{size}: {one}" for one in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{size}: wider than the window")
    return found


@pytest.mark.slow
def test_every_state_of_a_photo(page, tmp_path):
    assert problems(page) == []

    for make in (photos.no_face, photos.refused):
        choose(page, make(tmp_path / f"{make.__name__}.jpg"))
        wait_for_answer(page)
        assert problems(page) == [], make.__name__
        remove(page)

    choose(page, photos.three_faces(tmp_path / "three.jpg"))
    wait_for_trust(page)
    page.get_by_text("Colours and scale").click()
    assert problems(page) == []

    choose_method(page, "occlusion")
    page.locator("#face-view [role=progressbar]").wait_for()
    assert problems(page) == []
    wait_for_map(page, "occlusion")

    page.get_by_role("tab", name="Whole photo").click()
    assert problems(page) == []

    page.get_by_role("tab", name="Does it hold?").click()
    assert problems(page) == []
    page.locator("#stability .ask").click()
    page.locator("#stability .holds:visible").wait_for(timeout=LONG_PATIENCE)
    assert problems(page) == []

    page.get_by_role("tab", name="The file").click()
    page.locator("#file-views .ask").click()
    page.locator("#file-views img").first.wait_for(timeout=LONG_PATIENCE)
    assert problems(page) == []


def test_the_checker_finds_what_is_wrong(page):
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=pale>pale</p>')")
    page.add_style_tag(content="body.dark #pale { color: #333; background: #222 }")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<div style=\"width: 2000px\">wide</div>')")

    found = problems(page)
    for size in SIZES:
        assert any(one.startswith(f"{size}: light: image-alt") for one in found)
        assert any(one.startswith(f"{size}: dark: color-contrast") for one in found)
        assert not any(one.startswith(f"{size}: light: color-contrast") for one in found)
        assert f"{size}: wider than the window" in found


@pytest.mark.slow
def test_the_other_pages(page, address, tmp_path):
    page.goto(f"{address}several")
    page.set_input_files("input[type=file]", [photos.one_face(tmp_path / "a.jpg"), photos.refused(tmp_path / "b.jpg")])
    assert problems(page) == [], "before"
    page.get_by_role("button", name="Check these photos").click()
    page.get_by_role("button", name="Download").wait_for(timeout=LONG_PATIENCE)
    assert problems(page) == [], "table"

    page.goto(f"{address}guess")
    page.locator("#guess-real").click()
    page.locator("#guess-evidence .heat").first.wait_for(timeout=LONG_PATIENCE)
    assert problems(page) == [], "guess"

    page.goto(f"{address}about")
    page.locator("details").first.wait_for()
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    assert problems(page) == [], "about"
