"""What tests of hostile input share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from model import load_detector
from model.detector import Detector
from tests.hostile.corpus import CASES, write_corpus


@pytest.fixture(scope="session")
def detector() -> Detector:
    """The detector that the running page has."""
    return load_detector(os.environ.get("UNMASK_DETECTOR"))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The path of each file of the corpus by name."""
    return {case.name: path for case, path in zip(CASES, write_corpus(tmp_path_factory.mktemp("corpus")), strict=True)}
