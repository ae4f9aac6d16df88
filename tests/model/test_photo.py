"""Every picture that people really have comes out as the upright 8-bit RGB they see."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from model import Photo, read_photo
from tests.model.pictures import as_stored, colourful, distance, encode, srgb_profile, swapped_profile


def same_colours(photo: Photo, expected: np.ndarray, *, within: float = 1.0) -> bool:
    return photo.pixels.dtype == np.uint8 and distance(photo.pixels, expected) <= within


def test_path_bytes_and_file_object_give_the_same_photo(tmp_path: Path):
    data = encode(colourful(), "PNG")
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    with path.open("rb") as file:
        photos = [read_photo(source) for source in (path, str(path), data, bytearray(data), io.BytesIO(data), file)]
    for photo in photos:
        np.testing.assert_array_equal(photo.pixels, colourful())
        assert photo.pixels.dtype == np.uint8
        assert photo.notes == ()
        assert photo.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("kind, options", [("JPEG", {"quality": 95}), ("PNG", {}), ("WEBP", {"lossless": True})])
def test_each_format_gives_rgb_in_this_order_and_no_note(kind: str, options: dict):
    photo = read_photo(encode(colourful(), kind, **options))
    assert same_colours(photo, colourful(), within=1.5)
    assert photo.notes == ()


def test_a_photo_is_not_named_by_its_extension(tmp_path: Path):
    path = tmp_path / "photo.txt"
    path.write_bytes(encode(colourful(), "PNG"))
    np.testing.assert_array_equal(read_photo(path).pixels, colourful())


@pytest.mark.parametrize("kind, options", [("JPEG", {"quality": 95}), ("PNG", {}), ("WEBP", {"lossless": True})])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_exif_orientations_give_the_same_upright_picture(orientation: int, kind: str, options: dict):
    upright = colourful()
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = read_photo(encode(as_stored(upright, orientation), kind, exif=exif, **options))
    assert same_colours(photo, upright, within=1.5)
    assert photo.notes == ()
    assert photo.pixels.flags["C_CONTIGUOUS"]  # a turned view would break OpenCV


@pytest.mark.filterwarnings("ignore")  # Pillow tells of corrupt EXIF by warnings
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0rubbish rubbish",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x05\0\0\0\x01\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0\0\0\0\0",
    ],
    ids=["empty", "rubbish", "endless directory", "value outside the file", "orientation nine"],
)
def test_a_photo_with_broken_exif_is_read_all_the_same(exif: bytes):
    assert same_colours(read_photo(encode(colourful(), "JPEG", quality=95, exif=exif)), colourful(), within=1.5)


def test_a_cmyk_jpeg_gives_nearly_the_colours_of_its_rgb_twin():
    picture = Image.fromarray(colourful())
    twin = read_photo(encode(picture, "JPEG", quality=95)).pixels
    # Inverted inks, the classic mistake, would be about 100 levels away.
    assert same_colours(read_photo(encode(picture.convert("CMYK"), "JPEG", quality=95)), twin, within=3)


def test_sixteen_bit_grey_is_scaled_not_clipped():
    levels = np.linspace(0, 65535, 64 * 96).round().astype(np.uint16).reshape(64, 96)
    photo = read_photo(encode(Image.fromarray(levels), "PNG"))
    # 65535 is white, so 257 levels of sixteen bits make one of eight.
    np.testing.assert_array_equal(photo.pixels, np.repeat(np.rint(levels / 257)[..., None], 3, axis=2))
    assert any("no colour" in note for note in photo.notes)


@pytest.mark.parametrize("channels", [3, 4])
def test_sixteen_bit_colour_gives_the_colours_of_its_eight_bit_twin(channels: int):
    deep = colourful().astype(np.uint16) * 257
    if channels == 4:
        deep = np.dstack([deep, np.full(deep.shape[:2], 65535, np.uint16)])
    code = cv2.COLOR_RGB2BGR if channels == 3 else cv2.COLOR_RGBA2BGRA
    data = cv2.imencode(".png", cv2.cvtColor(deep, code))[1].tobytes()
    assert same_colours(read_photo(data), colourful())


def test_a_palette_picture_has_its_colours_not_its_indices():
    picture = Image.fromarray(colourful()).quantize(64)
    photo = read_photo(encode(picture, "PNG"))
    np.testing.assert_array_equal(photo.pixels, np.asarray(picture.convert("RGB")))
    assert same_colours(photo, colourful(), within=8)


def test_the_transparent_colour_of_a_palette_is_white():
    picture = Image.new("P", (40, 40), 1)
    picture.putpalette([255, 0, 0, 0, 0, 200])
    picture.paste(0, (0, 0, 20, 40))
    photo = read_photo(encode(picture, "PNG", transparency=0))
    assert (photo.pixels[:, :20] == 255).all()
    assert (photo.pixels[:, 20:] == (0, 0, 200)).all()
    assert any("white" in note for note in photo.notes)


def test_the_transparent_colour_of_an_rgb_png_is_white():
    pixels = np.full((40, 40, 3), (0, 0, 200), np.uint8)
    pixels[:, :20] = (255, 0, 0)
    photo = read_photo(encode(pixels, "PNG", transparency=(255, 0, 0)))
    assert (photo.pixels[:, :20] == 255).all()
    assert (photo.pixels[:, 20:] == (0, 0, 200)).all()


@pytest.mark.parametrize("kind, options", [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})])
def test_transparency_is_laid_over_white(kind: str, options: dict):
    pixels = np.full((40, 60, 4), (200, 40, 0, 255), np.uint8)
    pixels[:, 20:40, 3] = 128
    pixels[:, 40:, 3] = 0
    photo = read_photo(encode(pixels, kind, **options))
    half = 128 / 255
    mixed = np.array([200, 40, 0]) * half + 255 * (1 - half)
    np.testing.assert_allclose(photo.pixels[:, :20], np.broadcast_to([200, 40, 0], (40, 20, 3)), atol=1)
    np.testing.assert_allclose(photo.pixels[:, 20:40], np.broadcast_to(mixed, (40, 20, 3)), atol=1)
    # Hidden pixels stay hidden.
    assert (photo.pixels[:, 40:] == 255).all()
    assert any("white" in note for note in photo.notes)


def test_grey_with_transparency_is_laid_over_white_and_noted_as_grey():
    pixels = np.dstack([np.full((40, 40), 60, np.uint8), np.zeros((40, 40), np.uint8)])
    pixels[:20, :, 1] = 255
    photo = read_photo(encode(Image.fromarray(pixels, "LA"), "PNG"))
    assert (photo.pixels[:20] == 60).all()
    assert (photo.pixels[20:] == 255).all()
    assert any("no colour" in note for note in photo.notes)


def test_an_opaque_alpha_channel_is_not_called_transparent():
    pixels = np.dstack([colourful(), np.full((64, 96), 255, np.uint8)])
    photo = read_photo(encode(pixels, "PNG"))
    np.testing.assert_array_equal(photo.pixels, colourful())
    assert photo.notes == ()


@pytest.mark.parametrize("kind, mode", [("JPEG", "L"), ("PNG", "L"), ("PNG", "1")])
def test_a_grey_picture_gets_three_equal_channels_and_a_note(kind: str, mode: str):
    picture = Image.fromarray(colourful()).convert(mode)
    photo = read_photo(encode(picture, kind))
    assert same_colours(photo, np.asarray(picture.convert("RGB")), within=1.5)
    assert (photo.pixels == photo.pixels[..., :1]).all()
    assert any("no colour" in note for note in photo.notes)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_only_the_first_frame_of_an_animation_is_read_and_a_note_says_so(kind: str):
    frames = [Image.new("RGB", (48, 40), colour) for colour in ("red", "blue")]
    photo = read_photo(encode(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert photo.pixels.shape == (40, 48, 3)
    np.testing.assert_allclose(photo.pixels[20, 20], (255, 0, 0), atol=3)
    assert any("first frame" in note for note in photo.notes)


def test_a_phone_photo_that_carries_a_second_picture_is_not_called_animated():
    # Phones put depth maps and brightness maps behind the photo: the Multi-Picture Format, still a JPEG.
    picture = Image.fromarray(colourful())
    photo = read_photo(encode(picture, "MPO", quality=95, save_all=True, append_images=[picture.resize((48, 32))]))
    assert same_colours(photo, colourful(), within=1.5)
    assert photo.notes == ()


@pytest.mark.parametrize(
    "kind, mode", [("JPEG", "RGB"), ("PNG", "RGB"), ("WEBP", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGBA"), ("PNG", "P")]
)
def test_a_colour_profile_changes_the_colours_to_those_meant(kind: str, mode: str):
    stored = Image.new("RGB", (48, 48), (204, 51, 0))  # one of the colours of the web palette
    options = {"JPEG": {"quality": 95}, "WEBP": {"lossless": True}}.get(kind, {})
    photo = read_photo(encode(stored.convert(mode), kind, icc_profile=swapped_profile(), **options))
    np.testing.assert_allclose(photo.pixels[24, 24], (0, 51, 204), atol=4)


def test_the_profile_of_srgb_leaves_the_colours_alone():
    assert same_colours(read_photo(encode(colourful(), "PNG", icc_profile=srgb_profile())), colourful())


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
@pytest.mark.parametrize("profile", [b"rubbish" * 40, srgb_profile()[:200], b""], ids=["rubbish", "cut short", "empty"])
def test_a_broken_colour_profile_is_ignored(mode: str, profile: bytes):
    picture = Image.fromarray(colourful()).convert(mode)
    photo = read_photo(encode(picture, "JPEG", quality=95, icc_profile=profile))
    assert same_colours(photo, np.asarray(picture.convert("RGB")), within=3)


def test_a_colour_profile_of_another_kind_of_picture_is_ignored():
    photo = read_photo(
        encode(Image.fromarray(colourful()).convert("CMYK"), "JPEG", quality=95, icc_profile=srgb_profile())
    )
    assert same_colours(photo, colourful(), within=3)
    assert any("profile" in note for note in photo.notes)


def test_the_same_file_gives_the_same_pixels_twice(examples: Path):
    data = (examples / "hopper.jpg").read_bytes()
    first, second = read_photo(data), read_photo(data)
    np.testing.assert_array_equal(first.pixels, second.pixels)
    assert first.sha256 == second.sha256
