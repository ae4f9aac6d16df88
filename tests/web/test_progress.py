"""Work that takes seconds says how far it is, and ends when nobody waits any longer."""

import threading

import pytest

from web import progress
from web.progress import AbandonedError, follow


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setattr(progress, "_EVERY", 0.01)


def run(work):
    """What is shown, and the result."""
    shown = []

    def event():
        shown.append((yield from follow(work, lambda share: share)))

    shares = list(event())
    return shares, shown[0]


def test_it_gives_shares_and_then_the_result():
    go_on = threading.Event()

    def work(report):
        report(0.5)
        go_on.wait(0.2)
        return "done"

    shares, result = run(work)

    assert result == "done"
    assert 0.5 in shares
    assert shares == sorted(shares)


def test_quick_work_shows_nothing(monkeypatch):
    monkeypatch.setattr(progress, "_EVERY", 10)

    assert run(lambda report: 7) == ([], 7)


def test_what_the_work_raises_is_raised():
    def work(report):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run(work)


def test_a_closed_event_ends_its_work():
    closed, ended = threading.Event(), threading.Event()

    def work(report):
        try:
            closed.wait(10)
            report(0.5)
        except AbandonedError:
            ended.set()
            raise

    event = follow(work, lambda share: share)
    next(event)
    event.close()
    closed.set()

    assert ended.wait(10)
