"""A visitor without a browser: uploads, asks an endpoint or an event of the page, and reads what comes."""

from __future__ import annotations

import contextlib
import json
import re
import urllib.parse
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

_API = "/gradio_api"
# Longer than a request may take on the server, so that it is the server that ends it.
PATIENCE = 180


class BusyError(Exception):
    """The server says in words that too many people want something; the message is its words."""


class BrokenError(Exception):
    """An answer that nobody should get: a status without words, a stream that ends in the middle."""


@dataclass(frozen=True)
class Place:
    """Where a server listens, and which of its events checks a photo or several."""

    host: str
    port: int
    check: int
    scan: int


def find_place(address: str) -> Place:
    """Asks a server for the numbers of its events.

    Args:
        address: Such as "http://127.0.0.1:7860/".
    """
    parts = urllib.parse.urlsplit(address)
    with _connection(parts.hostname, parts.port) as connection:
        connection.request("GET", "/config")
        config = json.load(connection.getresponse())
    names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
    events = {
        names.get(target): one["id"]
        for one in config["dependencies"]
        for target, trigger in one["targets"]
        if trigger == "click" and one["outputs"]
    }
    return Place(parts.hostname, parts.port, events["run"], events["scan-run"])


class Client:
    """One visitor.

    Args:
        place: The server.
    """

    def __init__(self, place: Place):
        self._place = place

    def upload(self, content: bytes) -> dict[str, Any]:
        """Sends a file; gives how requests name it."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="photo.jpg"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        (path,) = self._ask("/upload", body, f"multipart/form-data; boundary={boundary}")
        return {"path": path, "orig_name": "photo.jpg", "meta": {"_type": "gradio.FileData"}}

    def call(self, endpoint: str, **arguments: Any) -> str:
        """Asks an endpoint; gives the request's number for `answer`."""
        return self._ask(f"/call/v2/{endpoint}", json.dumps(arguments).encode())["event_id"]

    def answer(self, endpoint: str, number: str) -> Any:
        """Waits for what an endpoint answers; its words as `ValueError` if it refuses."""
        with self.listening(f"/call/{endpoint}/{number}") as stream:
            kind = None
            for line in stream:
                name, _, value = line.decode().strip().partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "complete":
                    return json.loads(value)[0]
                elif name == "data" and kind == "error":
                    said = json.loads(value)
                    if isinstance(said, dict):
                        raise ValueError(said.get("error") or "")
                    raise BrokenError(f"the stream of an endpoint ended: {said}")
        raise BrokenError("the stream of an endpoint ended without an answer")

    def join(self, event: int, values: list[Any]) -> str:
        """Starts an event of a page as a browser does; gives the session for `shown`."""
        session = uuid.uuid4().hex
        asked = {"data": values, "fn_index": event, "session_hash": session, "event_data": None, "trigger_id": None}
        self._ask("/queue/join", json.dumps(asked).encode())
        return session

    def shown(self, session: str) -> list[Any]:
        """Waits until an event has ended; gives the last values that were not empty."""
        last: list[Any] = []
        with self.listening(f"/queue/data?session_hash={session}") as stream:
            for line in stream:
                if not line.startswith(b"data: "):
                    continue
                message = json.loads(line[6:])
                if message["msg"] in {"process_generating", "process_completed"}:
                    values = (message.get("output") or {}).get("data") or []
                    last = values if any(isinstance(value, str) and value for value in values) else last
                if message["msg"] == "process_completed":
                    return last
        raise BrokenError("the stream of the page ended without an answer")

    @contextlib.contextmanager
    def listening(self, path: str) -> Iterator[HTTPResponse]:
        """Opens a stream of events; to leave the block is to go away."""
        with _connection(self._place.host, self._place.port) as connection:
            connection.request("GET", f"{_API}{path}", headers={"Connection": "close"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise BrokenError(f"{path.split('/')[1]}: status {answer.status}")
            # It holds the connection open by itself.
            with contextlib.closing(answer):
                yield answer

    def fetch(self, url: str) -> bytes:
        """Gives a file that an endpoint made."""
        with _connection(self._place.host, self._place.port) as connection:
            connection.request("GET", urllib.parse.quote(urllib.parse.urlsplit(url).path, safe="/=%"))
            answer = connection.getresponse()
            if answer.status != 200:
                raise BrokenError(f"a file of an answer: status {answer.status}")
            return answer.read()

    def _ask(self, path: str, body: bytes, kind: str = "application/json") -> Any:
        with _connection(self._place.host, self._place.port) as connection:
            connection.request("POST", f"{_API}{path}", body, {"Content-Type": kind})
            answer = connection.getresponse()
            content = answer.read()
        if answer.status == 200:
            return json.loads(content)
        if answer.status in {429, 503, 507}:
            raise BusyError(_words(content))
        raise BrokenError(f"{path.split('/')[1]}: status {answer.status}, {content[:200]!r}")


def probabilities_on(card: str) -> list[float]:
    """Reads the probabilities of the faces off the page's cards."""
    return [float(percent) / 100 for percent in re.findall(r'<b style="left:([\d.]+)%"></b>', card)]


def resident_megabytes(address: str) -> float:
    """How much memory the server's process holds, as its own metrics say it."""
    parts = urllib.parse.urlsplit(address)
    with _connection(parts.hostname, parts.port) as connection:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    return float(re.search(r"^process_resident_memory_bytes (\S+)$", text, re.MULTILINE)[1]) / 1e6


def _words(content: bytes) -> str:
    try:
        return str(json.loads(content).get("detail", ""))
    except (ValueError, AttributeError):
        return ""


@contextlib.contextmanager
def _connection(host: str, port: int) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        yield connection
    finally:
        connection.close()
