"""What goes wrong in the worst moment: processes killed, visitors gone, the end in the middle of work."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException
from pathlib import Path

from benchmarks.loading.client import BrokenError, Client, find_place
from benchmarks.loading.figures import Promise
from benchmarks.loading.photos import Known
from benchmarks.loading.server import Server, started
from benchmarks.loading.visits import SLOW_METHODS, Visitor

_ENDED = 5.0
# What a photo takes by itself, on a busy machine, and until it is noticed that somebody has gone.
_FREED = 2.0
_BEGUN = 1.0
_SCANNED = 30


def cause_chaos(folder: Path, photos: Sequence[Known]) -> Iterator[Promise]:
    """Does all of it, one after the other.

    Args:
        folder: An empty folder for files and the log.
        photos: Photos whose answers are known.

    Yields:
        What came of it.
    """
    uploads, log = folder / "uploads", folder / "server.log"
    with started(uploads, log) as server:
        yield Promise("ended by SIGTERM while TensorFlow loads, s", server.end(signal.SIGTERM), _ENDED)
    with started(uploads, log) as server:
        server.wait_until_ready()
        yield from _leave(server, photos)
        _ask_slowly(server, photos[0])
        killed = _files(uploads)
        server.end(signal.SIGKILL)
        yield Promise("killed in the middle of a request: photos that lay there before, if none", not killed, 0)
    with started(uploads, log) as server:
        yield Promise("   of these, left when the next process listens", len(killed & _files(uploads)), 0)
        server.wait_until_ready()
        visitor = Visitor(find_place(server.address), 0, photos, [])
        wrong = sum(bool(visitor.visit("inspect").wrong) for _ in photos)
        yield Promise("   wrong answers of the next process", wrong, 0)
        _ask_slowly(server, photos[0])
        yield Promise("ended by SIGTERM in the middle of a request, s", server.end(signal.SIGTERM), _ENDED)
    yield Promise("   files left by it", len(_files(uploads)), 0)
    with started(uploads, log) as server:
        server.wait_until_ready()
        yield Promise("ended by SIGTERM while nobody asks, s", server.end(signal.SIGTERM), _ENDED)


def _leave(server: Server, photos: Sequence[Known]) -> Iterator[Promise]:
    """Goes away in the middle of requests; others must have their answers as if nobody had asked before."""
    place = find_place(server.address)
    client = Client(place)
    for method in SLOW_METHODS:

        def inspect(method: str = method) -> str:
            image = client.upload(photos[0].content)
            return f"/call/inspect/{client.call('inspect', image=image, methods=[method])}"

        def ask() -> str:
            return Visitor(place, 0, photos, []).visit("inspect").wrong

        yield _time_after(client, inspect, ask, f"another's answer after somebody left {method}")

    def scan(count: int) -> str:
        images = [client.upload(photos[number % len(photos)].content) for number in range(count)]
        return client.join(place.scan, ["1.1", images])

    def scan_all() -> str:
        return f"/queue/data?session_hash={scan(_SCANNED)}"

    def scan_one() -> str:
        return "" if client.shown(scan(1)) else "nothing shown"

    yield _time_after(client, scan_all, scan_one, f"another's scan after somebody left one of {_SCANNED} photos")


def _time_after(client: Client, begin: Callable[[], str], ask: Callable[[], str], name: str) -> Promise:
    with client.listening(begin()):
        time.sleep(_BEGUN)
    began = time.monotonic()
    wrong = ask()
    return Promise(f"{name}, s", float("inf") if wrong else time.monotonic() - began, _FREED)


def _ask_slowly(server: Server, photo: Known) -> None:
    """Has somebody wait for an answer that takes long, and never comes."""
    client = Client(find_place(server.address))

    def ask() -> None:
        with contextlib.suppress(BrokenError, HTTPException, OSError, ValueError):
            image = client.upload(photo.content)
            client.answer("inspect", client.call("inspect", image=image, methods=list(SLOW_METHODS)))

    threading.Thread(target=ask, daemon=True).start()
    time.sleep(_BEGUN)


def _files(uploads: Path) -> set[Path]:
    """Photos; the locks of folders are none."""
    return {path for path in uploads.rglob("*") if path.is_file() and path.suffix != ".lock"}
