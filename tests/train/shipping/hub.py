"""A Hugging Face Hub on this machine that takes one commit and remembers what it was sent."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Hub:
    """What reached the hub.

    Attributes:
        address: Where it listens.
        refuse: Whether it takes nothing and answers with 403 and the token that it was sent.
        paths: The paths asked for, in order.
        tokens: The tokens that came with what was sent; the package also asks for public lists, without one.
        created: What repositories were asked for.
        files: Content of the files of the commit, by name.
    """

    address: str = ""
    refuse: bool = False
    paths: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    created: list[dict] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def running_hub(*, refuse: bool = False) -> Iterator[Hub]:
    hub = Hub(refuse=refuse)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._note()
            if hub.refuse:
                self._answer({"error": f"no: {self.headers.get('Authorization')}"}, 403)
            elif self.path == "/api/repos/create":
                hub.created.append(json.loads(body))
                self._answer({"url": f"{hub.address}/somebody/detector"})
            elif "/preupload/" in self.path:
                names = [file["path"] for file in json.loads(body)["files"]]
                modes = [{"path": name, "uploadMode": "regular", "shouldIgnore": False} for name in names]
                self._answer({"files": modes})
            elif "/commit/" in self.path:
                for line in map(json.loads, body.splitlines()):
                    if line["key"] == "file":
                        hub.files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
                commit = {"commitUrl": f"{hub.address}/somebody/detector/commit/abc", "commitOid": "abc"}
                self._answer(commit | {"success": True})
            else:
                self._answer({})

        def do_GET(self) -> None:
            hub.paths.append(self.path)
            self._answer({"sha": "0" * 40, "id": "somebody/detector", "siblings": []})

        def _note(self) -> None:
            hub.paths.append(self.path)
            hub.tokens.add((self.headers.get("Authorization") or "").removeprefix("Bearer "))

        def _answer(self, content: dict, status: int = 200) -> None:
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler
