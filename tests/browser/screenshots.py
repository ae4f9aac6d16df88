"""Takes screenshots of the site: `python -m tests.browser.screenshots OUTDIR`."""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import (
    LONG_PATIENCE,
    choose,
    choose_method,
    chromium,
    open_page,
    wait_for_answer,
    wait_for_map,
    wait_for_trust,
)
from tests.conftest import EXAMPLES
from tests.web import photos
from tests.web.serving import running_app

WIDTHS = {"desktop": 1280, "phone": 390}
THEMES = ("light", "dark")
OTHER_PAGES = ("several", "guess", "about")


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.screenshots",
        description="Takes screenshots of the site in Chromium.",
        epilog="The README's: python -m tests.browser.screenshots docs --readme",
    )
    parser.add_argument("folder", type=Path, metavar="OUTDIR", help="where the PNG files go")
    parser.add_argument("--photo", type=Path, metavar="FILE", help="another photo than the swapped face in examples/")
    parser.add_argument("--detector", metavar="FILE", help="another detector.json than the shipped one")
    parser.add_argument("--readme", action="store_true", help="only the pictures that the README shows")
    return parser


def main() -> int:
    options = build_parser().parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    arguments = ["--detector", options.detector] if options.detector else []
    photo = options.photo or EXAMPLES / "astronaut_face_swap.jpg"
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder)
        with running_app(*arguments, temporary=temporary) as address, chromium() as browser:
            if options.readme:
                take_for_readme(browser, address, photo, options.folder)
                return 0
            for size, width in WIDTHS.items():
                for theme in THEMES:
                    page = open_page(browser, address, width=width, theme=theme)
                    shots = Shots(page, options.folder, f"{size}-{theme}")
                    take_states(shots, photo, temporary)
                    take_pages(shots, address, theme)
                    page.close()
    return 0


def take_for_readme(browser: Browser, address: str, photo: Path, folder: Path) -> None:
    page = open_page(browser, address, height=1130)
    choose(page, photo)
    wait_for_trust(page)
    settle(page)
    page.screenshot(path=folder / "page.png")
    ask_again(page)
    page.locator("#stability .holds:visible").screenshot(path=folder / "holds.png")
    page.close()
    page = open_page(browser, address, width=390, height=1130, theme="dark")
    choose(page, photo)
    wait_for_trust(page)
    page.locator("#answer").evaluate("element => element.scrollIntoView()")
    settle(page)
    page.screenshot(path=folder / "phone.png")
    page.close()


class Shots:
    """Screenshots of one page, named after what is seen."""

    def __init__(self, page: Page, folder: Path, prefix: str):
        self.page, self._folder, self._prefix = page, folder, prefix

    def take(self, name: str) -> None:
        settle(self.page)
        self.page.screenshot(path=self._folder / f"{self._prefix}-{name}.png", full_page=True)


def take_states(shots: Shots, photo: Path, temporary: Path) -> None:
    page = shots.page
    shots.take("empty")
    for make in (photos.no_face, photos.refused):
        choose(page, make(temporary / f"{make.__name__}.jpg"))
        wait_for_answer(page)
        shots.take(make.__name__)
    choose(page, photo)
    wait_for_trust(page)
    shots.take("answer")
    ask_again(page)
    shots.take("holds")
    page.get_by_role("tab", name="The file").click()
    page.locator("#file-views .ask").click()
    page.locator("#file-views img").first.wait_for(timeout=LONG_PATIENCE)
    shots.take("file")
    page.get_by_role("tab", name="Why?").click()
    choose(page, photos.three_faces(temporary / "three.jpg"))
    wait_for_trust(page)
    choose_method(page, "saliency")
    wait_for_map(page, "saliency")
    wait_for_trust(page)
    page.get_by_role("tab", name="Whole photo").click()
    shots.take("three_faces")


def take_pages(shots: Shots, address: str, theme: str) -> None:
    for name in OTHER_PAGES:
        shots.page.goto(f"{address}{name}?__theme={theme}")
        shots.page.wait_for_selector("h1")
        shots.take(name)


def ask_again(page: Page) -> None:
    page.get_by_role("tab", name="Does it hold?").click()
    page.locator("#stability .ask").click()
    page.locator("#stability .holds:visible").wait_for(timeout=LONG_PATIENCE)


def settle(page: Page) -> None:
    """Moves the pointer away and waits until nothing fades in any more."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(800)


if __name__ == "__main__":
    sys.exit(main())
