"""Counters for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

# Twice the lines for nothing that anybody asks for.
disable_created_metrics()
# One of our own: the package's default one would also hold what other packages count.
REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)

_REQUESTS = Counter("unmask_requests", "Requests that ended", ["what", "outcome"], registry=REGISTRY)
_SECONDS = Histogram(
    "unmask_request_seconds",
    "How long requests took, without waiting in the queue",
    ["what"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
    registry=REGISTRY,
)
_REFUSALS = Counter("unmask_refusals", "Requests that were not answered, by why", ["reason"], registry=REGISTRY)
FACES = Counter("unmask_faces", "Faces that were looked at", registry=REGISTRY)
BUSY = Gauge("unmask_busy", "Requests that are being worked on", registry=REGISTRY)
LEFT_RUNNING = Gauge(
    "unmask_left_running", "Work that took too long or was given up, and has not ended yet", registry=REGISTRY
)
_WAITING = Gauge("unmask_waiting", "Requests that wait in the queue", registry=REGISTRY)
_ABOUT = Gauge("unmask_info", "Which program and which detector run", ["version", "detector"], registry=REGISTRY)


def count_request(what: str, outcome: str, reason: str | None, seconds: float) -> None:
    """Counts a request that ended.

    Args:
        what: The event of a page, or the endpoint.
        outcome: How it ended.
        reason: Why it was not answered, if so.
        seconds: How long it took.
    """
    _REQUESTS.labels(what, outcome).inc()
    _SECONDS.labels(what).observe(seconds)
    if reason is not None:
        count_refusal(reason)


def count_refusal(reason: str) -> None:
    """Counts something that was not answered."""
    _REFUSALS.labels(reason).inc()


def describe(version: str, detector: str, waiting: Callable[[], float]) -> None:
    """Says what runs, and where to ask how many wait.

    Args:
        version: The program's version.
        detector: The detector's.
        waiting: Gives the number of requests in the queue.
    """
    _ABOUT.labels(version, detector).set(1)
    _WAITING.set_function(waiting)
