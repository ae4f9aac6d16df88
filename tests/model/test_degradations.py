"""Each degradation does what its name and level say, and nothing else."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from model.degradations import blur, compress, shrink


@pytest.fixture
def crop() -> np.ndarray:
    return astronaut()[:256, 100:356].copy()


def test_jpeg_keeps_the_colours_in_their_channels_and_loses_what_pillow_loses(crop: np.ndarray):
    def error(compressed: np.ndarray) -> float:
        return float(np.abs(compressed.astype(int) - crop).mean())

    buffer = io.BytesIO()
    Image.fromarray(crop).save(buffer, "JPEG", quality=50)
    by_pillow = np.asarray(Image.open(buffer))
    assert error(compress(crop, 50)) == pytest.approx(error(by_pillow), rel=0.1)
    red = np.full((256, 256, 3), (200, 30, 30), np.uint8)
    assert np.abs(compress(red, 95).astype(int) - red).max() <= 3


def test_scaling_removes_what_is_finer_than_the_small_picture():
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 200
    assert np.ptp(shrink(stripes, 0.5).astype(int)) <= 1
    halves = np.zeros((256, 256, 3), np.uint8)
    halves[:, 128:] = 200
    small = shrink(halves, 0.25)
    assert small[:, :100].max() == 0
    assert small[:, 156:].min() == 200


def test_blur_spreads_a_point_by_sigma():
    point = np.zeros((255, 255, 3), np.uint8)
    point[127, 127] = 255
    spread = blur(point, 1)[:, :, 0].astype(float)
    assert spread[127, 127] == pytest.approx(255 / (2 * np.pi), abs=3)
    assert spread[127, 128] / spread[127, 127] == pytest.approx(np.exp(-0.5), abs=0.03)
