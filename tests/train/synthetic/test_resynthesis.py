"""Reconstructions show the same face with the traces of a decoder, and are made once."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.quickly import uncompiled
from train.crops import CropSet
from train.datasets import Sample
from train.synthetic import resynthesis as module
from train.synthetic.resynthesis import (
    DECODERS,
    HELD_OUT,
    build_autoencoder,
    load_resyntheses,
    reconstruct,
    train_autoencoder,
)


@pytest.fixture
def portraits(portrait: Callable[[str], tuple[np.ndarray, np.ndarray]]) -> CropSet:
    """Two real crops and a fake one between them."""
    crops, landmarks = zip(*(portrait(name) for name in ("astronaut", "hopper", "astronaut")), strict=True)
    samples = [Sample(f"{i}.png", "all", "train", label, str(i)) for i, label in enumerate((0, 1, 0))]
    return CropSet(np.stack(crops), samples, np.arange(3), np.stack(landmarks), [])


@pytest.fixture
def two_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Autoencoders of two steps, which are not compiled: what they are good for is another test's matter."""
    monkeypatch.setattr(module, "_STEPS", 2)
    with uncompiled():
        yield


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("side", [64, 256])
def test_every_decoder_gives_a_picture_of_the_size_it_got(decoder: str, side: int):
    assert build_autoencoder(decoder).compute_output_shape((2, side, side, 3)) == (2, side, side, 3)
    pixels = np.random.default_rng(0).uniform(0, 255, (1, 64, 64, 3)).astype(np.float32)
    assert build_autoencoder(decoder).predict(pixels, verbose=0).shape == pixels.shape


def test_another_decoder_is_refused():
    with pytest.raises(ValueError, match=r"`decoder` must be one of .* Received: decoder='diffusion'"):
        build_autoencoder("diffusion")


def test_depth_to_space_lays_four_channels_out_as_a_block():
    x = np.arange(8, dtype=np.float32).reshape(1, 1, 2, 4)
    expected = [[0, 1, 4, 5], [2, 3, 6, 7]]
    np.testing.assert_array_equal(np.asarray(module.DepthToSpace()(x))[0, ..., 0], expected)


def test_training_brings_the_reconstruction_nearer_to_the_face(portraits: CropSet):
    def error(steps: int) -> float:
        autoencoder = train_autoencoder("nearest", portraits.pixels, seed=0, steps=steps)
        return float(
            np.abs(autoencoder.predict(portraits.pixels.astype(np.float32), verbose=0) - portraits.pixels).mean()
        )

    assert error(60) < 0.5 * error(1)


def test_colours_and_shading_stay_those_of_the_face(portraits: CropSet):
    # Even an untrained decoder, whose colours are wild, changes fine detail only.
    crops = portraits.pixels
    fakes = reconstruct(build_autoencoder("bilinear"), crops)
    assert fakes.dtype == np.uint8
    for fake, crop in zip(fakes, crops, strict=True):
        difference = cv2.GaussianBlur(fake.astype(np.float32) - crop, (0, 0), 20)
        assert np.abs(difference).max() < 6
    assert np.abs(fakes.astype(int) - crops).mean() > 1


@pytest.mark.usefixtures("two_steps")
def test_only_real_faces_are_reconstructed_and_by_every_decoder_but_one(portraits: CropSet, tmp_path: Path):
    made = load_resyntheses(portraits, tmp_path, faces=5, seed=0)
    assert set(made) == set(DECODERS) - {HELD_OUT}
    for rows, pixels in made.values():
        np.testing.assert_array_equal(rows, [0, 2])
        assert pixels.shape == (2, 256, 256, 3)


@pytest.mark.usefixtures("two_steps")
def test_reconstructions_are_made_once_for_the_same_faces(
    portraits: CropSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    trained = []
    train = module.train_autoencoder
    monkeypatch.setattr(module, "train_autoencoder", lambda *a, **k: trained.append(a) or train(*a, **k))
    first = load_resyntheses(portraits, tmp_path, faces=1, seed=0)
    again = load_resyntheses(portraits, tmp_path, faces=1, seed=0)
    assert len(trained) == 4
    for name in first:
        np.testing.assert_array_equal(first[name][1], again[name][1])
    load_resyntheses(portraits.where(np.array([2])), tmp_path, faces=1, seed=0)
    assert len(trained) == 8


def test_a_full_disk_leaves_no_reconstructions_in_part(
    portraits: CropSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def trained(_: str, training: CropSet, cache: Path, *, faces: int, seed: int) -> None:
        module._folder(training, cache, faces, seed).mkdir()

    monkeypatch.setattr(module, "load_autoencoder", trained)
    monkeypatch.setattr(module, "reconstruct", lambda _, crops: crops)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Two pictures of 200 KB don't fit into a file.
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, unlimited[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            load_resyntheses(portraits, tmp_path, faces=5, seed=0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
