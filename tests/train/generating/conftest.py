"""Networks of a few numbers, and faces that are nothing but colours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from train.generating import networks


@pytest.fixture(scope="module", autouse=True)
def narrow_networks() -> Iterator[None]:
    """Makes all networks of the tests narrow: what they are good for at full width is no test's matter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "_WIDTHS", (16, 12, 8, 6, 4))
        patch.setattr(networks, "_DISCRIMINATOR_WIDTHS", (16, 12, 8, 6, 4))
        yield


@pytest.fixture
def colours() -> np.ndarray:
    """64 red or blue faces of 16 pixels, with a little noise."""
    generator = np.random.default_rng(0)
    faces = generator.integers(0, 30, (64, 16, 16, 3)).astype(np.uint8)
    faces[:32, ..., 0] += 200
    faces[32:, ..., 2] += 200
    return faces
