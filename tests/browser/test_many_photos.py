"""Several photos at once, as visitors see them in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.chromium import LONG_PATIENCE
from tests.web import photos
from tests.web.many_photos.zips import make_zip

pytestmark = pytest.mark.browser

FILES = "#files input[type=file]"
DONE = "#scan-summary [role=status]"
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def opened(browser, address):
    pages = []

    def open_several(width=1280, theme="light"):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        pages.append(page)
        page.set_default_timeout(LONG_PATIENCE)
        page.goto(f"{address}several?__theme={theme}")
        page.wait_for_selector(FILES, state="attached")
        return page

    yield open_several
    for page in pages:
        page.close()


@pytest.fixture
def page(opened):
    return opened()


@pytest.fixture
def folder(tmp_path):
    """Three faces, one, none, a file that is no photo, and a ZIP with a face."""
    face = photos.one_face(tmp_path / "IMG_10.jpg")
    return [
        photos.three_faces(tmp_path / "IMG_9.jpg"),
        face,
        photos.no_face(tmp_path / "none.png"),
        photos.refused(tmp_path / "text.jpg"),
        make_zip(tmp_path / "album.zip", {"sea/IMG_2.jpg": face.read_bytes()}),
    ]


@pytest.fixture
def many(tmp_path):
    face = photos.one_face(tmp_path / "face.jpg").read_bytes()
    paths = [tmp_path / f"{number}.jpg" for number in range(30)]
    for path in paths:
        path.write_bytes(face)
    return paths


def choose(page, paths):
    """Puts files on the page and waits until all of them are uploaded."""
    page.set_input_files(FILES, paths)
    page.wait_for_function(f"document.querySelectorAll('#files .file').length === {len(paths)}")
    page.wait_for_selector("#files .file a[href*='/file=']")


def scan(page):
    page.click("#scan")
    page.wait_for_selector(DONE, timeout=LONG_PATIENCE)


def begin(page):
    """Starts a scan and waits for its first rows."""
    page.click("#scan")
    page.wait_for_selector("#scan-progress [role=progressbar]", timeout=LONG_PATIENCE)


def rows(page):
    return page.locator("#scan-table tbody tr")


def names(page) -> list[str]:
    return page.locator("#scan-table tbody bdi").all_inner_texts()


def figures(page) -> list[str]:
    return page.locator("#scan-table tbody .figure").all_inner_texts()


def header(page, name):
    return page.locator("#scan-table thead").get_by_role("button", name=name, exact=True)


def orders(page) -> list[str | None]:
    return page.eval_on_selector_all("#scan-table thead th", "all => all.map(one => one.getAttribute('aria-sort'))")


def test_before_the_first_files_the_page_says_what_may_be_chosen(page):
    words = page.locator("#privacy").inner_text()

    assert all(limit in words for limit in ("50 photos", "ZIP of up to 8 MB", "64 MB", "15 minutes"))
    assert not page.locator("#scan-results").is_visible()


def test_every_face_gets_a_row_and_every_failure_a_reason(page, folder):
    choose(page, folder)
    scan(page)

    assert names(page) == ["IMG_9.jpg"] * 3 + ["IMG_10.jpg", "none.png", "text.jpg", "IMG_2.jpg"]
    assert page.locator("#scan-table tbody img").count() == 5
    assert "No face was found" in rows(page).nth(4).inner_text()
    assert "This file is not a photo" in rows(page).nth(5).inner_text()
    assert [bool(re.search(r"\d%", figure)) for figure in figures(page)] == [True] * 4 + [False] * 2 + [True]
    assert page.locator("#scan-summary").inner_text().startswith("5 faces in 3 photos: ")
    assert page.locator("#scan-progress").inner_text().strip() == ""
    # Beside this page, wherever a proxy shows the site.
    assert page.locator("#scan-why a").evaluate("link => link.href") == page.url.partition("several")[0]


def test_the_table_is_sorted_by_keyboard_without_the_server(page, folder):
    choose(page, folder)
    scan(page)
    page.wait_for_timeout(500)
    seen: list[str] = []
    page.on("request", lambda request: None if re.match("data:|blob:", request.url) else seen.append(request.url))
    assert orders(page) == [None, "none", "none", "none"]

    header(page, "Fake").press("Enter")
    percentages = [float(figure.strip("%")) for figure in figures(page) if "%" in figure]
    assert len(percentages) == 5 and percentages == sorted(percentages, reverse=True)
    assert figures(page)[-2:] == ["–", "–"], "what has no number comes last"
    assert orders(page) == [None, "none", "none", "descending"]

    header(page, "Fake").press("Enter")
    assert [float(figure.strip("%")) for figure in figures(page)[:5]] == percentages[::-1]
    assert figures(page)[-2:] == ["–", "–"]
    assert orders(page)[-1] == "ascending"

    header(page, "Photo").press("Enter")
    assert names(page) == ["IMG_2.jpg", "IMG_9.jpg", "IMG_9.jpg", "IMG_9.jpg", "IMG_10.jpg", "none.png", "text.jpg"]
    assert [f"Face {number} of 3" in rows(page).nth(number).inner_text() for number in (1, 2, 3)] == [True] * 3
    assert orders(page) == [None, "ascending", "none", "none"]

    header(page, "Answer").press("Enter")
    ranks = page.eval_on_selector_all("#scan-table tbody tr", "all => all.map(one => Number(one.dataset.rank))")
    assert ranks == sorted(ranks) and ranks[-2:] == [3, 3]
    assert page.evaluate("document.activeElement.textContent") == "Answer"
    assert seen == []


def test_rows_that_arrive_find_their_place_in_a_sorted_table_and_the_focus_stays(page, many):
    choose(page, many)
    begin(page)
    header(page, "Photo").press("Enter")
    header(page, "Photo").press("Enter")
    few = rows(page).count()

    page.wait_for_function(f"document.querySelectorAll('#scan-table tbody tr').length > {few}")
    page.wait_for_timeout(100)

    numbers = [int(name.removesuffix(".jpg")) for name in names(page)]
    assert numbers == sorted(numbers, reverse=True)
    assert page.evaluate("document.activeElement.textContent") == "Photo"
    assert orders(page)[1] == "descending"


def test_the_file_has_the_columns_of_the_command_line(page, folder):
    choose(page, folder)
    scan(page)

    with page.expect_download() as download:
        page.click("#scan-download")

    lines = download.value.path().read_bytes().decode().split("\r\n")
    assert download.value.suggested_filename == "unmask.csv"
    assert lines[0] == "path,face,x,y,width,height,probability_fake,verdict,logit,error"
    assert [line.split(",")[0] for line in lines[1:-1]] == [
        *["IMG_9.jpg"] * 3,
        "IMG_10.jpg",
        "none.png",
        "text.jpg",
        "album.zip/sea/IMG_2.jpg",
    ]


def test_a_stopped_scan_keeps_its_rows_and_can_be_begun_again(page, many):
    choose(page, many)
    begin(page)

    page.click("#scan-stop")

    page.get_by_text(re.compile(r"^Stopped after \d+ of 30 photos\.$")).wait_for()
    found = rows(page).count()
    assert 0 < found < 30
    assert page.locator("#scan-stop").count() == 0
    page.wait_for_function("document.activeElement.id === 'scan'")
    page.wait_for_timeout(1500)
    assert rows(page).count() == found
    assert "Stopped after" in page.locator("#scan-progress").inner_text()

    scan(page)
    assert rows(page).count() == 30


def test_old_rows_never_stay_beside_a_new_choice_of_files(page, folder, many):
    choose(page, many)
    begin(page)

    page.click("#files button[aria-label='Clear']")

    page.wait_for_selector("#scan-results", state="hidden")
    page.wait_for_timeout(2500)
    assert not page.locator("#scan-results").is_visible()
    assert page.locator("#scan-stop").count() == 0
    choose(page, folder[:1])
    scan(page)
    assert names(page) == ["IMG_9.jpg"] * 3


def test_without_files_the_button_asks_for_some(page):
    page.click("#scan")

    page.get_by_text("No photos yet").wait_for()
    page.wait_for_selector("#scan-stop", state="detached")


def test_names_are_text(page, tmp_path):
    hostile = photos.one_face(tmp_path / "<img src=x onerror=window.hacked=1>{{value}}${window.hacked=1}.jpg")
    choose(page, [hostile])
    scan(page)

    assert names(page) == [hostile.name]
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_use_it_at_every_width(opened, folder, width, theme):
    page = opened(width, theme)
    assert Axe().run(page, options=WCAG).response["violations"] == []
    choose(page, folder)
    scan(page)

    assert Axe().run(page, options=WCAG).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('#scan-table table').getBoundingClientRect().right") <= width
