"""What is noted of a request: what was asked for, how it ended and how long it took. Never by whom, nor about what."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeVar

from explain.inspection import Inspection
from web.operation import metrics

Outcome = Literal["answered", "refused", "failed", "given up"]
Reason = Literal["photo", "gone", "argument", "not ready", "too long", "error"]

Shown = TypeVar("Shown")

_logger = logging.getLogger("web.requests")


@dataclass
class Request:
    """A request that is being worked on.

    Attributes:
        what: The event of a page, or the endpoint.
        outcome: How it ends.
        reason: Why, if it is not answered.
        faces: How many faces were looked at; None if none were looked for.
    """

    what: str
    outcome: Outcome = "answered"
    reason: Reason | None = None
    faces: int | None = None

    def refused(self, reason: Reason) -> None:
        """Notes that the visitor was told what is wrong with the request."""
        self.outcome, self.reason = "refused", reason

    def failed(self, reason: Reason) -> None:
        """Notes that it was not the visitor's fault."""
        self.outcome, self.reason = "failed", reason

    def given_up(self) -> None:
        """Notes that nobody was there any longer to hear the answer."""
        self.outcome = "given up"


_current: ContextVar[Request | None] = ContextVar("request", default=None)


@contextlib.contextmanager
def noted(what: str) -> Iterator[Request]:
    """Notes how a request ends, in the log and in the metrics.

    Args:
        what: The event of a page, or the endpoint.

    Yields:
        The request, whose outcome may be changed.
    """
    request, started = Request(what), time.monotonic()
    token = _current.set(request)
    metrics.BUSY.inc()
    try:
        yield request
    except GeneratorExit:
        request.given_up()
        raise
    finally:
        # A generator may be closed in another context than the one it began in.
        with contextlib.suppress(ValueError):
            _current.reset(token)
        metrics.BUSY.dec()
        seconds = time.monotonic() - started
        metrics.count_request(what, request.outcome, request.reason, seconds)
        _logger.info(
            "request",
            extra={
                "what": what,
                "outcome": request.outcome,
                "reason": request.reason,
                "seconds": round(seconds, 3),
                "faces": request.faces,
            },
        )


def steps_of(request: Request, event: Iterator[Shown]) -> Iterator[Shown]:
    """Runs an event of a page so that what it notes is noted of its request.

    Gradio runs every step of a generator in a fresh context, so the request must be set again each time.

    Args:
        request: The request.
        event: The event's generator.

    Yields:
        What the event yields.
    """
    with contextlib.closing(event):
        while True:
            token = _current.set(request)
            try:
                shown = next(event)
            except StopIteration:
                return
            finally:
                _current.reset(token)
            yield shown


def saw(inspection: Inspection) -> Inspection:
    """Notes the faces of an inspection and gives it back."""
    count = len(inspection.faces)
    metrics.FACES.inc(count)
    request = _current.get()
    if request is not None:
        request.faces = (request.faces or 0) + count
    return inspection
