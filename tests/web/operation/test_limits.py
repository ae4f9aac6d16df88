"""Requests are bounded in size and time before Gradio sees them."""

import asyncio

import pytest

from web.operation import limits, metrics
from web.operation.limits import CALL_BYTES, UPLOAD_BYTES, Limits, is_open


class Echo:
    """An application that reads the whole request and answers with its length."""

    async def __call__(self, scope, receive, send):
        self.read = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError("The visitor left.")
            self.read += len(message["body"])
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(self.read).encode()})


async def empty():
    """A request without a body."""
    return {"type": "http.request", "body": b""}


def send(path, pieces, *, has_room=lambda more: True, announced=None, pause=0.0):
    """Status and what the application has read."""

    async def run():
        echo, sent, rest = Echo(), [], list(pieces)

        async def receive():
            await asyncio.sleep(pause)
            return {"type": "http.request", "body": rest.pop(0), "more_body": bool(rest)}

        async def reply(message):
            sent.append(message)

        headers = [] if announced is None else [(b"content-length", announced)]
        await Limits(echo, has_room)({"type": "http", "path": path, "headers": headers}, receive, reply)
        starts = [message["status"] for message in sent if message["type"] == "http.response.start"]
        assert len(starts) == 1, "answered once"
        return starts[0], getattr(echo, "read", 0)

    return asyncio.run(run())


PIECE = b"x" * 2**16
CALL, UPLOAD = "/gradio_api/queue/join", "/gradio_api/upload"


def test_what_fits_arrives_whole():
    assert send(CALL, [b"ab", b"c"]) == (200, 3)
    assert send(CALL, [PIECE] * (CALL_BYTES // len(PIECE))) == (200, CALL_BYTES)


def test_what_announces_nothing_is_cut_off_at_the_limit():
    status, read = send(CALL, [PIECE] * 100)

    assert status == 413 and read <= CALL_BYTES


def test_what_announces_too_much_is_not_read_at_all():
    assert send(CALL, [PIECE], announced=b"%d" % (CALL_BYTES + 1)) == (413, 0)
    assert send(UPLOAD, [PIECE], announced=b"%d" % (UPLOAD_BYTES + 1)) == (413, 0)


@pytest.mark.parametrize("announced", [b"3", b"", b"-1", b"many", b"0x10"])
def test_an_announcement_that_lies_helps_nobody(announced):
    assert send(CALL, [PIECE] * 100, announced=announced)[0] == 413


def test_uploads_may_be_larger_than_calls():
    assert send(UPLOAD, [PIECE] * 100) == (200, 100 * len(PIECE))


def test_without_room_uploads_are_refused_and_calls_are_not():
    asked = []

    def has_room(more):
        asked.append(more)
        return False

    assert send(UPLOAD, [PIECE], has_room=has_room, announced=b"65536") == (507, 0)
    assert asked == [65536]
    assert send(CALL, [PIECE], has_room=has_room) == (200, len(PIECE))


def test_what_trickles_in_is_cut_off(monkeypatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.2)

    assert send(CALL, [b"x"] * 1000, pause=0.05)[0] == 408


def test_the_wait_for_an_answer_is_not_part_of_that(monkeypatch):
    """The application learns that a visitor has left by going on to read."""
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.1)

    async def run():
        async def slow(scope, receive, send):
            await receive()
            after = await receive()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            assert after == {"type": "http.disconnect"}

        messages = [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]
        sent = []

        async def receive():
            await asyncio.sleep(0.3 if len(messages) == 1 else 0)
            return messages.pop(0)

        async def reply(message):
            sent.append(message["status"])

        await Limits(slow, lambda more: True)({"type": "http", "path": CALL, "headers": []}, receive, reply)
        return sent

    assert asyncio.run(run()) == [200]


class Early:
    """An application that answers before it has read anything."""

    async def __call__(self, scope, receive, send):
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b"no"})


def answer_early(receive):
    """What is sent to a client that is answered early, in order, with "read" for each message taken from it."""
    events = []

    async def run():
        async def counted():
            message = await receive()
            events.append("read")
            return message

        async def reply(message):
            if message["type"] == "http.response.body":
                events.append((message.get("body", b""), message.get("more_body", False)))

        await Limits(Early(), lambda more: True)({"type": "http", "path": CALL, "headers": []}, counted, reply)

    asyncio.run(run())
    return events


def test_an_early_answer_is_sent_at_once_and_ends_when_the_request_does():
    rest = [PIECE] * 3

    async def receive():
        return {"type": "http.request", "body": rest.pop(0), "more_body": bool(rest)}

    assert answer_early(receive) == [(b"no", True), "read", "read", "read", (b"", False)]


def test_an_early_answer_ends_when_the_client_leaves():
    async def receive():
        return {"type": "http.disconnect"}

    assert answer_early(receive) == [(b"no", True), "read", (b"", False)]


@pytest.mark.parametrize("name, pause", [("SILENCE_SECONDS", 60), ("LINGER_SECONDS", 0.01)])
def test_an_early_answer_does_not_wait_for_ever(monkeypatch, name, pause):
    monkeypatch.setattr(limits, name, 0.1)

    async def receive():
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": b"x", "more_body": True}

    events = answer_early(receive)

    assert events[0] == (b"no", True) and events[-1] == (b"", False)


def fail(path, starts=()):
    """What an application that fails answers, perhaps after it has begun to."""

    async def run():
        sent = []

        async def broken(scope, receive, send):
            for status in starts:
                await send({"type": "http.response.start", "status": status, "headers": []})
            raise ZeroDivisionError

        async def reply(message):
            sent.append(message)

        await Limits(broken, lambda more: True)({"type": "http", "path": path, "headers": []}, empty, reply)
        return sent[0]["status"]

    return asyncio.run(run())


@pytest.mark.parametrize("path, status, counted", [(CALL, 429, 1), (CALL, 503, 1), (CALL, 200, 0), ("/health", 503, 0)])
def test_it_is_counted_when_too_many_wait(path, status, counted):
    def refusals():
        return metrics.REGISTRY.get_sample_value("unmask_refusals_total", {"reason": "busy"}) or 0

    async def run():
        async def full(scope, receive, send):
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        async def reply(message):
            pass

        await Limits(full, lambda more: True)({"type": "http", "path": path, "headers": []}, empty, reply)

    before = refusals()
    asyncio.run(run())

    assert refusals() - before == counted


def test_what_gradio_fails_over_is_the_callers_mistake():
    assert fail("/gradio_api/call/v2/nothing") == 400


@pytest.mark.parametrize("path, starts", [("/", ()), ("/gradio_api/upload", (200,))])
def test_other_errors_are_not_hidden(path, starts):
    with pytest.raises(ZeroDivisionError):
        fail(path, starts)


@pytest.mark.parametrize(
    "path",
    ["/", "/several", "/health", "/gradio_api/upload", "/gradio_api/call/v2/inspect", "/gradio_api/file=/tmp/a:b.jpg"],
)
def test_what_the_pages_need_is_open(path):
    assert is_open(path)


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://example.org",
        "/gradio_api/file=/https://example.org",
        "/gradio_api/file=C:/Windows/win.ini",
        "/gradio_api/proxy=https://example.org",
        "/gradio_api/",
        "/gradio_api/deep_link",
        "/monitoring/key",
    ],
)
def test_what_nobody_needs_is_not(path):
    assert not is_open(path)
