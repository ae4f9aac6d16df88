"""Pictures are drawn anew and stay small."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from report.pictures import _MOST_BYTES, encode, photo_picture
from tests.report.reading import exif_free


def test_what_is_hard_to_compress_is_compressed_more_roughly():
    grain = np.random.default_rng(0).integers(0, 256, (1024, 1024, 3)).astype(np.uint8)
    smooth = np.full((1024, 1024, 3), 90, np.uint8)
    finest = io.BytesIO()
    Image.fromarray(grain).save(finest, "JPEG", quality=85, optimize=True)
    assert len(encode(grain, "").jpeg) < finest.tell() / 2
    assert len(encode(smooth, "").jpeg) < 20_000
    half = grain[:420, :420]
    assert len(encode(half, "").jpeg) <= _MOST_BYTES


def test_a_picture_looks_like_its_pixels(one_face):
    crop = one_face.inspection.faces[0].crop
    picture = encode(crop, "A face")
    shown = np.asarray(Image.open(io.BytesIO(picture.jpeg)))
    assert shown.shape == crop.shape == (picture.height, picture.width, 3)
    assert np.abs(shown.astype(int) - crop).mean() < 4
    assert exif_free(picture.jpeg)


def test_the_photo_is_shown_small_with_its_boxes(three_faces):
    picture = photo_picture(three_faces.inspection)
    shown = np.asarray(Image.open(io.BytesIO(picture.jpeg))).astype(int)
    plain = three_faces.inspection.photo.pixels
    x, y, _, height = three_faces.inspection.faces[1].box
    left_edge = np.abs(shown - plain)[y + 30 : y + height - 5, x - 1 : x + 2].mean()
    assert left_edge > 5 * np.abs(shown - plain)[-30:, :30].mean()
