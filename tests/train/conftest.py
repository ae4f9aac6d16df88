"""Data sets that fit into a second: files without content, crops without photos, and a few true portraits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from model import Face, Photo, crop_face
from model.networks import NETWORKS
from tests.quickly import uncompiled, undrawn
from tests.train.tiny import build_tiny
from train.crops import CropSet, load_crops
from train.datasets import Sample, read_samples


@pytest.fixture
def touch(tmp_path: Path) -> Callable[..., Path]:
    """Makes files below a new data folder and gives that folder; labels never need the content."""

    def make(*names: str) -> Path:
        data = tmp_path / "data"
        for name in names:
            path = data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"picture")
        return data

    return make


@pytest.fixture
def make_crops() -> Callable[[Sequence[tuple[str, int, int]]], CropSet]:
    """Makes crops of one flat colour each from (source, label, how many): the level is the row, 10 apart."""

    def make(groups: Sequence[tuple[str, int, int]]) -> CropSet:
        samples = [
            Sample(f"{source}/{label}/{i}.jpg", source, "train", label, f"{source}/{label}/{i}")
            for source, label, count in groups
            for i in range(count)
        ]
        rows = np.arange(len(samples))
        pixels = np.empty((len(samples), 256, 256, 3), np.uint8)
        pixels[:] = (rows % 25 * 10)[:, None, None, None]
        landmarks = np.tile(
            np.array([[95, 105], [160, 105], [128, 145], [100, 175], [155, 175]], np.float32), (len(rows), 1, 1)
        )
        return CropSet(pixels, samples, rows, landmarks, [])

    return make


@pytest.fixture(scope="session")
def portrait(
    example_photo: Callable[[str], Photo], example_faces: Callable[[str], list[Face]]
) -> Callable[[str], tuple[np.ndarray, np.ndarray]]:
    """Gives crop and landmarks (in crop pixels) of a real face of the examples."""

    def get(name: str) -> tuple[np.ndarray, np.ndarray]:
        face = example_faces(name)[0]
        crop, crop_to_photo = crop_face(example_photo(name), face)
        return crop, (face.landmarks - crop_to_photo[:, 2]) / np.diag(crop_to_photo[:, :2])

    return get


@pytest.fixture(scope="session")
def faces_data(tmp_path_factory: pytest.TempPathFactory, example_photo: Callable[[str], Photo]) -> Path:
    """Two sources of twelve portraits each, half of them fake: striped, as no photo ever is.

    One file is no picture and one shows no face.
    """
    data = tmp_path_factory.mktemp("faces")
    generator = np.random.default_rng(0)
    for source, name, (left, top, side) in (("space", "astronaut", (110, 10, 230)), ("navy", "hopper", (90, 40, 350))):
        photo = example_photo(name).pixels
        for number in range(12):
            shift = generator.integers(-8, 9, 2)
            matrix = cv2.getRotationMatrix2D((left + side / 2, top + side / 2), generator.uniform(-6, 6), 240 / side)
            matrix[:, 2] += 120 - np.array([left + side / 2, top + side / 2]) + shift
            picture = cv2.warpAffine(photo, matrix, (240, 240), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
            fake = number % 2
            if fake:
                stripes = 25 * (np.indices(picture.shape).sum(0) // 4 % 2)
                picture = np.clip(picture.astype(int) + stripes - 12, 0, 255).astype(np.uint8)
            folder = data / source / ("train" if number < 8 else "validation") / ("fake" if fake else "real")
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(folder / f"{number}.png")
    (data / "space" / "train" / "real" / "letter.jpg").write_text("Dear aunt")
    Image.new("RGB", (80, 80), "green").save(data / "space" / "train" / "fake" / "lawn.png")
    return data


@pytest.fixture(scope="session")
def faces_cache(tmp_path_factory: pytest.TempPathFactory, faces_data: Path) -> Path:
    """A cache that already has the crops of `faces_data`."""
    cache = tmp_path_factory.mktemp("cache")
    load_crops(faces_data, read_samples(faces_data), cache)
    return cache


@pytest.fixture(scope="session")
def tiny_network() -> Iterator[str]:
    """Name of a network of a few numbers, for tests of what happens around a network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(NETWORKS, "tiny", build_tiny)
        yield "tiny"


@pytest.fixture(scope="module")
def eager() -> Iterator[None]:
    """Trains a few batches without compiling anything, which would take most of the time."""
    with uncompiled():
        yield


@pytest.fixture
def undrawn_plots() -> Iterator[None]:
    """Writes noise in place of plots, where a test is about something else."""
    with undrawn():
        yield
