import copy
import hashlib
import json

import pytest

from model.detector import DEFAULT_DETECTOR, read_description
from web.about.measured import FOLDER


@pytest.fixture(scope="session")
def shipped():
    """The shipped detector.json."""
    return read_description(DEFAULT_DETECTOR)


@pytest.fixture
def other(shipped):
    """The description of a detector with other weights."""
    changed = copy.deepcopy(shipped)
    changed["weights"]["sha256"] = hashlib.sha256(b"others").hexdigest()
    return changed


@pytest.fixture
def evaluation():
    """The shipped figures, to be changed."""
    return json.loads((FOLDER / "evaluation.json").read_text(encoding="utf-8"))


@pytest.fixture
def write_figures(tmp_path):
    """Writes figures to a folder of their own, by name of the file."""

    def write(**figures):
        for name, content in figures.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write
