"""Crops are cut once, kept, never mixed up, and are the very pixels that the page would score."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model import Face, Photo, crop_face, find_faces, read_photo
from train import crops as module
from train.crops import MainFace, crop_main_face, load_crops
from train.datasets import DataError, Sample, read_samples


@pytest.fixture
def data(tmp_path: Path, examples: Path) -> Path:
    """Two reals, two fakes, a file that is no picture and a picture without a face."""
    data = tmp_path / "data"
    for name, place in {
        "astronaut": "train/real/a.jpg",
        "astronaut_face_swap": "train/fake/a.jpg",
        "hopper": "validation/real/h.jpg",
        "hopper_self_blend": "validation/fake/h.jpg",
        "cat": "train/real/cat.jpg",
    }.items():
        (data / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(examples / f"{name}.jpg", data / place)
    (data / "train/fake/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return data


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the pictures that a face was searched in."""
    names = []

    def counted(path: Path) -> MainFace | str:
        names.append(path.name)
        return crop_main_face(path)

    monkeypatch.setattr(module, "crop_main_face", counted)
    return names


def test_each_sample_gets_the_crop_of_its_own_picture(data: Path, tmp_path: Path):
    crops = load_crops(data, read_samples(data), tmp_path / "cache")
    assert [sample.path for sample in crops.samples] == [
        "train/fake/a.jpg",
        "train/real/a.jpg",
        "validation/fake/h.jpg",
        "validation/real/h.jpg",
    ]
    assert crops.labels.tolist() == [1, 0, 1, 0]
    for sample, row, landmarks in zip(crops.samples, crops.rows, crops.landmarks, strict=True):
        expected = crop_main_face(data / sample.path)
        np.testing.assert_array_equal(crops.pixels[row], expected.pixels)
        np.testing.assert_allclose(landmarks, expected.landmarks, atol=0.01)


def test_unreadable_and_faceless_pictures_are_listed_and_left_out(data: Path, tmp_path: Path):
    crops = load_crops(data, read_samples(data), tmp_path / "cache")
    reasons = dict(crops.skipped)
    assert reasons.keys() == {"train/fake/broken.png", "train/real/cat.jpg"}
    assert reasons["train/real/cat.jpg"] == "No face was found."
    assert "can't be read" in reasons["train/fake/broken.png"] or "not a photo" in reasons["train/fake/broken.png"]


def test_the_second_call_searches_no_faces(data: Path, tmp_path: Path, searched: list[str]):
    first = load_crops(data, read_samples(data), tmp_path / "cache")
    assert len(searched) == 6
    second = load_crops(data, read_samples(data), tmp_path / "cache")
    assert len(searched) == 6
    np.testing.assert_array_equal(first.pixels, second.pixels)
    np.testing.assert_array_equal(first.landmarks, second.landmarks)
    assert (first.samples, first.skipped) == (second.samples, second.skipped)


def test_a_data_set_that_moved_keeps_its_crops(data: Path, tmp_path: Path, searched: list[str]):
    load_crops(data, read_samples(data), tmp_path / "cache")
    moved = data.rename(tmp_path / "moved")
    load_crops(moved, read_samples(moved), tmp_path / "cache")
    assert len(searched) == 6


def test_a_replaced_picture_gets_a_new_crop(data: Path, tmp_path: Path, examples: Path):
    load_crops(data, read_samples(data), tmp_path / "cache")
    shutil.copy(examples / "hopper.jpg", data / "train/real/a.jpg")
    crops = load_crops(data, read_samples(data), tmp_path / "cache")
    np.testing.assert_array_equal(crops.pixels[crops.rows[1]], crop_main_face(examples / "hopper.jpg").pixels)


def test_a_replaced_picture_of_the_same_size_in_bytes_gets_a_new_crop(data: Path, tmp_path: Path, examples: Path):
    size = 2**18
    place = data / "train/real/a.jpg"
    # What stands behind the end of a JPEG is ignored.
    place.write_bytes((examples / "astronaut.jpg").read_bytes().ljust(size, b"\0"))
    load_crops(data, read_samples(data), tmp_path / "cache")
    place.write_bytes((examples / "hopper.jpg").read_bytes().ljust(size, b"\0"))
    crops = load_crops(data, read_samples(data), tmp_path / "cache")
    np.testing.assert_array_equal(crops.pixels[crops.rows[1]], crop_main_face(examples / "hopper.jpg").pixels)


def test_other_settings_get_other_crops(
    data: Path, tmp_path: Path, searched: list[str], monkeypatch: pytest.MonkeyPatch
):
    load_crops(data, read_samples(data), tmp_path / "cache")
    monkeypatch.setattr(module, "CROP_MARGIN", 1.5)
    load_crops(data, read_samples(data), tmp_path / "cache")
    assert len(searched) == 12


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_nothing_half_written(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
):
    done = []

    def interrupted(path: Path) -> MainFace | str:
        done.append(path)
        if len(done) > 2:
            raise interruption
        return crop_main_face(path)

    cache = tmp_path / "cache"
    with monkeypatch.context() as patch:
        patch.setattr(module, "crop_main_face", interrupted)
        with pytest.raises(interruption):
            load_crops(data, read_samples(data), cache)
    assert list(cache.iterdir()) == []
    assert len(load_crops(data, read_samples(data), cache).samples) == 4


def test_what_an_earlier_crash_left_behind_does_no_harm(data: Path, tmp_path: Path):
    cache = tmp_path / "cache"
    load_crops(data, read_samples(data), cache)
    (folder,) = cache.iterdir()
    folder.rename(folder.with_suffix(".partial"))  # a power cut just before the renaming
    (cache / f"{folder.name}.partial" / "crops.csv").write_text("path,lan")
    assert len(load_crops(data, read_samples(data), cache).samples) == 4


def test_data_without_any_face_is_refused(tmp_path: Path, examples: Path):
    data = tmp_path / "data"
    for label in ("real", "fake"):
        (data / label).mkdir(parents=True)
        for number in range(2):
            shutil.copy(examples / "cat.jpg", data / label / f"{number}.jpg")
    with pytest.raises(DataError) as caught:
        load_crops(data, read_samples(data), tmp_path / "cache")
    assert str(caught.value) == f"{data}: none of the 4 pictures shows a face that can be found"


def test_a_selection_keeps_rows_labels_and_landmarks_together(data: Path, tmp_path: Path):
    crops = load_crops(data, read_samples(data), tmp_path / "cache")
    part = crops.select("validation")
    assert [sample.path for sample in part.samples] == ["validation/fake/h.jpg", "validation/real/h.jpg"]
    assert part.labels.tolist() == [1, 0]
    assert part.sources.tolist() == ["all", "all"]
    for i, sample in enumerate(part.samples):
        expected = crop_main_face(data / sample.path)
        np.testing.assert_array_equal(part.pixels[part.rows[i]], expected.pixels)
        np.testing.assert_allclose(part.landmarks[i], expected.landmarks, atol=0.01)


def test_of_several_faces_the_largest_counts(examples: Path, example_faces: Callable[[str], list[Face]]):
    # Hopper in the middle: neither the first nor the last.
    photo = read_photo(examples / "three_faces.jpg")
    expected, _ = crop_face(photo, example_faces("three_faces")[1])
    np.testing.assert_array_equal(crop_main_face(examples / "three_faces.jpg").pixels, expected)


def test_landmarks_of_the_crop_lie_on_the_features(examples: Path, example_faces: Callable[[str], list[Face]]):
    face = example_faces("astronaut")[0]
    found = crop_main_face(examples / "astronaut.jpg")
    _, crop_to_photo = crop_face(read_photo(examples / "astronaut.jpg"), face)
    # Back to the photo with the map that the page uses.
    there = found.landmarks @ crop_to_photo[:, :2].T + crop_to_photo[:, 2]
    np.testing.assert_allclose(there, face.landmarks, atol=1e-6)


def wrappings(photo: Photo, folder: Path) -> list[Path]:
    """One portrait as different phones and programs would store it."""
    upright = Image.fromarray(photo.pixels)
    exif = Image.Exif()
    exif[0x0112] = 6
    files = {
        "plain.jpg": (upright, {"quality": 90}),
        "turned.jpg": (upright.rotate(90, expand=True), {"quality": 90, "exif": exif}),
        "inks.jpg": (upright.convert("CMYK"), {"quality": 90}),
        "grey.jpg": (upright.convert("L"), {"quality": 90}),
        "palette.png": (upright.quantize(256), {}),
        "alpha.webp": (upright.convert("RGBA"), {"lossless": True}),
        "large.jpg": (upright.resize((1100, 1300), Image.Resampling.BICUBIC), {"quality": 90}),
    }
    for name, (picture, options) in files.items():
        picture.save(folder / name, **options)
    return [folder / name for name in files]


def test_training_and_serving_see_the_same_pixels(tmp_path: Path, example_photo: Callable[[str], Photo]):
    data = tmp_path / "data"
    for label in ("real", "fake"):
        (data / label).mkdir(parents=True)
    (real, *_), fakes = (
        wrappings(example_photo("hopper"), data / "real"),
        wrappings(example_photo("hopper"), data / "fake"),
    )
    assert real.exists()
    crops = load_crops(data, read_samples(data), tmp_path / "cache")
    assert crops.skipped == []
    assert len(crops.samples) == 2 * len(fakes)
    for sample, row in zip(crops.samples, crops.rows, strict=True):
        # What the page does with an upload: bytes of unknown origin.
        photo = read_photo((data / sample.path).read_bytes())
        face = max(find_faces(photo), key=lambda face: face.box[2] * face.box[3])
        crop, _ = crop_face(photo, face)
        assert crop.dtype == crops.pixels.dtype == np.uint8
        np.testing.assert_array_equal(crops.pixels[row], crop)


def test_training_and_serving_give_the_same_logits(data: Path, tmp_path: Path):
    from model.calibration import Calibration
    from model.detector import Detector
    from model.networks import build_network
    from train.batches import predict_logits
    from train.imagenet import load_imagenet_weights

    network = build_network("lite0")
    load_imagenet_weights(network)
    head = network.get_layer("patch_logits")
    head.set_weights([np.random.default_rng(0).normal(0, 0.1, (1, 1, 112, 1)), np.zeros(1)])
    crops = load_crops(data, read_samples(data), tmp_path / "cache")
    detector = Detector(network, Calibration(1.0, 0.3, 0.7), {})
    serving = detector.logits(np.stack([crop_main_face(data / sample.path).pixels for sample in crops.samples]))
    np.testing.assert_allclose(predict_logits(network, crops), serving, atol=1e-4)
    assert np.ptp(serving) > 0.01


def test_samples_without_files_are_an_error_not_a_row(tmp_path: Path):
    with pytest.raises(OSError):
        load_crops(tmp_path, [Sample("real/gone.jpg", "all", "train", 0, "g")], tmp_path / "cache")
