"""Many clients at once, on a server that must mix nothing up: `python -m benchmarks.load`.

Starts `python app.py` and sends it clients who each have photos of their own and know the right answers beforehand,
from `explain.inspect_photo` in this process. They ask the endpoints and the page, send files that are no photos, and go
away before their answers come. Then more of them than fit into the queue ask in the same moment. The tables give how
long they waited, the server's memory, and whether what is promised was kept.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path

from tqdm import tqdm

from benchmarks.loading.chaos import cause_chaos
from benchmarks.loading.client import find_place, resident_megabytes
from benchmarks.loading.figures import Outcome, Promise, fairness, format_outcomes, format_promises, growth
from benchmarks.loading.photos import NO_PHOTOS, Known, compose, know
from benchmarks.loading.server import wait_until_ready
from benchmarks.loading.visits import KINDS, SLOW_KINDS, Visitor, at_once, crowd, plan
from tests.web.serving import running_app

_PHOTOS_EACH = 2
_EVERY = 50
_CROWD = 60
_UPLOAD_SECONDS = {False: 60, True: 600}
_MEGABYTES, _GROWTH, _UNFAIR = 1200, 60, 2
# Of so few figures the second half says nothing.
_FEW = 4


def build_parser() -> argparse.ArgumentParser:
    """Builds the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__.splitlines()[0],
        epilog="Exit status: 0 if all promises were kept, 1 if one was broken, 2 for wrong use, 130 after Ctrl-C.\n\n"
        "Examples:\n"
        "  python -m benchmarks.load --clients 4 --requests 60    a short try, two or three minutes\n"
        "  python -m benchmarks.load                              what is promised, if nothing else runs\n"
        "  python -m benchmarks.load --slow --clients 4 --requests 40    with heatmaps that take seconds\n"
        "  python -m benchmarks.load --chaos                      killed processes and visitors who leave",
    )
    parser.add_argument("--clients", type=int, default=20, metavar="N", help="clients at once (default: 20)")
    parser.add_argument("--requests", type=int, default=500, metavar="N", help="requests of all (default: 500)")
    parser.add_argument("--minutes", type=float, default=10, metavar="N", help="ends after so long (default: 10)")
    parser.add_argument(
        "--slow", action="store_true", help="ask for heatmaps that take seconds; files stay until the end"
    )
    parser.add_argument("--chaos", action="store_true", help="kill and end servers instead, and leave them alone")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints the tables.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0 if every promise was kept, 1 if not, 130 after Ctrl-C.

    Raises:
        SystemExit: With status 2 for wrong use.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    for name in ("clients", "requests", "minutes"):
        if getattr(options, name) <= 0:
            parser.error(f"--{name} must be more than 0. Received: {getattr(options, name)}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            if options.chaos:
                promises = list(tqdm(cause_chaos(Path(folder), _known_photos(3)), "Causing chaos", unit="promise"))
            else:
                promises = measure(Path(folder), options.clients, options.requests, options.minutes, options.slow)
    except KeyboardInterrupt:
        return 130
    print(format_promises(promises))
    return 0 if all(promise.kept for promise in promises) else 1


def measure(folder: Path, clients: int, requests: int, minutes: float, slow: bool) -> list[Promise]:
    """Runs clients against a server, and prints how long they waited.

    Args:
        folder: An empty folder for files and the log.
        clients: How many at once.
        requests: Of all together.
        minutes: After so long no request is begun any more.
        slow: Whether to ask for heatmaps that take seconds.

    Returns:
        What is promised, and what came of it.
    """
    photos, refused = _known_photos(_PHOTOS_EACH * clients), _known_files(list(NO_PHOTOS))
    lifetime = _UPLOAD_SECONDS[slow]
    with running_app(temporary=folder, UNMASK_UPLOAD_SECONDS=str(lifetime)) as address:
        wait_until_ready(address)
        place, own = find_place(address), _files(folder)
        visitors = [Visitor(place, number, photos[number::clients], refused) for number in range(clients)]
        for visitor, photo in tqdm([(visitors[i % clients], one) for i, one in enumerate(photos)], "Asking alone"):
            visitor.look_alone(photo)
        began, load = time.monotonic(), os.getloadavg()[0]
        outcomes, memory = _run(visitors, address, SLOW_KINDS if slow else KINDS, requests, minutes)
        took = time.monotonic() - began
        answered, busy, others = crowd(place, photos[0], _CROWD)
        memory.append(resident_megabytes(address))
        left = 0 if slow else _wait_for_deletion(folder, own, lifetime)
    print(
        f"{clients} clients, {len(outcomes)} requests in {took:.0f} s; {os.cpu_count()} cores, load {load:.1f} before "
        f"and {os.getloadavg()[0]:.1f} after\n{format_outcomes(outcomes)}\n"
        f"{_CROWD} in the same moment: {answered} answered, {busy} told that there are too many"
        f"{''.join(f', {count} {what}' for what, count in others.items())}\n"
        f"server's memory in MB, at first, every {_EVERY} requests, and after the crowd: "
        f"{' '.join(f'{value:.0f}' for value in memory)}\n"
    )
    promises = [
        Promise(
            "wrong answers, refusals in other words, requests without an end", sum(bool(o.wrong) for o in outcomes), 0
        ),
        Promise("longest mean waiting of a client, as a multiple of the median client's", fairness(outcomes), _UNFAIR),
        Promise(f"{_CROWD} in the same moment: neither answered nor told why", _CROWD - answered - busy, 0),
        Promise("server's memory at the end, MB", memory[-1], _MEGABYTES),
    ]
    # The very first figure is from before the compiled functions are complete.
    if len(memory) > _FEW:
        promises.append(Promise("   its growth from the first to the second half, MB", growth(memory[1:]), _GROWTH))
    # Files of a run that takes longer than they live would be gone too soon.
    return promises if slow else [*promises, Promise("files of visitors left after their time", left, 0)]


def _run(
    visitors: Sequence[Visitor], address: str, kinds: Sequence[str], requests: int, minutes: float
) -> tuple[list[Outcome], list[float]]:
    outcomes, memory, lock = [], [resident_megabytes(address)], threading.Lock()
    deadline, each = time.monotonic() + 60 * minutes, -(-requests // len(visitors))
    with tqdm(total=each * len(visitors), desc="Asking all at once", unit="request") as progress:

        def ask(visitor: Visitor) -> None:
            for kind in plan(kinds, visitor.number, each):
                if time.monotonic() > deadline:
                    return
                outcome = visitor.visit(kind)
                with lock:
                    outcomes.append(outcome)
                    progress.update()
                    if len(outcomes) % _EVERY == 0:
                        # After Ctrl-C the server may be gone before its clients.
                        with contextlib.suppress(OSError, HTTPException):
                            memory.append(resident_megabytes(address))

        at_once(visitors, ask)
    return outcomes, memory


def _known_photos(count: int) -> list[Known]:
    return _known_files(compose(count))


def _known_files(files: list[bytes]) -> list[Known]:
    from explain import inspect_photo
    from model import load_detector

    detector = load_detector()
    shown = tqdm(files, "Finding the right answers", unit="file", leave=False)
    return know(shown, lambda content: inspect_photo(content, (), detector=detector))


def _wait_for_deletion(folder: Path, own: set[Path], lifetime: int) -> int:
    """Waits as long as files may stay at most; gives how many are left then."""
    # What the server's thread of sweeping needs besides.
    deadline = time.monotonic() + 1.5 * lifetime + 5
    while (left := _files(folder) - own) and time.monotonic() < deadline:
        time.sleep(1)
    return len(left)


def _files(folder: Path) -> set[Path]:
    return {path for path in (folder / "uploads").rglob("*") if path.is_file()}


if __name__ == "__main__":
    sys.exit(main())
