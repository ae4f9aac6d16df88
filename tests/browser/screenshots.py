"""Takes screenshots of the page: `python -m tests.browser.screenshots OUTDIR`."""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import (
    choose,
    choose_method,
    chromium,
    open_page,
    wait_for_answer,
    wait_for_map,
    wait_for_trust,
)
from tests.web import photos
from tests.web.serving import running_app

WIDTHS = {"desktop": 1280, "phone": 390}


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUTDIR", help="where the PNG files go")
    parser.add_argument("--photo", type=Path, metavar="FILE", help="another photo than the portrait used in tests")
    parser.add_argument("--detector", metavar="FILE", help="another detector.json than the shipped one")
    parser.add_argument(
        "--all", action="store_true", help="also another method, the whole photo, three faces, no face and a refusal"
    )
    return parser


def main() -> int:
    options = build_parser().parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    arguments = ["--detector", options.detector] if options.detector else []
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder)
        portrait = options.photo or photos.one_face(temporary / "portrait.jpg")
        with running_app(*arguments, temporary=temporary) as address, chromium() as browser:
            for size, width in WIDTHS.items():
                for theme in ("light", "dark"):
                    take_result(browser, address, portrait, width, theme, options.folder / f"{size}-{theme}.png")
            if options.all:
                take_states(browser, address, temporary, options.folder)
    return 0


def take_result(browser: Browser, address: str, photo: Path, width: int, theme: str, target: Path) -> None:
    page = open_page(browser, address, width=width, theme=theme)
    choose(page, photo)
    wait_for_answer(page)
    wait_for_trust(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(800)
    page.screenshot(path=target, full_page=True)
    page.close()


def take_states(browser: Browser, address: str, temporary: Path, folder: Path) -> None:
    for size, width in WIDTHS.items():
        for theme in ("light", "dark"):
            page = open_page(browser, address, width=width, theme=theme)
            page.wait_for_timeout(500)
            page.screenshot(path=folder / f"{size}-{theme}-empty.png", full_page=True)
            for make in (photos.three_faces, photos.no_face, photos.refused):
                choose(page, make(temporary / f"{make.__name__}.jpg"))
                wait_for_answer(page)
                page.wait_for_timeout(800)
                page.screenshot(path=folder / f"{size}-{theme}-{make.__name__}.png", full_page=True)
                if make is photos.three_faces:
                    take_evidence(page, folder, f"{size}-{theme}")
            page.close()


def take_evidence(page: Page, folder: Path, name: str) -> None:
    choose_method(page, "saliency")
    wait_for_map(page, "saliency")
    wait_for_trust(page)
    for tab in ("Face", "Whole photo"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"{name}-saliency-{tab.split()[0].lower()}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main())
