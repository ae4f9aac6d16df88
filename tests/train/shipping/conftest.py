"""A detector of a few numbers, as a folder on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.train.several.conftest import write_tiny as write_tiny


@pytest.fixture(scope="session")
def tiny_file(write_tiny, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `detector.json` with random weights of the tiny network."""
    return write_tiny(tmp_path_factory.mktemp("tiny"), 1, temperature=0.5, gain=40)
