"""The page about the model in a real browser."""

import re

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def open_about(browser, address):
    """Opens the page about the model; closes it afterwards."""
    pages = []

    def open_about(*, width=1280, theme="light", anchor=""):
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=theme)
        pages.append(page)
        page.goto(f"{address}about?__theme={theme}{anchor}")
        page.wait_for_selector("#about h1")
        return page

    yield open_about
    for page in pages:
        page.close()


def test_the_checker_and_the_page_link_to_each_other(browser, address):
    page = browser.new_page()
    page.goto(address)
    page.locator("nav a[href$='/about']").click()
    page.wait_for_selector("#about h1")
    assert page.url.split("?")[0].endswith("/about")

    page.locator(f"a[href='{address.rstrip('/')}'], a[href='{address}']").first.click()
    page.wait_for_selector("#photo input[type=file]", state="attached")
    assert page.locator("#about").count() == 0
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone_with_all_numbers_open(open_about, theme):
    page = open_about(width=390, theme=theme)
    page.locator("#about details").evaluate_all("all => all.forEach(one => one.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_section_is_reached_by_keyboard(open_about):
    page = open_about()
    link = page.locator(".contents a").nth(4)
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("one => one == document.activeElement"):
            break
    page.keyboard.press("Enter")

    target = page.locator("#about-what-it-cant-do")
    page.wait_for_function("one => one.getBoundingClientRect().top < 200", arg=target.element_handle())
    assert target.evaluate("one => one == document.activeElement")
    assert page.url.endswith("/about?__theme=light#about-what-it-cant-do")


def test_a_link_from_elsewhere_arrives_at_its_section(open_about):
    page = open_about(anchor="#about-what-happens-to-your-photo")

    page.wait_for_function("scrollY > 500")
    assert page.locator("#about-what-happens-to-your-photo").evaluate("one => one.getBoundingClientRect().top") < 844


def test_plots_take_the_colours_of_the_mode(open_about):
    colours = {
        theme: open_about(theme=theme).locator("#about .plot .dot").first.evaluate("one => getComputedStyle(one).fill")
        for theme in ("light", "dark")
    }

    assert colours["light"] != colours["dark"] and "none" not in colours.values()


def test_every_picture_is_decoded(open_about):
    page = open_about()

    page.locator("#about img").evaluate_all("all => Promise.all(all.map(one => one.decode()))")
    assert page.locator("#about img").count() == 7


def test_it_loads_within_400_kb_beyond_gradio_and_asks_no_other_host(browser, address):
    page = browser.new_page()
    bodies, seen = {}, []
    page.on("request", lambda request: seen.append(request.url))
    page.on("response", lambda response: bodies.update({response.url: response}))
    page.goto(f"{address}about")
    page.wait_for_selector("#about h1")

    own = sum(len(one.body()) for url, one in bodies.items() if re.search(r"/about$|/config", url.split("?")[0]))
    assert 50_000 < own < 400_000
    assert [url for url in seen if not url.startswith((address, "data:", "blob:"))] == []
    page.close()


def test_the_checker_does_not_carry_the_page(browser, address):
    page = browser.new_page()
    html = page.goto(address).text()

    assert "about-in-one-look" not in html
    page.close()
