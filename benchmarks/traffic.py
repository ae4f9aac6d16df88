"""What a page in Chromium sends and gets, counted by the browser itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

_NETWORK = {"http", "https", "ws", "wss"}


@dataclass
class Exchange:
    """A request and its answer.

    Attributes:
        url: What was asked for.
        start: When, in seconds on the browser's clock, as all times here.
        wall: The same moment in seconds since 1970.
        parts: Of the answer: when each came, its bytes, and bytes as transferred that were counted by then. The browser
            may count those of a part later, with another one.
        end: When the answer was complete; None while it is not, or if it was broken off.
        total: Bytes of the complete answer with its headers; None without an end.
    """

    url: str
    start: float
    wall: float
    parts: list[tuple[float, int, int]] = field(default_factory=list)
    end: float | None = None
    total: float | None = None

    @property
    def received(self) -> float:
        """Bytes of the answer as transferred.

        Of a stream that is open or was broken off, what has come: the browser may not have counted the last part as
        transferred, so its bytes count where they are more.
        """
        if self.total is not None:
            return self.total
        return max(sum(size for _, size, _ in self.parts), sum(transferred for *_, transferred in self.parts))

    def since_epoch(self, moment: float) -> float:
        """Puts a moment of the browser's clock into seconds since 1970."""
        return self.wall + moment - self.start


class Traffic:
    """All exchanges of a page over the network, in the order of their requests."""

    def __init__(self, page: Page):
        self.exchanges: dict[str, Exchange] = {}
        self._bodies: dict[str, int] = {}
        session = page.context.new_cdp_session(page)
        for name, heard in (
            ("requestWillBeSent", self.on_request),
            ("requestWillBeSentExtraInfo", self.on_headers),
            ("dataReceived", self.on_data),
            ("loadingFinished", self.on_end),
            ("webSocketCreated", self.on_socket),
            ("webSocketFrameReceived", self.on_frame),
        ):
            session.on(f"Network.{name}", heard)
        session.send("Network.enable")

    def on_request(self, event: dict[str, Any]) -> None:
        """Notes a request; what is in the page itself (data:, blob:) is none."""
        url = event["request"]["url"]
        if urlsplit(url).scheme in _NETWORK:
            self.exchanges[event["requestId"]] = Exchange(url, event["timestamp"], event["wallTime"])

    def on_headers(self, event: dict[str, Any]) -> None:
        """Notes how large a request's body is."""
        headers = {name.lower(): value for name, value in event["headers"].items()}
        # May come before the request itself.
        self._bodies[event["requestId"]] = int(headers.get("content-length", 0))

    def on_data(self, event: dict[str, Any]) -> None:
        """Notes a part of an answer."""
        if event["requestId"] in self.exchanges:
            part = event["timestamp"], event["dataLength"], event["encodedDataLength"]
            self.exchanges[event["requestId"]].parts.append(part)

    def on_end(self, event: dict[str, Any]) -> None:
        """Notes that an answer is complete."""
        exchange = self.exchanges.get(event["requestId"])
        if exchange is not None:
            exchange.end, exchange.total = event["timestamp"], event["encodedDataLength"]

    def on_socket(self, event: dict[str, Any]) -> None:
        """Notes a web socket; its clock starts with its first frame."""
        self.exchanges[event["requestId"]] = Exchange(event["url"], 0.0, 0.0)

    def on_frame(self, event: dict[str, Any]) -> None:
        """Notes what came over a web socket."""
        size = len(event["response"]["payloadData"].encode())
        self.exchanges[event["requestId"]].parts.append((event["timestamp"], size, size))

    def forget(self) -> None:
        """Starts anew: answers to earlier requests no longer count."""
        self.exchanges.clear()
        self._bodies.clear()

    def find(self, part: str) -> Exchange:
        """Gives the first exchange whose address contains `part`.

        Raises:
            LookupError: If there is none.
        """
        for exchange in self.exchanges.values():
            if part in exchange.url:
                return exchange
        asked = [exchange.url for exchange in self.exchanges.values()]
        raise LookupError(f"no request to an address with {part!r}. Received: {asked}")

    def received(self, until: float = math.inf) -> float:
        """Counts the bytes that came in answer to requests made before a moment, in seconds since 1970."""
        return sum(exchange.received for exchange in self.exchanges.values() if exchange.wall < until)

    def sent(self, until: float = math.inf) -> int:
        """Counts the bytes, without headers, that went with requests made before a moment, in seconds since 1970."""
        return sum(self._bodies.get(name, 0) for name, exchange in self.exchanges.items() if exchange.wall < until)

    def elsewhere(self, address: str) -> list[str]:
        """Lists requests to other hosts or ports than that of `address`."""
        home = urlsplit(address).netloc
        return [exchange.url for exchange in self.exchanges.values() if urlsplit(exchange.url).netloc != home]
