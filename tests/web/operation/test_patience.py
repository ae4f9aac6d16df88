"""A request that takes too long is answered in plain words, and its work ends at its next report."""

import threading
import time

import gradio as gr
import pytest

from web import progress
from web.api.plain_words import in_plain_words
from web.errors import with_cards
from web.operation.health import build_health
from web.operation.patience import PATIENCE, STUCK, TooLongError
from web.progress import AbandonedError, finish, follow


class Ready:
    status, version = "ready", "lite0-0"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(PATIENCE, "seconds", 0.1)
    monkeypatch.setattr(progress, "_EVERY", 0.02)


@pytest.fixture
def endless():
    """Work that reports now and then; and whether it has ended."""
    ended = threading.Event()

    def work(report):
        try:
            while True:
                report(0.5)
                time.sleep(0.01)
        except AbandonedError:
            ended.set()
            raise

    return work, ended


@pytest.mark.parametrize("how", [finish, lambda work: list(follow(work, lambda share: share))])
def test_it_is_refused_in_time_and_its_work_ends(how, endless):
    work, ended = endless

    began = time.monotonic()
    with pytest.raises(TooLongError, match=r"longer than 0\.1 seconds"):
        how(work)

    assert time.monotonic() - began < 1
    assert ended.wait(2)


def test_quick_work_is_finished_and_its_errors_are_raised():
    assert finish(lambda report: 7) == 7
    with pytest.raises(KeyError):
        finish(lambda report: {}["no"])


def test_the_page_shows_a_card(endless):
    def event():
        yield "working"
        yield finish(endless[0])

    *_, last = with_cards("check", event(), lambda card: card)

    assert "No answer this time" in last and "longer than 0.1 seconds" in last


def test_an_endpoint_says_the_same(endless):
    def inspect():
        return finish(endless[0])

    with pytest.raises(gr.Error, match=r"longer than 0\.1 seconds"):
        in_plain_words(inspect)()


def test_work_that_hangs_for_good_makes_the_process_unhealthy_until_it_ends():
    health, go_on = build_health(Ready()), threading.Event()
    for _ in range(STUCK):
        assert health()["status"] == "ready"
        with pytest.raises(TooLongError):
            finish(lambda report: go_on.wait(20))

    assert health()["status"] == "failed"
    go_on.set()
    deadline = time.monotonic() + 5
    while health()["status"] == "failed":
        assert time.monotonic() < deadline
        time.sleep(0.01)
