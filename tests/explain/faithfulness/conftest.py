"""A score that can be worked out by hand: the brightness of one known region."""

from __future__ import annotations

import numpy as np
import pytest

# Side 64: a sixteenth of the crop.
ROWS, COLUMNS = slice(64, 128), slice(32, 96)


@pytest.fixture(scope="session")
def region() -> np.ndarray:
    """The only pixels that count: bool (256, 256)."""
    mask = np.zeros((256, 256), bool)
    mask[ROWS, COLUMNS] = True
    return mask


@pytest.fixture(scope="session")
def picture(region) -> np.ndarray:
    """White in the region, black elsewhere: uint8 (256, 256, 3)."""
    return np.repeat(region[..., None], 3, axis=2).astype(np.uint8) * 255


@pytest.fixture(scope="session")
def score():
    """From 4 for a white region to -4 for a black one."""

    def of(pictures: np.ndarray) -> np.ndarray:
        assert pictures.dtype == np.float32
        assert pictures.shape[1:] == (256, 256, 3)
        return (8 * pictures[:, ROWS, COLUMNS].mean(axis=(1, 2, 3)) / 255 - 4).astype(np.float32)

    return of


@pytest.fixture(scope="session")
def true_map(region) -> np.ndarray:
    """Hot where the score looks: float32 (256, 256)."""
    return region.astype(np.float32)


@pytest.fixture(scope="session")
def shifted_map(true_map) -> np.ndarray:
    """The same, half a picture off."""
    return np.roll(true_map, (128, 128), (0, 1))
