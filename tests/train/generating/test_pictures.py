"""Faces and curves as PNG: each file there in full or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.generating import pictures as module
from train.generating.networks import build_generator
from train.generating.pictures import generate_faces, save_curves, save_grid, save_picture

HISTORY = [
    {"epoch": 1, "faces": 10, "seconds": 3.0, "discriminator_loss": 1.5, "generator_loss": 0.2},
    {"epoch": 2, "faces": 10, "seconds": 3.0, "discriminator_loss": 1.2, "generator_loss": 0.4},
]


def test_levels_from_minus_one_to_one_become_0_to_255(monkeypatch: pytest.MonkeyPatch):
    class Known:
        def predict(self, noise: np.ndarray, **_: object) -> np.ndarray:
            return np.array([-1.0, 0.0, 1.0, 0.5])[: len(noise), None, None, None] * np.ones((1, 2, 2, 3))

    faces = generate_faces(Known(), np.zeros((4, 128), np.float32))
    assert faces.dtype == np.uint8
    assert faces[:, 0, 0, 0].tolist() == [0, 128, 255, 191]


def test_a_face_depends_on_its_noise_only():
    generator = build_generator(16)
    noise = np.random.default_rng(0).standard_normal((70, 128)).astype(np.float32)
    faces = generate_faces(generator, noise)
    assert faces.shape == (70, 16, 16, 3)
    np.testing.assert_allclose(generate_faces(generator, noise[66:]).astype(int), faces[66:], atol=1)


def test_a_grid_shows_faces_row_by_row(tmp_path: Path):
    faces = np.arange(6, dtype=np.uint8)[:, None, None, None] * 40 + np.zeros((6, 4, 4, 3), np.uint8)
    save_grid(faces, 3, tmp_path / "grid.png")
    grid = np.asarray(Image.open(tmp_path / "grid.png"))
    assert grid.shape == (8, 12, 3)
    assert grid[::4, ::4, 0].tolist() == [[0, 40, 80], [120, 160, 200]]
    assert grid[3, 7].tolist() == [40, 40, 40]


@pytest.mark.parametrize("names", [("discriminator_loss", "generator_loss"), ("reconstruction_loss", "divergence")])
def test_curves_draw_each_loss_in_a_colour_of_its_own(names: tuple[str, str], tmp_path: Path):
    renamed = dict(zip(("discriminator_loss", "generator_loss"), names, strict=True))
    history = [{renamed.get(name, name): value for name, value in row.items()} for row in HISTORY]
    save_curves(history, tmp_path / "curves.png")
    pixels = np.asarray(Image.open(tmp_path / "curves.png").convert("RGB")).astype(int)
    for colour in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)):
        assert (np.abs(pixels - colour).max(2) < 12).sum() > 100


@pytest.mark.parametrize("write", ["picture", "curves"])
def test_a_full_disk_leaves_the_file_as_it_was(write: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: object, path: Path, *__: object, **___: object) -> None:
        Path(path).write_bytes(b"half a")
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "file.png"
    path.write_bytes(b"an earlier one")
    monkeypatch.setattr(Image.Image, "save", full)
    monkeypatch.setattr(module, "save_figure", full)
    with pytest.raises(OSError, match="No space left"):
        if write == "picture":
            save_picture(np.zeros((4, 4, 3), np.uint8), path)
        else:
            save_curves(HISTORY, path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"file.png": b"an earlier one"}
