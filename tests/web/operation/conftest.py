"""A server as it is run for others: logs as JSON, and files that live for seconds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.web.operation.asking import wait_until_ready
from tests.web.serving import running_app

LIFETIME = 8
SETTINGS = {
    "UNMASK_LOG_FORMAT": "json",
    "UNMASK_UPLOAD_SECONDS": str(LIFETIME),
    "UNMASK_FRAME_ANCESTORS": "'self' https://example.org",
}


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the server: `uploads` for files, and `server.log`."""
    return tmp_path_factory.mktemp("operated")


@pytest.fixture(scope="package")
def operated(place: Path) -> Iterator[str]:
    """Address of the server, without a slash at its end; the detector is loaded."""
    with running_app(temporary=place, **SETTINGS) as address:
        wait_until_ready(address)
        yield address.rstrip("/")


@pytest.fixture
def log(operated: str, place: Path) -> Callable[[], list[dict]]:
    """Gives what the server has logged so far, without the lines of TensorFlow, which aren't ours."""

    def read() -> list[dict]:
        lines = (place / "server.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    return read


@pytest.fixture
def log_text(operated: str, place: Path) -> Callable[[], str]:
    """Gives all that the server has printed so far."""
    return lambda: (place / "server.log").read_text(encoding="utf-8")
