"""Which requests are let in, and how large and how slow they may be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from model.photo import MAX_BYTES
from web.many_photos.sources import MAX_PHOTOS
from web.operation import metrics
from web.operation.logs import log_malformed

_API = "/gradio_api/"
# What the pages, gradio_client and the README's `curl` ask for. Gradio offers more: it passes requests on to other
# servers, processes recordings, keeps states on the disk. Nothing here needs that.
_OPEN = frozenset(
    {
        *("app_id", "heartbeat", "info", "login_check", "openapi.json", "startup-events", "theme.css", "token", "user"),
        *("api", "call", "cancel", "mcp", "queue", "reset", "run", "upload", "upload_progress"),
    }
)
_FILE = "file="

UPLOAD_BYTES = (MAX_PHOTOS + 1) * MAX_BYTES
"""All photos of a scan come in one request; what is left over is for the words around them."""
CALL_BYTES = 2**20
BODY_SECONDS = 300
LINGER_SECONDS = 30
"""After an answer that came early, the rest of the request is read and thrown away for so long."""
SILENCE_SECONDS = 5
"""And no longer than this after its last byte."""
# Too many requests wait already.
_BUSY = (429, 503)


def is_open(path: str) -> bool:
    """Says whether a path may be asked for.

    Args:
        path: Of the address, decoded.

    Returns:
        False for parts of Gradio that nothing here needs, and for files named by an address.
    """
    if not path.startswith(_API):
        return not path.startswith("/monitoring")
    rest = path[len(_API) :]
    if rest.startswith(_FILE):
        return ":" not in rest[len(_FILE) :].lstrip("/").split("/")[0]
    return rest.split("/")[0] in _OPEN


class Limits:
    """Refuses requests before Gradio sees them.

    Args:
        app: What answers those that are let in.
        has_room: Says whether so many more bytes of uploads may be kept.
    """

    def __init__(self, app: Any, has_room: Callable[[int], bool]):
        self._app = app
        self._has_room = has_room

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answers a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        upload = scope["path"].rstrip("/") == f"{_API}upload"
        body = _Body(receive, send, UPLOAD_BYTES if upload else CALL_BYTES)
        if not is_open(scope["path"]):
            await body.refuse(404, "closed", "Not Found")
            return
        announced = _length(scope)
        if announced > body.most:
            await body.refuse(413, "too large", body.limit)
            return
        if upload and not await asyncio.to_thread(self._has_room, announced):
            await body.refuse(507, "no room", "There is no room for more photos now. Please try again in some minutes.")
            return
        api = scope["path"].startswith(_API)
        try:
            await self._app(scope, body.receive, body.send)
        except Exception as error:
            # After a refusal it is our own doing that the request broke off.
            if body.refused:
                return
            if body.status is not None or not api:
                raise
            # Gradio fails over calls of events that don't exist, or without their arguments.
            log_malformed(error)
            await body.refuse(400, "malformed", "This request could not be understood.")
        if api and body.status in _BUSY:
            metrics.count_refusal("busy")


class _Body:
    """Counts what arrives; past the limit it answers by itself, and the application sees a visitor who left."""

    def __init__(self, receive: Any, send: Any, most: int):
        self._receive, self._send = receive, send
        self._arrived, self._complete = 0, False
        self._deadline = asyncio.get_running_loop().time() + BODY_SECONDS
        self.most = most
        self.limit = f"A request may have at most {most} bytes."
        self.status: int | None = None
        self.refused = False

    async def receive(self) -> dict[str, Any]:
        if self.refused:
            return {"type": "http.disconnect"}
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            return await self._end(408, "too slow", "The request took too long to arrive.")
        self._arrived += len(message.get("body", b""))
        if self._arrived > self.most:
            return await self._end(413, "too large", self.limit)
        self._complete = not message.get("more_body", False)
        return message

    async def send(self, message: dict[str, Any]) -> None:
        if not self.refused:
            await self._pass_on(message)

    async def refuse(self, status: int, reason: str, words: str) -> None:
        """Answers in the application's place."""
        self.refused = True
        metrics.count_refusal(reason)
        content = json.dumps({"detail": words}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
        ]
        await self._pass_on({"type": "http.response.start", "status": status, "headers": headers})
        await self._pass_on({"type": "http.response.body", "body": content})

    async def _end(self, status: int, reason: str, words: str) -> dict[str, Any]:
        self.refused = True
        if self.status is None:
            await self.refuse(status, reason, words)
        return {"type": "http.disconnect"}

    async def _pass_on(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        last = message["type"] == "http.response.body" and not message.get("more_body", False)
        if not last or self._complete:
            await self._send(message)
            return
        # The connection is closed at the end of an answer that comes before the request is complete. A client that
        # still sends would then see a broken connection instead of the answer.
        await self._send({**message, "more_body": True})
        await self._drain()
        await self._send({"type": "http.response.body"})

    async def _drain(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while not self._complete:
                    async with asyncio.timeout(SILENCE_SECONDS):
                        self._complete = not (await self._receive()).get("more_body", False)


def _length(scope: dict[str, Any]) -> int:
    """Reads the length that a request announces; 0 without one, since what arrives is counted anyway."""
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0
