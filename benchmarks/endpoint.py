"""The `/inspect` endpoint over plain HTTP, as a program that is in a hurry would call it."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

_BOUNDARY = "benchmark-boundary"


class Endpoint:
    """A connection to a running server, kept open.

    Args:
        address: Address of the page.
    """

    def __init__(self, address: str):
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)

    def inspect(self, photo: bytes) -> dict[str, Any]:
        """Uploads a photo, asks for its inspection and waits for the answer.

        Args:
            photo: A JPEG file's bytes.

        Returns:
            The inspection.

        Raises:
            RuntimeError: If the server refuses; the message is its own.
        """
        (path,) = json.loads(self._ask("POST", "/gradio_api/upload", *_form(photo)))
        call = {"image": {"path": path, "meta": {"_type": "gradio.FileData"}}}
        headers = {"Content-Type": "application/json"}
        event = json.loads(self._ask("POST", "/gradio_api/call/v2/inspect", json.dumps(call).encode(), headers))[
            "event_id"
        ]
        stream = self._ask("GET", f"/gradio_api/call/inspect/{event}").decode()
        kind, data = (line.split(": ", 1)[1] for line in stream.strip().splitlines()[-2:])
        if kind != "complete":
            raise RuntimeError(f"the server answered {kind}: {data}")
        return json.loads(data)[0]

    def get(self, path: str) -> bytes:
        """Fetches a page."""
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        self._connection.request(method, path, body, headers or {})
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: the server answered {answer.status} {data[:200]!r}")
        return data


def _form(photo: bytes) -> tuple[bytes, dict[str, str]]:
    """Gives a multipart form with one file, and its header."""
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="photo.jpg"\r\n'
    body = f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + photo + f"\r\n--{_BOUNDARY}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
