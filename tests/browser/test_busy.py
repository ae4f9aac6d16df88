"""What visitors see when too many others wait: the reason in words, and a way to try again. Nothing works for ever."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import LONG_PATIENCE, choose_method, wait_for_answer, wait_for_map
from tests.web import photos
from tests.web.serving import get
from web.states import BUSY, UNANSWERED

pytestmark = pytest.mark.browser

JOIN = "**/queue/join*"


def turn_away(page):
    """Has the server refuse what is asked from now on, as it does when its queue is full."""
    page.route(JOIN, lambda route: route.fulfill(status=429, json={"detail": BUSY}))


def open_other(browser, address, path, wanted):
    page = browser.new_page()
    page.set_default_timeout(LONG_PATIENCE)
    page.goto(f"{address}{path}")
    page.wait_for_selector(wanted, state="attached")
    return page


def given_up(address) -> float:
    """How many scans ended because their visitors had gone."""
    found = re.search(
        r'^unmask_requests_total{outcome="given up",what="scan"} (\S+)$', get(f"{address}metrics").decode(), re.M
    )
    return float(found[1]) if found else 0


def test_a_map_that_nobody_has_time_for_is_not_computed_for_ever(page, tmp_path):
    page.set_input_files("#photo input[type=file]", photos.one_face(tmp_path / "face.jpg"))
    wait_for_answer(page)
    turn_away(page)

    choose_method(page, "layercam")
    expect(page.locator("#face-view")).to_contain_text(UNANSWERED)
    expect(page.locator("#face-view .pending")).to_have_count(0)
    expect(page.get_by_text(BUSY).first).to_be_visible()

    page.unroute(JOIN)
    choose_method(page, "saliency")
    wait_for_map(page, "saliency")


def test_a_scan_that_nobody_has_time_for_can_be_started_again(browser, address, tmp_path):
    page = open_other(browser, address, "several", "#files input[type=file]")
    page.set_input_files("#files input[type=file]", [photos.one_face(tmp_path / "face.jpg")])
    page.wait_for_selector("#files .file a[href*='/file=']")
    turn_away(page)

    page.click("#scan")
    expect(page.locator("#scan-progress")).to_contain_text(UNANSWERED)
    expect(page.locator("#scan-stop")).to_have_count(0)

    page.unroute(JOIN)
    page.click("#scan")
    page.wait_for_selector("#scan-summary [role=status]")
    expect(page.locator("#scan-progress")).not_to_contain_text(UNANSWERED)
    page.close()


def test_a_guess_that_nobody_has_time_for_can_be_made_again(browser, address):
    page = open_other(browser, address, "guess", "#guess-round img")
    turn_away(page)

    page.click("#guess-real")
    expect(page.locator("#guess-result")).to_contain_text(UNANSWERED)

    page.unroute(JOIN)
    page.click("#guess-real")
    page.wait_for_selector("#guess-result .truth")
    page.close()


def test_a_scan_ends_when_its_page_is_closed(browser, address, tmp_path):
    face = photos.one_face(tmp_path / "face.jpg")
    many = [tmp_path / f"{number}.jpg" for number in range(50)]
    for path in many:
        path.write_bytes(face.read_bytes())
    before = given_up(address)
    closed = open_other(browser, address, "several", "#files input[type=file]")
    closed.set_input_files("#files input[type=file]", many)
    closed.wait_for_function("document.querySelectorAll('#files .file').length === 50")
    closed.wait_for_selector("#files .file a[href*='/file=']")
    closed.click("#scan")
    closed.wait_for_selector("#scan-progress [role=progressbar]")
    closed.close()

    deadline = time.monotonic() + LONG_PATIENCE / 1000
    while given_up(address) == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
