"""Work on several things at the same time, with results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def in_order(work: Callable[[int], Result], count: int, workers: int) -> Iterator[Result]:
    """Works on things side by side, but not far ahead of who takes the results, which may be large.

    Args:
        work: Called with the number of a thing, from 0.
        count: How many there are.
        workers: How many to work on at the same time.

    Yields:
        What `work` returned, in order; what it raised is raised. Closed, it waits for what is being worked on.
    """
    if workers == 1:
        # In the caller's thread, which Ctrl-C interrupts at once.
        yield from map(work, range(count))
        return
    with ThreadPoolExecutor(workers) as pool:
        ahead: deque[Future[Result]] = deque()
        try:
            for number in range(count):
                ahead.append(pool.submit(work, number))
                if len(ahead) > workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for waiting in ahead:
                waiting.cancel()
