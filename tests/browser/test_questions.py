"""What visitors may ask beyond the first look: other colours, what lies beneath, does it hold, the file, a report."""

import json
import re

import pytest
from PIL import Image, PngImagePlugin
from playwright.sync_api import Page

from tests.browser.chromium import (
    LONG_PATIENCE,
    choose,
    choose_method,
    open_page,
    wait_for_answer,
    wait_for_map,
    wait_for_trust,
)
from tests.web import photos
from tests.web.serving import running_app

pytestmark = pytest.mark.browser


@pytest.fixture
def three(page, tmp_path) -> Page:
    choose(page, photos.three_faces(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    wait_for_trust(page)
    return page


def colours(page: Page) -> None:
    page.get_by_text("Colours and scale").click()


def ask_again(page: Page) -> None:
    page.get_by_role("tab", name="Does it hold?").click()
    page.locator("#stability .ask").click()
    page.locator("#stability .holds:visible").wait_for(timeout=LONG_PATIENCE)


def test_the_grip_uncovers_the_photo_under_the_heatmap_without_the_server(three, requests_seen):
    view = three.locator("#face-view .stack:visible")
    view.scroll_into_view_if_needed()
    box, covered = view.bounding_box(), view.screenshot()
    requests_seen.clear()

    middle = box["y"] + box["height"] / 2
    three.mouse.move(box["x"] + 4, middle)
    three.mouse.down()
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        three.mouse.move(box["x"] + share * box["width"] - 2, middle)
        three.wait_for_timeout(50)
    three.mouse.up()

    assert float(view.locator(".uncover").input_value()) > 90
    assert view.screenshot() != covered
    assert requests_seen == []


def test_the_grip_is_moved_by_keyboard_and_has_a_name(three):
    grip = three.get_by_label("Uncover the photo under the heatmap").and_(three.locator(":visible"))
    grip.press("End")

    clip = "element => getComputedStyle(element).clipPath"
    assert three.locator("#face-view .heats:visible").evaluate(clip) == "inset(0px 0px 0px 100%)"
    grip.press("Home")
    assert three.locator("#face-view .heats:visible").evaluate(clip) == "inset(0px 0px 0px 0%)"


def test_boxes_can_still_be_pressed_under_the_grip(three):
    three.get_by_role("tab", name="Whole photo").click()
    three.locator("#photo-view .uncover").press("ArrowRight")

    three.locator(".box").nth(1).click()

    assert three.locator("#answer .card:visible").inner_text().startswith("Face 2 of 3")


def test_one_side_is_shown_alone_without_the_server(three, requests_seen):
    colours(three)
    requests_seen.clear()

    three.get_by_label("What speaks for real").check()
    three.wait_for_function("document.documentElement.dataset.side == 'real'")
    assert three.locator("#face-view .speaks-fake:visible").count() == 0
    assert three.locator("#face-view .speaks-real:visible").count() == 1

    three.get_by_label("Both sides").check()
    three.wait_for_function("document.documentElement.dataset.side == 'both'")
    assert three.locator("#face-view .heat:visible").count() == 2
    assert requests_seen == []


def test_other_colours_reach_view_and_legend_and_stay_for_the_next_photo(three, tmp_path):
    legend = "#face-view .view:visible .legend i"
    before = three.locator(legend).get_attribute("style")
    colours(three)

    three.get_by_label("Purple and green").check()
    three.wait_for_function(
        "([one, old]) => document.querySelector(one)?.getAttribute('style') != old",
        arg=["#face-view .view .legend i", before],
    )
    wait_for_map(three, "grad-cam")
    chosen = three.locator(legend).get_attribute("style")
    wait_for_trust(three)

    choose(three, photos.one_face(tmp_path / "other.jpg"))
    wait_for_answer(three)
    wait_for_map(three, "grad-cam")
    assert three.locator(legend).get_attribute("style") == chosen != before


def test_changed_copies_are_asked_for_all_faces_at_once(three, requests_seen):
    ask_again(three)
    first = three.locator("#stability .holds:visible").inner_text()
    assert re.search(r"The answer (held in all|changed in \d of) 9", first)
    assert three.locator("#stability .holds:visible tbody tr").count() == 10

    requests_seen.clear()
    three.locator(".chooser label").nth(1).click()
    assert three.locator("#stability .holds:visible").inner_text() != first
    assert requests_seen == []


def test_changed_copies_survive_another_method_and_go_with_their_photo(three, tmp_path):
    ask_again(three)
    three.get_by_role("tab", name="Why?").click()
    choose_method(three, "saliency")
    wait_for_map(three, "saliency")
    three.get_by_role("tab", name="Does it hold?").click()
    assert three.locator("#stability .holds:visible").count() == 1

    choose(three, photos.one_face(tmp_path / "other.jpg"))
    wait_for_answer(three)

    three.locator("#stability .ask").wait_for()
    assert three.locator("#stability .holds").count() == 0


def test_a_photo_replaced_while_its_copies_are_asked_for_leaves_nothing_behind(three, tmp_path):
    three.get_by_role("tab", name="Does it hold?").click()
    three.locator("#stability .ask").click()
    choose(three, photos.one_face(tmp_path / "other.jpg"))
    wait_for_answer(three)

    three.wait_for_timeout(3000)
    assert three.locator("#stability .ask").is_visible()
    assert three.locator("#stability .holds").count() == 0


def test_the_files_own_notes_are_shown_beside_the_answer_as_text(page, tmp_path):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Software", "<img src=x onerror=alert(1)> Adobe Photoshop")
    with Image.open(photos.one_face(tmp_path / "face.jpg")) as face:
        face.save(tmp_path / "photo.png", pnginfo=notes)
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.accept()))
    choose(page, tmp_path / "photo.png")
    wait_for_answer(page)

    page.get_by_role("tab", name="The file").click()
    page.locator("#file-evidence .file").wait_for()

    assert "Photoshop" in page.locator("#file-evidence").inner_text()
    assert "None of this changes the answer" in page.locator("#file-evidence").inner_text()
    assert page.locator("#file-evidence img").count() == 0 and dialogs == []


def test_error_levels_and_noise_come_on_demand_and_go_with_their_photo(three, tmp_path):
    three.get_by_role("tab", name="The file").click()
    three.locator("#file-views .ask").click()
    three.locator("#file-views img").first.wait_for()
    assert all(three.eval_on_selector_all("#file-views img", "all => all.map(one => one.alt)"))

    choose(three, photos.one_face(tmp_path / "other.jpg"))
    wait_for_answer(three)

    three.locator("#file-views .ask").wait_for()
    assert three.locator("#file-views img").count() == 0


@pytest.mark.parametrize(("form", "start"), [("html", b"<!"), ("pdf", b"%PDF-"), ("json", b"{")])
def test_a_report_is_one_press_away(page, tmp_path, form, start):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_trust(page)

    with page.expect_download(timeout=LONG_PATIENCE) as download:
        page.click(f"#report-{form}")

    assert re.fullmatch(rf"unmask-[0-9a-f]{{8}}\.{form}", download.value.suggested_filename)
    assert download.value.path().read_bytes().lstrip().startswith(start)
    assert page.locator("#reported [role=progressbar]").count() == 0


def test_the_report_says_what_the_page_says(page, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_trust(page)
    with page.expect_download(timeout=LONG_PATIENCE) as download:
        page.click("#report-json")
    report = json.loads(download.value.path().read_text())

    shown = int(re.search(r"(\d+)%", page.locator("#answer .percent").inner_text())[1])
    (face,) = report["faces"]
    assert round(100 * face["probability_fake"]) == shown


def test_everything_is_reached_by_keyboard_alone(page, tmp_path):
    """Tab from the photo to each question; no mouse."""
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_trust(page)
    reached = set()
    page.focus("#check")
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.closest('[id]')?.id + '/' + (document.activeElement.innerText ?? '').trim()"
            )
        )
        if any(one.startswith("report-json") for one in reached):
            break

    names = " ".join(reached)
    for wanted in ("Why?", "method", "strength", "Colours and scale", "save", "report-html", "report-pdf"):
        assert wanted in names, wanted

    page.get_by_role("tab", name="Why?").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    if not page.locator("#stability .ask").is_visible():
        page.get_by_role("tab", name="Does it hold?").press("Enter")
    page.locator("#stability .ask").focus()
    page.keyboard.press("Enter")
    page.locator("#stability .holds:visible").wait_for(timeout=LONG_PATIENCE)


def test_a_busy_server_is_said_to_be_busy(browser, address, tmp_path):
    """The queue's answer when it is full, as the server words it."""
    page = open_page(browser, address)
    page.route("**/queue/join*", lambda route: route.fulfill(status=503, json={"detail": "Queue is full."}))
    choose(page, photos.one_face(tmp_path / "photo.jpg"))

    page.locator("#answer").get_by_text("No answer this time").wait_for()
    assert not page.locator("#evidence").is_visible()

    page.unroute("**/queue/join*")
    page.click("#check")
    page.locator("#answer .card.face").wait_for(timeout=LONG_PATIENCE)
    page.close()


def test_while_the_detector_loads_the_page_says_so(browser, tmp_path):
    # However fast the machine is, the detector is loaded only when the page was seen to wait for it.
    seen = tmp_path / "seen"
    program = (
        "import os, sys, time, web.warmup as warmup; load = warmup._load_and_rehearse\n"
        "def wait_and_load(path):\n"
        f"    while not os.path.exists({str(seen)!r}): time.sleep(0.1)\n"
        "    return load(path)\n"
        "warmup._load_and_rehearse = wait_and_load\n"
        "import app; sys.exit(app.main(sys.argv[1:]))"
    )
    with running_app(temporary=tmp_path, program=program) as fresh:
        page = open_page(browser, fresh)
        choose(page, photos.one_face(tmp_path / "photo.jpg"))
        page.locator("#answer").get_by_text("Warming up").wait_for()
        seen.touch()
        page.locator("#answer .card.face").wait_for(timeout=LONG_PATIENCE)
        page.close()
