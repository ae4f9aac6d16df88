"""Chromium and the few steps that browser tests and screenshots share."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REMOVE = "#photo button[aria-label='Remove Image']"
PATIENCE = 20_000
# Milliseconds for what takes seconds on a quiet machine.
LONG_PATIENCE = 90_000


def find_chromium() -> str | None:
    """The browser's path, or None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


def open_page(browser: Browser, address: str, *, width: int = 1280, height: int = 900, theme: str = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}?__theme={theme}")
    page.wait_for_selector("#photo input[type=file]", state="attached")
    return page


def choose(page: Page, photo: Path) -> None:
    """Puts a photo on the page and waits until it is uploaded; its check begins by itself."""
    remove(page)
    page.set_input_files("#photo input[type=file]", photo)
    page.wait_for_selector("#photo img[src*='/file=']")


def remove(page: Page) -> None:
    """Takes the photo away, if there is one."""
    if page.locator(REMOVE).count():
        page.click(REMOVE)
        page.wait_for_selector("#answer .card.empty")


def wait_for_answer(page: Page) -> None:
    """Waits for an answer of any kind."""
    page.wait_for_selector("#answer .card:not(.empty):not(.working)", timeout=LONG_PATIENCE)


def choose_method(page: Page, name: str) -> None:
    """Chooses a heatmap by its key."""
    page.locator(f"#method input[value='{name}']").check()


def wait_for_map(page: Page, name: str) -> None:
    """Waits until the map of a method is seen."""
    # As an attribute, since "grad-cam++" is no word of a selector.
    page.locator(f"#face-view .view[class~='of-{name}']:visible .heat:visible").first.wait_for(timeout=LONG_PATIENCE)


def wait_for_trust(page: Page) -> None:
    """Waits until the map that is seen has been measured."""
    page.locator("#trust .measured:visible:not(:has([role=progressbar]))").wait_for(timeout=LONG_PATIENCE)
