"""What visitors see and do, in a real browser."""

import re

import pytest

from tests.browser.chromium import (
    LONG_PATIENCE,
    PATIENCE,
    REMOVE,
    choose,
    choose_method,
    open_page,
    wait_for_answer,
    wait_for_trust,
)
from tests.web import photos
from web.examples import example_photos

pytestmark = pytest.mark.browser


def heat_opacity(page) -> float:
    return float(page.eval_on_selector("#evidence .heat", "element => getComputedStyle(element).opacity"))


def test_before_the_first_photo_the_page_says_what_will_come(page):
    page.locator("#answer").get_by_text("The answer appears here").wait_for()
    assert not page.locator("#evidence").is_visible()


def test_one_face_gets_a_verdict_and_heatmaps(page, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)

    card = page.locator("#answer .card")
    assert re.search("Probably real|Can't tell|Probably fake", card.inner_text())
    assert re.search(r"\d% fake", card.inner_text())
    assert page.locator(".chooser").count() == 0
    for tab in ("Face", "Whole photo"):
        page.get_by_role("tab", name=tab).click()
        page.locator("#evidence .heat:visible").first.wait_for()
    assert page.locator(".box").count() == 1


def test_every_picture_of_the_answer_has_a_text(page, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)

    texts = page.eval_on_selector_all("#evidence .stack img", "all => all.map(one => one.alt)")
    assert texts and all(texts)


def test_three_faces_are_switched_by_their_thumbnails_without_the_server(page, requests_seen, tmp_path):
    choose(page, photos.three_faces(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    wait_for_trust(page)
    requests_seen.clear()

    for number in (3, 2, 1):
        page.locator(".chooser label").nth(number - 1).click()
        assert page.locator("#answer .card:visible").inner_text().startswith(f"Face {number} of 3")
        assert page.locator("#evidence .view:visible").get_attribute("class").split()[-1] == f"face-{number}"
    assert requests_seen == []


def test_faces_are_chosen_by_keyboard_and_on_the_whole_photo(page, tmp_path):
    choose(page, photos.three_faces(tmp_path / "photo.jpg"))
    wait_for_answer(page)

    page.focus("#choose-face-1")
    page.keyboard.press("ArrowRight")
    assert page.locator("#answer .card:visible").inner_text().startswith("Face 2 of 3")

    page.get_by_role("tab", name="Whole photo").click()
    page.locator(".box").nth(2).click()
    assert page.locator("#answer .card:visible").inner_text().startswith("Face 3 of 3")


def test_without_a_face_there_is_no_probability(page, tmp_path):
    choose(page, photos.no_face(tmp_path / "photo.png"))
    wait_for_answer(page)

    assert "No face found" in page.locator("#answer").inner_text()
    assert "%" not in page.locator("#answer").inner_text()
    assert not page.locator("#evidence").is_visible()


def test_a_refused_file_gets_a_card_that_says_why(page, tmp_path):
    choose(page, photos.refused(tmp_path / "photo.jpg"))
    wait_for_answer(page)

    words = page.locator("#answer").inner_text()
    assert "This photo can't be checked" in words
    assert "save it as JPEG, PNG or WebP" in words
    assert page.get_by_text("Error", exact=True).count() == 0


def test_without_a_photo_the_button_asks_for_one(page):
    page.click("#check")
    wait_for_answer(page)

    assert "No photo yet" in page.locator("#answer").inner_text()


def test_an_old_answer_never_stays_beside_a_new_photo(page, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    page.locator("#evidence .heat").first.wait_for()

    page.click(REMOVE)
    page.locator("#answer .card.empty").wait_for()
    assert not page.locator("#evidence").is_visible()

    choose(page, photos.no_face(tmp_path / "other.png"))
    wait_for_answer(page)
    assert "No face found" in page.locator("#answer").inner_text()
    assert not page.locator("#evidence").is_visible()


def test_photos_replaced_in_haste_each_leave_their_place_to_the_next(page, tmp_path):
    one, three = photos.one_face(tmp_path / "one.jpg"), photos.three_faces(tmp_path / "three.jpg")
    refused: list[int] = []
    page.on("response", lambda response: refused.append(response.status) if response.status >= 400 else None)
    # While the photo before waits, is checked, is answered and has its map measured.
    for pause in (0, 100, 300, 1000):
        for photo, faces in ((one, 1), (three, 3)):
            choose(page, photo)
            wait_for_answer(page)
            assert page.locator("#answer .card.face").count() == faces
            page.wait_for_timeout(pause)
            if pause < 600:
                page.click(REMOVE)
                page.set_input_files("#photo input[type=file]", photo)
                page.wait_for_timeout(pause)

    assert refused == []


def test_the_button_pressed_twice_runs_the_check_once(page, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_trust(page)
    runs: list[str] = []
    page.on(
        "request",
        lambda request: runs.append(request.url) if "queue/join" in request.url else None,
    )

    page.dblclick("#check")

    page.locator("#answer .card.working").wait_for(state="detached")
    wait_for_trust(page)
    # The check and, after it, the file's notes and the trust in the map.
    assert len(runs) == 3


def test_a_cleared_photo_clears_its_answer(page, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)

    page.click(REMOVE)

    page.locator("#answer .card.empty").wait_for()
    assert not page.locator("#evidence").is_visible()


def test_of_a_photo_replaced_while_it_is_checked_no_answer_comes(page, tmp_path):
    choose(page, photos.three_faces(tmp_path / "photo.jpg"))
    page.click(REMOVE)
    page.locator("#answer .card.empty").wait_for()

    page.wait_for_timeout(3000)
    assert page.locator("#answer .card.empty").is_visible()
    assert not page.locator("#evidence").is_visible()

    choose(page, photos.no_face(tmp_path / "other.png"))
    wait_for_answer(page)
    assert "No face found" in page.locator("#answer").inner_text()


def test_the_strength_slider_works_in_the_browser_alone(page, requests_seen, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    wait_for_trust(page)
    assert heat_opacity(page) == pytest.approx(0.75)
    requests_seen.clear()

    slider = page.locator("#strength input[type=range]")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowLeft")

    page.wait_for_function("getComputedStyle(document.querySelector('#evidence .heat')).opacity < 0.71")
    assert heat_opacity(page) == pytest.approx(0.70)
    assert requests_seen == []


def test_the_whole_photo_shows_the_chosen_method_and_on_demand_just_boxes(page, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    page.get_by_role("tab", name="Whole photo").click()
    page.locator(".whole.of-grad-cam .heat:visible").first.wait_for()

    choose_method(page, "saliency")
    page.locator(".whole.of-saliency .heat:visible").wait_for()
    assert page.locator(".whole .heat:visible").count() == 1

    page.locator("#strength input[type=range]").press("Home")
    page.wait_for_function("getComputedStyle(document.querySelector('.whole .heat')).opacity == 0")
    assert page.locator(".box:visible").count() == 1


@pytest.mark.skipif(not example_photos(), reason="no pictures in examples/")
def test_an_example_is_checked_as_soon_as_it_is_chosen(page):
    for number in (0, 1):
        photo = example_photos()[number % len(example_photos())]
        page.locator("#examples button").nth(number % len(example_photos())).click()
        # Not the answer to the photo before, nor the pause in which its card is emptied.
        page.wait_for_selector(f"#photo img[src$='{photo.name}']")
        page.wait_for_selector("#answer .card.working", state="detached", timeout=LONG_PATIENCE)
        page.wait_for_selector("#answer .card:not(.empty):not(.working)", timeout=LONG_PATIENCE)
        page.wait_for_timeout(1000)
        assert page.locator("#answer .card:not(.empty):not(.working)").first.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(browser, address, tmp_path, theme):
    page = open_page(browser, address, width=390, height=844, theme=theme)
    photo = photos.three_faces(tmp_path / "photo.jpg")
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) <= 390

    choose(page, photo)
    wait_for_answer(page)
    for tab in ("Face", "Whole photo"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(200)
        assert page.evaluate(width) <= 390
    page.close()


def test_on_a_phone_the_answer_comes_into_view(browser, address, tmp_path):
    page = open_page(browser, address, width=390, height=844)
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)

    page.wait_for_function("document.querySelector('#answer').getBoundingClientRect().top < 200", timeout=PATIENCE)
    page.close()


def test_nothing_is_asked_of_another_host(browser, address, tmp_path):
    page = browser.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(address)
    page.wait_for_selector("#photo input[type=file]", state="attached")
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    page.close()

    assert [url for url in seen if not url.startswith((address, "data:", "blob:"))] == []
