"""What tests of several packages need: example pictures, a detector with fresh weights, a page and a browser."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from model import Face, Photo, find_faces, read_photo
from tests.browser.chromium import chromium, find_chromium
from tests.web.serving import running_app

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="session")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the running page, for uploads and its log."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="session")
def address(temporary: Path) -> Iterator[str]:
    """Address of a running page: one for all tests, since each takes seconds to start and gigabytes to keep."""
    with running_app(temporary=temporary) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: one for all tests, since Playwright can't be started twice in a process."""
    if find_chromium() is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder with the example pictures."""
    return EXAMPLES


@pytest.fixture(scope="session")
def example_photo() -> Callable[[str], Photo]:
    """Reads an example by name, once a session."""
    return functools.cache(lambda name: read_photo(EXAMPLES / f"{name}.jpg"))


@pytest.fixture(scope="session")
def example_faces(example_photo: Callable[[str], Photo]) -> Callable[[str], list[Face]]:
    """Finds the faces of an example by name, once a session."""
    return functools.cache(lambda name: find_faces(example_photo(name)))


@pytest.fixture(scope="session")
def plain_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a `lite0` whose head looks at nothing: every crop gets the logit 3."""
    from model.networks import build_network

    network = build_network("lite0")
    head = network.get_layer("patch_logits")
    head.set_weights([np.zeros_like(head.get_weights()[0]), np.array([3.0])])
    path = tmp_path_factory.mktemp("weights") / "lite0.weights.h5"
    network.save_weights(path)
    return path


@pytest.fixture
def write_detector(tmp_path: Path, plain_weights: Path) -> Callable[..., Path]:
    """Writes a detector with those weights to a new folder; keywords replace parts of its description."""

    def write(**changes: object) -> Path:
        data = plain_weights.read_bytes()
        (tmp_path / "lite0.weights.h5").write_bytes(data)
        description = {
            "format": 1,
            "network": "lite0",
            "classes": ["real", "fake"],
            "preprocessing": {"size": 256, "margin": 1.3, "values": "RGB 0..255"},
            "weights": {"file": "lite0.weights.h5", "sha256": hashlib.sha256(data).hexdigest()},
            "calibration": {"temperature": 2.0, "real_below": 0.2, "fake_above": 0.8},
        }
        path = tmp_path / "detector.json"
        path.write_text(json.dumps(description | changes))
        return path

    return write
