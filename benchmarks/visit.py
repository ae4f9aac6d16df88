"""A visitor with a stopwatch: opens the page, uploads a photo, moves the slider."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.traffic import Exchange, Traffic
from tests.browser.chromium import LONG_PATIENCE, chromium, wait_for_trust

# A page that is there goes on loading what it may need later.
_AFTERWARDS = 1500
_EVENTS = 300
_PHOTO = "#photo input[type=file]"
# Before the answer come messages of the queue, a hundred bytes each.
_ANSWER = 4096

_FIRST_PAINT = """() => new Promise((resolve) => new PerformanceObserver((list, observer) => {
    const [paint] = list.getEntriesByName('first-contentful-paint');
    if (paint) { observer.disconnect(); resolve(paint.startTime / 1000); }
}).observe({type: 'paint', buffered: true}))"""

# Two frames after pictures are decoded, what they show has been handed to the screen.
_WATCH = """() => {
    const now = () => (performance.timeOrigin + performance.now()) / 1000, moments = {};
    document.addEventListener('change', () => { moments.chosen ??= now() }, {capture: true});
    window.unmaskAnswer = new Promise((resolve) => {
        const look = async () => {
            const card = document.querySelector('#answer .card.face');
            const heat = [...document.querySelectorAll('#face-view .heat')].find((one) => one.checkVisibility());
            if (!card || !heat) return requestAnimationFrame(look);
            moments.arrived = now();
            await Promise.all([...heat.closest('.stack').querySelectorAll('img')].map((one) => one.decode()));
            requestAnimationFrame(() => requestAnimationFrame(() => { moments.painted = now(); resolve(moments); }));
        };
        look();
    });
}"""

_WATCH_SLIDER = """() => {
    const heat = [...document.querySelectorAll('#face-view .heat')].find((one) => one.checkVisibility());
    const strength = () => getComputedStyle(heat).opacity, before = strength();
    window.unmaskMove = new Promise((resolve) => document.addEventListener('keydown', () => {
        const start = performance.now();
        const look = () => requestAnimationFrame(() => {
            if (strength() === before) return look();
            requestAnimationFrame(() => resolve((performance.now() - start) / 1000));
        });
        look();
    }, {capture: true, once: true}));
}"""

PHASES = {
    "upload: until the browser has the photo": ("asked", "chosen"),
    "upload: until its request": ("chosen", "upload"),
    "upload: request": ("upload", "uploaded"),
    "page, until it asks for the check": ("uploaded", "join"),
    "queue: join": ("join", "joined"),
    "server, until the answer begins to come": ("joined", "answered"),
    "transfer, and the page builds the answer": ("answered", "arrived"),
    "pictures decoded and painted": ("arrived", "painted"),
}
"""The way from upload to painted result, without gaps: each part from one moment of `time_answer` to another."""


class Visit:
    """A page in a browser of its own, with a fresh profile.

    Attributes:
        page: The page.
        traffic: What it sends and gets.
        first_paint: Seconds from the request for the page to its first contentful paint.
        usable: Seconds until a photo can be chosen.
    """

    def __init__(self, page: Page, address: str):
        self.page, self.traffic = page, Traffic(page)
        start = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_selector(_PHOTO, state="attached")
        self.usable = time.perf_counter() - start
        self.first_paint: float = page.evaluate(_FIRST_PAINT)

    def settle(self) -> None:
        """Waits until nothing more is loaded."""
        self.page.wait_for_timeout(_AFTERWARDS)

    def time_answer(self, photo: Path) -> dict[str, float]:
        """Uploads a photo, which starts the check, and waits until card and heatmap are painted.

        Args:
            photo: A photo with a face.

        Returns:
            Moments in seconds since 1970: `asked`, `chosen`, `arrived` and `painted`.
        """
        self.page.evaluate(_WATCH)
        asked = time.time()
        self.page.set_input_files(_PHOTO, photo)
        self.page.wait_for_function("window.unmaskAnswer", timeout=LONG_PATIENCE)
        return {"asked": asked, **self.page.evaluate("window.unmaskAnswer")}

    def add_network_moments(self, moments: dict[str, float]) -> dict[str, float]:
        """Adds when what was asked for and came: `upload`, `uploaded`, `join`, `joined` and `answered`.

        Args:
            moments: Those of `time_answer`; the traffic must have been forgotten just before it.

        Returns:
            All moments.
        """
        # The browser tells of its network a little later than the page has what came.
        self.page.wait_for_timeout(_EVENTS)
        upload, join = self.traffic.find("/upload?"), self.traffic.find("/queue/join")
        return {
            **moments,
            "upload": upload.wall,
            "uploaded": _end(upload),
            "join": join.wall,
            "joined": _end(join),
            "answered": _answered(self.traffic.find("/queue/data")),
        }

    def time_slider(self, moves: int) -> list[float]:
        """Moves the strength of the heatmap step by step, by keyboard, once nothing else is computed.

        Args:
            moves: How many steps.

        Returns:
            Seconds from each key until the change is painted.
        """
        wait_for_trust(self.page)
        self.settle()
        self.traffic.forget()
        slider = self.page.locator("#strength input[type=range]")
        slider.focus()
        seconds = []
        for _ in range(moves):
            self.page.evaluate(_WATCH_SLIDER)
            slider.press("ArrowLeft")
            seconds.append(self.page.evaluate("window.unmaskMove"))
        return seconds


@contextlib.contextmanager
def visiting(address: str) -> Iterator[Visit]:
    """Opens a page in a new browser and closes both afterwards."""
    with chromium() as browser:
        yield Visit(browser.new_page(viewport={"width": 1280, "height": 900}), address)


def _end(exchange: Exchange) -> float:
    if exchange.end is None:
        raise LookupError(f"{exchange.url}: this answer never ended")
    return exchange.since_epoch(exchange.end)


def _answered(stream: Exchange) -> float:
    for moment, size, _ in stream.parts:
        if size >= _ANSWER:
            return stream.since_epoch(moment)
    raise LookupError(f"{stream.url}: no part of this stream is as large as an answer. Received: {stream.parts}")
