"""Every heatmap, what is said of it and how far it can be trusted, in a real browser."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from explain import METHODS
from tests.browser.chromium import (
    PATIENCE,
    REMOVE,
    choose,
    choose_method,
    open_page,
    wait_for_answer,
    wait_for_map,
    wait_for_trust,
)
from tests.conftest import EXAMPLES
from tests.web import photos

pytestmark = pytest.mark.browser


@pytest.fixture
def one(page, tmp_path) -> Page:
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    return page


@pytest.fixture
def three(page, tmp_path) -> Page:
    choose(page, photos.three_faces(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    return page


def trust_words(page: Page) -> str:
    return page.locator("#trust .trust:visible").inner_text()


def test_every_method_shows_its_description_and_a_map(one):
    radios = one.locator("#method input[type=radio]")
    assert radios.count() == len(METHODS)

    for name in (*list(METHODS)[1:], next(iter(METHODS))):
        choose_method(one, name)
        expect(one.locator("#description")).to_have_text(METHODS[name].description)
        wait_for_map(one, name)
        assert one.locator("#face-view .view:visible").count() == 1
        assert METHODS[name].title in one.locator("#face-view .heat:visible").first.get_attribute("alt")
        assert one.locator("#face-view .legend i").is_visible()


def test_beside_the_map_stand_its_finding_its_regions_and_its_scale(one):
    words = one.locator("#face-view .words:visible").inner_text()

    assert re.search(r"What spoke for (fake|real) lies|spread over the picture|No region stood out", words)
    assert "Full colour stands for" in words and "The line surrounds" in words
    shares = [int(share) for share in re.findall(r"(\d+)%\n", one.locator("#face-view .shares").inner_text() + "\n")]
    assert len(shares) == 7 and 97 <= sum(shares) <= 103


def test_integrated_gradients_say_by_how_much_they_miss_the_answer(one):
    choose_method(one, "integrated-gradients")
    wait_for_map(one, "integrated-gradients")

    assert re.search(r"add up to .* but for [\d.e-]+ logits", one.locator("#face-view").inner_text())


def test_a_slow_method_shows_progress(three):
    # Everything at one moment: on a fast machine the map is there at the next.
    three.evaluate(
        """() => {
            const view = document.getElementById('face-view');
            window.seen = [];
            new MutationObserver(() => {
                if (!view.querySelector('[role=progressbar]')) return;
                const heats = [...view.querySelectorAll('.heat')].filter(one => one.checkVisibility());
                const trust = [...document.querySelectorAll('#trust .trust')].filter(one => one.checkVisibility());
                window.seen.push([view.innerText, heats.length, trust.length]);
            }).observe(view, {childList: true, subtree: true});
        }"""
    )
    choose_method(three, "occlusion")
    wait_for_map(three, "occlusion")

    seen = three.evaluate("window.seen")
    assert seen
    assert all("Computing Occlusion" in words and heats == trust == 0 for words, heats, trust in seen)


def test_the_first_map_is_measured_by_itself_and_again_when_the_method_changes(one):
    wait_for_trust(one)
    assert "Grad-CAM map" in trust_words(one)
    first = trust_words(one)

    choose_method(one, "layercam")
    wait_for_map(one, "layercam")
    wait_for_trust(one)

    assert "LayerCAM map" in trust_words(one)
    assert trust_words(one) != first


def test_the_answer_does_not_wait_for_the_trust_panel(page, tmp_path):
    choose(page, photos.one_face(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    page.locator("#face-view .heat:visible").first.wait_for()

    assert page.locator("#trust .measured .plot").count() == 0
    wait_for_trust(page)


def test_what_was_measured_belongs_to_the_chosen_face(three):
    wait_for_trust(three)
    first = trust_words(three)

    three.locator(".chooser label").nth(1).click()
    assert "Not measured yet for this face" in trust_words(three)
    assert "Hiding" not in trust_words(three)
    three.locator(".chooser label").nth(0).click()
    assert trust_words(three) == first

    three.locator(".chooser label").nth(1).click()
    probability = re.search(r"\d+%", three.locator("#answer .percent:visible").inner_text())[0]
    three.locator("#trust .ask:visible").click()
    wait_for_trust(three)
    assert f"from {probability} fake" in trust_words(three)
    assert trust_words(three) != first
    three.locator(".chooser label").nth(2).click()
    assert "Not measured yet for this face" in trust_words(three)


def test_a_method_chosen_while_another_face_is_chosen_is_measured_for_that_face(three):
    three.locator(".chooser label").nth(2).click()
    probability = re.search(r"\d+%", three.locator("#answer .percent:visible").inner_text())[0]

    choose_method(three, "patch-evidence")
    wait_for_map(three, "patch-evidence")
    wait_for_trust(three)

    assert three.locator("#face-view .view:visible").get_attribute("class").split()[-1] == "face-3"
    assert f"from {probability} fake" in trust_words(three)


def test_of_methods_chosen_in_haste_only_the_last_is_shown(three):
    for name in ("occlusion", "score-cam", "smoothgrad", "grad-cam++"):
        choose_method(three, name)
        three.wait_for_timeout(350)

    wait_for_map(three, "grad-cam++")
    wait_for_trust(three)
    three.wait_for_timeout(3000)
    assert three.locator("#face-view .view:visible").count() == 1
    assert "of-grad-cam++" in three.locator("#face-view .view:visible").get_attribute("class")
    assert "Grad-CAM++ map" in trust_words(three)


def test_a_photo_replaced_during_a_slow_method_leaves_nothing_behind(three, tmp_path):
    choose_method(three, "occlusion")
    three.locator("#face-view [role=progressbar]").wait_for()

    choose(three, photos.one_face(tmp_path / "other.jpg"))
    wait_for_answer(three)
    wait_for_map(three, "grad-cam")
    assert three.locator(".chooser").count() == 0
    assert three.locator("#method input:checked").get_attribute("value") == "grad-cam"
    assert three.locator("#description").inner_text() == METHODS["grad-cam"].description
    wait_for_trust(three)
    three.wait_for_timeout(2000)
    assert three.locator("#face-view .view").count() == 1
    assert three.locator("#trust .trust").count() == 1


def test_a_photo_cleared_during_a_slow_method_clears_everything(three):
    choose_method(three, "occlusion")
    three.locator("#face-view [role=progressbar]").wait_for()

    three.click(REMOVE)

    three.locator("#answer .card.empty").wait_for()
    three.wait_for_timeout(3000)
    assert not three.locator("#evidence").is_visible()


def test_the_scale_is_chosen_without_the_server(page, requests_seen):
    # Two real faces and a fake, whose maps differ in strength.
    choose(page, EXAMPLES / "three_faces.jpg")
    wait_for_answer(page)
    wait_for_trust(page)
    # The face with the strongest map sets the scale of all; the palest one differs most from it.
    number = page.evaluate(
        """() => {
            const own = [...document.querySelectorAll('#face-view .view')].map(one => Number(one.dataset.own));
            return 1 + own.indexOf(Math.min(...own));
        }"""
    )
    page.locator(".chooser label").nth(number - 1).click()
    view = page.locator(f"#face-view .face-{number}")
    before, picture = view.locator("small:visible").first.inner_text(), view.locator(".stack").screenshot()
    requests_seen.clear()

    page.get_by_text("Colours and scale").click()
    page.get_by_label("Each map its own scale").check()
    page.wait_for_function("document.documentElement.dataset.scale == 'own'")

    assert view.locator("small:visible").first.inner_text() != before
    assert view.locator(".stack").screenshot() != picture
    assert view.locator(".heat:visible").count() == 2, "a layer a side"
    page.get_by_label("One scale for all faces").check()
    page.wait_for_function("document.documentElement.dataset.scale == 'shared'")
    assert view.locator("small:visible").first.inner_text() == before
    assert view.locator(".stack").screenshot() == picture
    assert requests_seen == []


def test_a_face_is_saved_as_png_with_its_legend(three):
    three.locator(".chooser label").nth(1).click()

    with three.expect_download(timeout=PATIENCE) as download:
        three.click("#save")

    assert download.value.suggested_filename == "unmask-grad-cam-face-2.png"
    picture = np.asarray(Image.open(io.BytesIO(download.value.path().read_bytes())))
    assert picture.shape[1] == 640 and picture.shape[0] > 640 + 60
    # The strip below the face is mostly white.
    assert (picture[640:] == 255).mean() > 0.5


def test_the_same_face_can_be_saved_twice_and_nothing_is_saved_by_itself(one):
    saved = []
    one.on("download", lambda download: saved.append(download))
    for count in (1, 2):
        with one.expect_download(timeout=PATIENCE):
            one.click("#save")
        assert len(saved) == count

    one.click(REMOVE)
    one.locator("#answer .card.empty").wait_for()
    one.wait_for_timeout(1000)
    assert len(saved) == 2


def test_the_choice_of_a_method_is_reached_and_made_by_keyboard(one):
    one.focus("#check")
    for _ in range(12):
        one.keyboard.press("Tab")
        if one.evaluate("!!document.activeElement.closest('#method')"):
            break
    assert one.evaluate("document.activeElement.value") == "grad-cam"

    one.keyboard.press("Tab")
    one.keyboard.press("Space")

    expect(one.locator("#description")).to_have_text(METHODS["grad-cam++"].description)
    wait_for_map(one, "grad-cam++")
    assert one.evaluate("document.activeElement.value") == "grad-cam++"


def test_plots_have_names_for_screen_readers(one):
    wait_for_trust(one)

    plots = one.get_by_role("img", name=re.compile("^Hottest places (covered|uncovered) first$"))
    assert plots.count() == 2


def test_a_photo_removed_from_the_server_is_asked_for_again(browser, address, temporary, tmp_path):
    page = open_page(browser, address)
    photo = photos.one_face(tmp_path / "soon-gone.jpg")
    choose(page, photo)
    wait_for_answer(page)
    wait_for_trust(page)
    for upload in (temporary / "uploads").rglob("soon-gone.jpg"):
        upload.unlink()

    choose_method(page, "saliency")

    page.locator("#face-view").get_by_text("upload it again").wait_for()
    assert page.locator("#face-view .heat").count() == 0
    page.close()


def test_no_method_is_wider_than_a_phone(browser, address, tmp_path):
    page = open_page(browser, address, width=390, height=844)
    choose(page, photos.three_faces(tmp_path / "photo.jpg"))
    wait_for_answer(page)
    wait_for_trust(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    for name in ("saliency", "patch-evidence"):
        choose_method(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        wait_for_map(page, name)
        wait_for_trust(page)
        for tab in ("Face", "Whole photo"):
            page.get_by_role("tab", name=tab).click()
            page.wait_for_timeout(200)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("tab", name="Face").click()
    page.close()
