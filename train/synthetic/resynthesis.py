"""Fakes that are real faces sent through an autoencoder: the traces of a decoder without a change of content.

Generators leave traces of how their last layers enlarge (Odena et al. 2016, "Deconvolution and Checkerboard
Artifacts"; Zhang et al. 2019, "Detecting and Simulating Artifacts in GAN Fake Images"). A real face and its
reconstruction show the same person in the same light, so nothing but these traces tells them apart (Rajan et al. 2025,
"Aligned Datasets Improve Detection of Latent Diffusion-Generated Images"). Traces of one decoder teach little about
another's, hence several.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import keras
import numpy as np
from keras import layers
from tqdm import tqdm

from train.crops import CropSet
from train.files import save_plain_weights

HELD_OUT = "pixel_shuffle"
"""Never trained on: tells whether what was learnt carries over to a decoder that was not seen."""
FACES = 700
"""Number of faces that each autoencoder learns from and reconstructs, unless told otherwise."""
_WINDOW, _BATCH, _STEPS = 64, 16, 400
_COLOUR_SIGMA = 6.0
_RECIPE = 3
"""Raised when the networks below change, so that old reconstructions are not taken for new ones."""


Resyntheses = dict[str, tuple[np.ndarray, np.ndarray]]
"""By decoder: indices of real samples, int64 (faces,), and their reconstructions, uint8 RGB (faces, 256, 256, 3)."""


def load_resyntheses(training: CropSet, cache: Path, *, faces: int, seed: int) -> Resyntheses:
    """Gives reconstructions of real faces by every decoder but the one held out, from the cache if they are there.

    Args:
        training: The training crops; only the real ones are used.
        cache: Folder for autoencoders and reconstructions, 200 KB each.
        faces: Number of faces each decoder reconstructs, at most as many as there are.
        seed: Seed of the decoders' training and of the choice of faces.

    Returns:
        The reconstructions; the indices count in `training`.
    """
    made = {}
    for name in DECODERS:
        if name == HELD_OUT:
            continue
        folder, chosen = _folder(training, cache, faces, seed), _choose(training, name, faces, seed)
        file = folder / f"{name}.npy"
        if not file.exists():
            autoencoder = load_autoencoder(name, training, cache, faces=faces, seed=seed)
            _save(file, reconstruct(autoencoder, training.pixels[training.rows[chosen]]))
        made[name] = chosen, np.load(file, mmap_mode="r")
    return made


def load_autoencoder(decoder: str, training: CropSet, cache: Path, *, faces: int, seed: int) -> keras.Model:
    """Gives an autoencoder trained on real faces, from the cache if it is there.

    Args:
        decoder: A key of `DECODERS`.
        training: The training crops; only the real ones are used.
        cache: Folder for its weights.
        faces: Number of faces it learns from, at most as many as there are.
        seed: Seed of its training and of the choice of faces.

    Returns:
        The model, as `train_autoencoder` describes it.
    """
    folder = _folder(training, cache, faces, seed)
    file = folder / f"{decoder}.weights.h5"
    if file.exists():
        autoencoder = build_autoencoder(decoder)
        autoencoder.load_weights(file)
        return autoencoder
    crops = training.pixels[training.rows[_choose(training, decoder, faces, seed)]]
    autoencoder = train_autoencoder(decoder, crops, seed=seed + list(DECODERS).index(decoder), steps=_STEPS)
    folder.mkdir(parents=True, exist_ok=True)
    save_plain_weights(autoencoder, file)
    return autoencoder


def train_autoencoder(decoder: str, crops: np.ndarray, *, seed: int, steps: int) -> keras.Model:
    """Trains an autoencoder on windows of real faces.

    Args:
        decoder: A key of `DECODERS`.
        crops: uint8 RGB (faces, 256, 256, 3).
        seed: Seed of weights and windows.
        steps: Number of batches.

    Returns:
        A model from RGB 0..255 to RGB 0..255, (batch, height, width, 3), sides a multiple of 4.
    """
    keras.utils.set_random_seed(seed)
    model = build_autoencoder(decoder)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)), _distance)
    generator = np.random.default_rng(seed)
    for _ in tqdm(range(steps), desc=f"Training decoder {decoder}", unit="step"):
        rows = generator.integers(len(crops), size=_BATCH)
        corners = generator.integers(0, crops.shape[1] - _WINDOW + 1, (_BATCH, 2))
        windows = np.stack(
            [crops[row, y : y + _WINDOW, x : x + _WINDOW] for row, (y, x) in zip(rows, corners, strict=True)]
        ).astype(np.float32)
        model.train_on_batch(windows, windows)
    return model


def build_autoencoder(decoder: str) -> keras.Model:
    """Builds an untrained autoencoder with a quarter of the picture's side in the middle.

    Args:
        decoder: A key of `DECODERS`.

    Returns:
        A model from RGB 0..255 to RGB 0..255, (batch, height, width, 3).

    Raises:
        ValueError: If there is no decoder of that name.
    """
    if decoder not in DECODERS:
        raise ValueError(f"`decoder` must be one of {sorted(DECODERS)}. Received: decoder={decoder!r}")
    enlarge = DECODERS[decoder]
    pixels = keras.Input((None, None, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(pixels)
    for filters in (32, 48):
        x = layers.Conv2D(filters, 4, strides=2, padding="same", activation="gelu")(x)
    x = layers.Conv2D(24, 3, padding="same")(x)
    x = layers.Conv2D(48, 3, padding="same", activation="gelu")(x)
    x = layers.Activation("gelu")(enlarge(x, 32))
    x = layers.Conv2D(32, 3, padding="same", activation="gelu")(x)
    x = enlarge(x, 3)
    return keras.Model(pixels, layers.Rescaling(127.5, offset=127.5)(x), name=decoder)


def reconstruct(autoencoder: keras.Model, crops: np.ndarray) -> np.ndarray:
    """Sends crops through an autoencoder; colour and shading stay those of the crops.

    Args:
        autoencoder: What `train_autoencoder` returned.
        crops: uint8 RGB (faces, 256, 256, 3).

    Returns:
        uint8 RGB of the same shape.
    """
    originals = crops.astype(np.float32)
    pixels = autoencoder.predict(originals, batch_size=8, verbose=0)
    # After so short a training the colours are off, which would give a fake away before its traces do.
    for output, original in zip(pixels, originals, strict=True):
        output += cv2.GaussianBlur(original - output, (0, 0), _COLOUR_SIGMA)
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def _save(file: Path, pictures: np.ndarray) -> None:
    """Writes an array in full or not at all."""
    partial = file.with_name(f"partial.{file.name}")
    try:
        with partial.open("wb") as opened:
            # NumPy would say how many pictures were written, but neither where nor why no more.
            np.lib.format.write_array_header_1_0(opened, np.lib.format.header_data_from_array_1_0(pictures))
            opened.write(np.ascontiguousarray(pictures).data)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _folder(training: CropSet, cache: Path, faces: int, seed: int) -> Path:
    """Names what the autoencoders depend on."""
    names = [sample.path for sample in training.samples if not sample.label]
    key = hashlib.sha256(json.dumps([_RECIPE, names, faces, seed]).encode()).hexdigest()[:16]
    return cache / f"resynthesis-{key}"


def _choose(training: CropSet, decoder: str, faces: int, seed: int) -> np.ndarray:
    """Draws the real faces that a decoder learns from and reconstructs: indices in order."""
    reals = np.flatnonzero(training.labels == 0)
    generator = np.random.default_rng([seed, list(DECODERS).index(decoder)])
    return np.sort(generator.choice(reals, min(faces, len(reals)), replace=False))


def _distance(target: keras.KerasTensor, output: keras.KerasTensor) -> keras.KerasTensor:
    """Mean absolute difference of pixels and, weighing three times, of steps between neighbours: against blur."""
    pixels = keras.ops.mean(keras.ops.abs(target - output))
    steps = [
        keras.ops.mean(keras.ops.abs((target[:, 1:] - target[:, :-1]) - (output[:, 1:] - output[:, :-1]))),
        keras.ops.mean(keras.ops.abs((target[:, :, 1:] - target[:, :, :-1]) - (output[:, :, 1:] - output[:, :, :-1]))),
    ]
    return pixels + 3 * (steps[0] + steps[1])


def _transposed(kernel: int) -> Callable[[keras.KerasTensor, int], keras.KerasTensor]:
    return lambda x, filters: layers.Conv2DTranspose(filters, kernel, strides=2, padding="same")(x)


def _resized(interpolation: str) -> Callable[[keras.KerasTensor, int], keras.KerasTensor]:
    return lambda x, filters: layers.Conv2D(filters, 3, padding="same")(
        layers.UpSampling2D(2, interpolation=interpolation)(x)
    )


class DepthToSpace(layers.Layer):
    """Moves each group of four channels into a 2 x 2 block of pixels: Shi et al. 2016, "Sub-Pixel Convolution"."""

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Rearranges (batch, height, width, 4 n) to (batch, 2 height, 2 width, n)."""
        _, height, width, channels = keras.ops.shape(x)
        x = keras.ops.reshape(x, (-1, height, width, 2, 2, channels // 4))
        x = keras.ops.transpose(x, (0, 1, 3, 2, 4, 5))
        return keras.ops.reshape(x, (-1, 2 * height, 2 * width, channels // 4))


def _pixel_shuffle(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    return DepthToSpace()(layers.Conv2D(4 * filters, 3, padding="same")(x))


DECODERS: dict[str, Callable[[keras.KerasTensor, int], keras.KerasTensor]] = {
    "transposed_4": _transposed(4),
    "transposed_3": _transposed(3),
    "nearest": _resized("nearest"),
    "bilinear": _resized("bilinear"),
    "pixel_shuffle": _pixel_shuffle,
}
"""How a decoder doubles the side of a feature map (batch, height, width, channels), by name."""
