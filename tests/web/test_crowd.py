"""Many at once: nobody gets another's answer or waits for those who have gone, and those who are too many are told."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import gradio as gr
import pytest
from starlette.exceptions import HTTPException

from benchmarks.loading.client import Client, find_place
from benchmarks.loading.photos import NO_PHOTOS, compose, know
from benchmarks.loading.server import wait_until_ready
from benchmarks.loading.visits import Visitor
from explain import inspect_photo
from model import load_detector
from web import progress, queueing, visitors
from web.api.plain_words import in_plain_words
from web.errors import with_cards
from web.progress import AbandonedError, finish, follow
from web.queueing import ON_SERVER, open_queue
from web.states import BUSY
from web.visitors import watch_visitor

CLIENTS, EACH = 8, 3
KINDS = ("inspect", "page", "refused", "report")
# Slow ones take ten times as long on two processors.
SOON = 4.0


@pytest.fixture(scope="module")
def known():
    """Photos whose answers this process finds out by itself."""
    detector = load_detector()
    return know(compose(CLIENTS * EACH), lambda content: inspect_photo(content, (), detector=detector))


@pytest.fixture(scope="module")
def place(address):
    # While it is loading, the page shows more than the answer.
    wait_until_ready(address)
    return find_place(address)


def tell(monkeypatch, **known):
    """Says what is being run, in place of Gradio's own variables, which other tests of this process would see."""
    context = {name: SimpleNamespace(get=lambda default, value=value: value) for name, value in known.items()}
    monkeypatch.setattr(visitors, "LocalContext", SimpleNamespace(**context))


@pytest.fixture
def asked(monkeypatch):
    """What Gradio knows of the visitor whose event is run here."""
    event = SimpleNamespace(alive=True)
    site = SimpleNamespace(_queue=SimpleNamespace(event_ids_to_events={"number": event}))
    tell(monkeypatch, blocks=site, event_id="number")
    monkeypatch.setattr(progress, "_EVERY", 0.01)
    return event


def run_apart(coroutine):
    """Runs it in a thread of its own: in this one Playwright's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def leave_when_begun(event):
    """Work that goes on for ever, of a visitor who goes as soon as it has begun; and what tells when it has ended."""
    ended = threading.Event()

    def work(report):
        event.alive = False
        try:
            while True:
                report(0.5)
                time.sleep(0.001)
        finally:
            ended.set()

    return work, ended


def test_nobody_gets_anothers_answer(place, known):
    refused = know(list(NO_PHOTOS), inspect_photo)
    visitors = [Visitor(place, number, known[number::CLIENTS], refused) for number in range(CLIENTS)]
    assert len({photo.probabilities for photo in known}) > CLIENTS * EACH / 2, "the answers differ"

    def visit(visitor):
        return [visitor.visit(KINDS[(visitor.number + turn) % len(KINDS)]) for turn in range(EACH)]

    with ThreadPoolExecutor(CLIENTS) as clients:
        outcomes = [outcome for some in clients.map(visit, visitors) for outcome in some]

    assert len(outcomes) == CLIENTS * EACH and {outcome.kind for outcome in outcomes} == set(KINDS)
    assert [outcome.wrong for outcome in outcomes if outcome.wrong] == []


@pytest.mark.parametrize("method", ["occlusion", "smoothgrad"])
def test_who_leaves_a_slow_heatmap_keeps_nobody_waiting(place, known, examples, method):
    client = Client(place)
    image = client.upload((examples / "three_faces.jpg").read_bytes())
    with client.listening(f"/call/inspect/{client.call('inspect', image=image, methods=[method])}"):
        time.sleep(0.7)

    began = time.monotonic()
    outcome = Visitor(place, 0, known, []).visit("inspect")

    assert outcome.wrong == "" and time.monotonic() - began < SOON


def test_who_leaves_a_scan_keeps_nobody_waiting(place, known):
    client = Client(place)
    images = [client.upload(photo.content) for photo in known]
    session = client.join(place.scan, ["1.1", images * 2])
    with client.listening(f"/queue/data?session_hash={session}"):
        time.sleep(0.7)

    began = time.monotonic()
    shown = client.shown(client.join(place.scan, ["1.1", images[:1]]))

    assert any("1 face in 1 photo" in str(value) for value in shown)
    assert time.monotonic() - began < SOON


def test_work_ends_when_its_visitor_has_gone(asked):
    work, ended = leave_when_begun(asked)

    with pytest.raises(AbandonedError):
        finish(work)
    assert ended.wait(5)


def test_an_event_of_a_visitor_who_has_gone_shows_nothing_and_is_no_failure(asked, caplog):
    work, _ = leave_when_begun(asked)

    def event():
        yield "begun"
        yield from follow(work, lambda share: "working")

    assert set(with_cards("check", event(), str)) <= {"begun", "working"}
    assert "failed" not in caplog.text


def test_a_program_that_has_gone_is_no_failure_of_the_endpoint(asked, caplog):
    work, _ = leave_when_begun(asked)

    with pytest.raises(gr.Error):
        in_plain_words(lambda: finish(work))()
    assert "failed" not in caplog.text


def test_where_nobody_can_know_nobody_has_gone(asked, monkeypatch):
    assert not watch_visitor()(), "they are still there"
    site = visitors.LocalContext.blocks.get(None)
    for known in ({"blocks": site, "event_id": "another"}, {"blocks": None, "event_id": "number"}):
        tell(monkeypatch, **known)
        assert not watch_visitor()()


@pytest.fixture
def full():
    """A site whose only place in the queue is taken; gives what is said to the next one, by their event."""
    with gr.Blocks() as site:
        gr.Button().click(lambda: None, **ON_SERVER)
        gr.api(lambda: "answer", api_name="endpoint")
    open_queue(site, 1)
    events = {event.api_visibility: number for number, event in site.fns.items()}

    async def push(visibility: str, session: str = "visitor"):
        number = events.get(visibility, 99)
        body = SimpleNamespace(session_hash=session, fn_index=number, event_id=None, data=[])
        return await site._queue.push(body=body, request=SimpleNamespace(), username=None)

    async def push_two(visibility):
        await push("public")
        return await push(visibility)

    return lambda visibility: run_apart(push_two(visibility))


# Gradio's page shows the words of every status but 503; its Python client has words for 503 alone.
@pytest.mark.parametrize("visibility, status", [("public", 503), ("private", 429), ("none of ours", 429)])
def test_when_too_many_wait_the_next_one_is_told_so(full, visibility, status):
    with pytest.raises(HTTPException) as refused:
        full(visibility)

    assert (refused.value.status_code, refused.value.detail) == (status, BUSY)
    assert int(refused.value.headers["Retry-After"]) > 0


def test_who_came_long_ago_is_not_forgotten_while_they_wait(monkeypatch):
    monkeypatch.setattr(queueing, "SESSIONS", 2)
    with gr.Blocks() as site:
        gr.api(lambda: "answer", api_name="endpoint")
    open_queue(site, 10)
    (number,) = site.fns

    async def push(*sessions: str):
        for session in sessions:
            body = SimpleNamespace(session_hash=session, fn_index=number, event_id=None, data=[])
            await site._queue.push(body=body, request=SimpleNamespace(), username=None)

    run_apart(push("anna", "boris", "anna", "clara"))
    assert list(site._queue.pending_messages_per_session) == ["anna", "clara"]
