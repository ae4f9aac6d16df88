"""The guessing game, as visitors play it in a real browser."""

import base64
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.chromium import LONG_PATIENCE, PATIENCE
from web.guess.pictures import load_pictures

pytestmark = pytest.mark.browser

PICTURES = load_pictures()
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def opened(browser, address):
    pages = []

    def open_guess(width=1280, theme="light", heard=None):
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=theme)
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        if heard is not None:
            page.on("response", lambda answer: heard.append(answer))
        page.goto(f"{address}guess?__theme={theme}")
        page.wait_for_selector("#guess-round img")
        return page

    yield open_guess
    for page in pages:
        page.close()


@pytest.fixture
def page(opened):
    return opened()


def shown(page):
    """The picture that is on the page, as the repository knows it."""
    data = base64.b64decode(page.locator("#guess-round img").get_attribute("src").split(",")[1])
    (picture,) = [one for one in PICTURES if one.path.read_bytes() == data]
    return picture


def wait_for_truth(page):
    page.wait_for_selector("#guess-result .truth", timeout=LONG_PATIENCE)
    page.wait_for_selector("#guess-next")


def focused(page, words):
    page.wait_for_function("words => document.activeElement.textContent.startsWith(words)", arg=words)


def scores(page) -> list[str]:
    return re.findall(r"\d+ of \d+", page.locator("#guess-score").inner_text())


def test_the_first_picture_comes_with_two_answers_and_nothing_tells_the_truth(opened):
    heard = []
    page = opened(heard=heard)
    page.wait_for_timeout(500)

    assert page.locator("#guess-real").is_visible() and page.locator("#guess-fake").is_visible()
    assert page.locator("#guess-evidence").inner_text().strip() == ""
    answers = [one for one in heard if re.search("json|html", one.headers.get("content-type", ""))]
    texts = [page.content(), *(one.text() for one in answers)]
    assert any("guess-round" in text for text in texts[1:]) and any("base64," in text for text in texts[1:])
    told = [word for one in PICTURES for word in (one.how, one.source, one.path.name)]
    assert [word for text in texts for word in told if word in text] == []


@pytest.mark.parametrize("guess", ["real", "fake"])
def test_after_the_guess_come_the_truth_the_detectors_answer_and_its_map(page, guess):
    picture = shown(page)

    page.click(f"#guess-{guess}")
    wait_for_truth(page)

    right = guess == picture.truth
    assert f"{'Right' if right else 'Wrong'}: this one is {picture.truth}" in page.locator("#guess-result").inner_text()
    assert picture.how in page.locator("#guess-result").inner_text()
    assert scores(page)[0] == f"{int(right)} of 1" and scores(page)[1] in ("0 of 1", "1 of 1")
    assert re.search("Probably real|Can't tell|Probably fake", page.locator("#guess-evidence .card").inner_text())
    assert page.locator("#guess-evidence .heat:visible").count() >= 1
    assert not page.locator("#guess-choice").is_visible()
    assert all(page.eval_on_selector_all("#guess-evidence img", "all => all.map(one => one.alt)"))


def test_the_grip_uncovers_the_photo_under_the_map(page):
    page.click("#guess-real")
    wait_for_truth(page)

    page.locator("#guess-evidence .uncover").press("End")

    page.wait_for_function(
        "getComputedStyle(document.querySelector('#guess-evidence .heats')).clipPath.includes('100%')"
    )


def test_a_whole_game_is_played_by_keyboard_alone(page):
    right, seen = 0, set()
    for number in range(1, len(PICTURES) + 1):
        page.get_by_text(f"Picture {number} of {len(PICTURES)}").wait_for()
        picture = shown(page)
        seen.add(picture.path)
        if number > 1:
            focused(page, f"Picture {number} of")
            page.keyboard.press("Tab")
        else:
            page.focus("#guess-real")
        assert page.evaluate("document.activeElement.id") == "guess-real"
        page.keyboard.press("Enter")
        wait_for_truth(page)
        focused(page, "Right" if picture.truth == "real" else "Wrong")
        right += picture.truth == "real"
        assert scores(page)[0] == f"{right} of {number}"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "guess-next"
        page.keyboard.press("Enter")

    focused(page, f"You were right {right} of {len(PICTURES)} times")
    assert len(seen) == len(PICTURES)
    words = page.locator("#guess-result").inner_text()
    assert all(fact in words for fact in ("315 people", "48.2%", "219 people", "59.0%"))
    assert not page.locator("#guess-round").is_visible()

    page.get_by_role("button", name="Play again").press("Enter")
    page.get_by_text(f"Picture 1 of {len(PICTURES)}").wait_for()
    assert "No guess yet" in page.locator("#guess-score").inner_text()


def test_two_clicks_count_once(page):
    page.locator("#guess-real").dblclick()
    wait_for_truth(page)
    page.wait_for_timeout(1500)

    assert scores(page)[0] in ("0 of 1", "1 of 1")
    assert page.locator("#guess-result .truth").is_visible()


def test_what_came_is_announced(page):
    page.click("#guess-real")
    wait_for_truth(page)

    assert page.locator("#guess-result .truth").get_attribute("role") == "status"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_play_at_every_width(opened, width, theme):
    page = opened(width, theme)
    assert Axe().run(page, options=WCAG).response["violations"] == []
    if width == 390:
        assert page.locator("#guess-real").bounding_box()["y"] < 844, "seen without scrolling"
    page.click("#guess-fake")
    wait_for_truth(page)

    assert Axe().run(page, options=WCAG).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
