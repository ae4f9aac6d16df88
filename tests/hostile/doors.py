"""The endpoint's door as any program uses it: an upload, a call and its answer, by plain HTTP."""

from __future__ import annotations

import json
import urllib.request
import uuid
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from model.detector import Detector

_PATIENCE = 120


@dataclass(frozen=True)
class Reply:
    """What an endpoint said.

    Attributes:
        answer: Its answer; None if it refused.
        message: Why it refused; None if it gave no reason.
    """

    answer: Any = None
    message: str | None = None


def upload(address: str, name: str, data: bytes) -> str:
    """Uploads a file.

    Args:
        address: Of the running page, with a slash at the end.
        name: What the client calls it.
        data: Its bytes.

    Returns:
        Where the server keeps it.

    Raises:
        HTTPError: If the server refuses it.
    """
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(
        f"{address}gradio_api/upload", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    (path,) = json.loads(_read(request))
    return path


def ask(address: str, endpoint: str, **arguments: Any) -> Reply:
    """Calls an endpoint and waits for its answer."""
    request = urllib.request.Request(
        f"{address}gradio_api/call/v2/{endpoint}",
        json.dumps(arguments).encode(),
        {"Content-Type": "application/json"},
    )
    event = json.loads(_read(request))["event_id"]
    lines = _read(f"{address}gradio_api/call/{endpoint}/{event}").decode().strip().splitlines()
    kind, data = lines[-2].removeprefix("event: "), json.loads(lines[-1].removeprefix("data: "))
    return Reply(answer=data[0]) if kind == "complete" else Reply(message=data["error"])


def uploaded(path: str) -> dict[str, Any]:
    """Describes an upload as endpoints take it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def ready(detector: Detector) -> Any:
    """Stands in for a page that has warmed up, for events called without a browser."""
    return SimpleNamespace(done=True, detector=lambda: detector)


def _read(request: urllib.request.Request | str) -> bytes:
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
        return answer.read()
