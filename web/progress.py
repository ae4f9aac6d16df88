"""Work that takes seconds: it goes on in a thread while the page hears how far it is."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from typing import TypeVar

from web.operation.patience import PATIENCE
from web.visitors import watch_visitor

Result = TypeVar("Result")
Shown = TypeVar("Shown")

# How often the page hears of progress, in seconds; quick work ends before the first time.
_EVERY = 0.4


class AbandonedError(RuntimeError):
    """Nobody waits for this work any longer."""


def follow(work: Callable[[Callable[[float], None]], Result], show: Callable[[float], Shown]) -> Iterator[Shown]:
    """Runs work in a thread of its own; `yield from` it inside an event's generator.

    When the event is cancelled, Gradio closes its generator, and the work ends at its next report. So it does when its
    time is over, and when nobody is there any longer to hear what it gives.

    Args:
        work: Called with a function to report to: the share, 0..1, of the work that is done.
        show: From that share to what the page is to show meanwhile.

    Yields:
        What to show.

    Returns:
        What `work` returns; what it raises is raised here.

    Raises:
        TooLongError: If it takes longer than a request may.
        AbandonedError: If the visitor has gone.
    """
    done, abandoned, result, gone = [0.0], threading.Event(), Future(), watch_visitor()
    context, deadline = contextvars.copy_context(), time.monotonic() + PATIENCE.seconds

    def report(share: float) -> None:
        if abandoned.is_set():
            raise AbandonedError
        done[0] = share

    def run() -> None:
        try:
            result.set_result(context.run(work, report))
        except BaseException as error:
            # Whatever it was, the page must not wait for ever.
            result.set_exception(error)

    # A daemon, so that the server can be stopped meanwhile.
    threading.Thread(target=run, name="work", daemon=True).start()
    try:
        while not wait([result], min(_EVERY, PATIENCE.seconds)).done:
            if time.monotonic() >= deadline:
                raise PATIENCE.error()
            if gone():
                raise AbandonedError
            yield show(done[0])
    finally:
        abandoned.set()
        if not result.done():
            PATIENCE.left(1)
            result.add_done_callback(lambda _: PATIENCE.left(-1))
    return result.result()


def finish(work: Callable[[Callable[[float], None]], Result]) -> Result:
    """Does the same where nobody is shown how far the work is.

    Args:
        work: As for `follow`.

    Returns:
        What `work` returns; what it raises is raised here.

    Raises:
        TooLongError: If it takes longer than a request may.
        AbandonedError: If the visitor has gone.
    """
    steps = follow(work, lambda share: share)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
