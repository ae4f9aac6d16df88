"""A copy has its original's format and is compressed as that was, so that compression doesn't tell copies."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.train.enlarging.conftest import scene
from train.augment import compress
from train.enlarging.saving import encode, encoding_of, saved_as


def saved(mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(scene(5)).convert(mode).save(buffer, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("quality", [40, 75, 92])
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:0"])
def test_a_jpegs_copy_has_its_tables_and_its_subsampling(quality: int, subsampling: str):
    original = saved(format="JPEG", quality=quality, subsampling=subsampling)
    encoding = encoding_of(original)
    copy = encode(scene(6), encoding, None)
    assert opened(copy).format == "JPEG"
    assert opened(copy).quantization == opened(original).quantization
    assert opened(copy).layer == opened(original).layer
    assert saved_as(encoding, None) == f"JPEG quality {quality} as the original"


def test_the_drawn_quality_takes_the_place_of_the_originals():
    encoding = encoding_of(saved(format="JPEG", quality=92))
    assert opened(encode(scene(6), encoding, 50)).quantization == opened(saved(format="JPEG", quality=50)).quantization
    assert saved_as(encoding, 50) == "JPEG quality 50"


def test_png_keeps_every_pixel():
    encoding = encoding_of(saved(format="PNG"))
    copy = opened(encode(scene(6), encoding, None))
    assert copy.format == "PNG"
    np.testing.assert_array_equal(np.asarray(copy), scene(6))
    assert saved_as(encoding, None) == "PNG"


def test_a_png_may_have_gone_through_jpeg():
    encoding = encoding_of(saved(format="PNG"))
    copy = opened(encode(scene(6), encoding, 45))
    assert copy.format == "PNG"
    np.testing.assert_array_equal(np.asarray(copy), compress(scene(6), 45))
    assert saved_as(encoding, 45) == "PNG after JPEG quality 45"


@pytest.mark.parametrize("lossless", [True, False])
def test_webp_stays_webp_and_without_loss_if_it_was(lossless: bool):
    encoding = encoding_of(saved(format="WEBP", lossless=lossless))
    copy = opened(encode(scene(6), encoding, None))
    assert copy.format == "WEBP"
    assert np.array_equal(np.asarray(copy), scene(6)) == lossless
    assert saved_as(encoding, None) == ("WebP without loss" if lossless else "WebP quality 90")


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_a_picture_without_colour_keeps_one_channel(format: str):
    copy = opened(encode(scene(6), encoding_of(saved("L", format=format)), None))
    assert copy.mode == "L"


def test_a_jpeg_for_print_gets_a_stated_quality():
    encoding = encoding_of(saved("CMYK", format="JPEG", quality=60))
    copy = opened(encode(scene(6), encoding, None))
    assert copy.mode == "RGB"
    assert copy.quantization == opened(saved(format="JPEG", quality=95)).quantization
    assert saved_as(encoding, None) == "JPEG quality 95"
