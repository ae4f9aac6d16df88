"""Generated faces as pictures, and the losses as curves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from train.plotting import COLOURS, LINES, make_axes, save_figure

_BATCH = 64


def generate_faces(generator: keras.Model, noise: np.ndarray) -> np.ndarray:
    """Makes faces.

    Args:
        generator: What `train.generating.networks.build_generator` returned, trained.
        noise: float32 (faces, 128).

    Returns:
        uint8 RGB (faces, size, size, 3).
    """
    levels = generator.predict(noise, batch_size=_BATCH, verbose=0)
    return np.rint((levels + 1) * 127.5).clip(0, 255).astype(np.uint8)


def save_grid(faces: np.ndarray, columns: int, path: Path) -> None:
    """Writes faces side by side as PNG.

    Args:
        faces: uint8 RGB (faces, size, size, 3); their number a multiple of `columns`.
        columns: Faces in a row.
        path: The file; it is there in full or not at all.
    """
    count, size = faces.shape[:2]
    grid = faces.reshape(count // columns, columns, size, size, 3).swapaxes(1, 2)
    save_picture(grid.reshape(count // columns * size, columns * size, 3), path)


def save_picture(pixels: np.ndarray, path: Path) -> None:
    """Writes a picture as PNG, in full or not at all.

    Args:
        pixels: uint8 RGB (height, width, 3).
        path: The file.
    """
    partial = path.with_name(f"partial.{path.name}")
    try:
        Image.fromarray(pixels).save(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def save_curves(history: Sequence[dict[str, float]], path: Path) -> None:
    """Draws each loss over the epochs as PNG, in full or not at all.

    Args:
        history: A row for each epoch: `epoch`, and each loss by a name that ends in "loss" or is "divergence".
        path: The file.
    """
    figure, axes = make_axes(7.0, 4.2, xlabel="epoch", ylabel="loss, mean of the epoch")
    epochs = [row["epoch"] for row in history]
    names = [name for name in history[-1] if name.endswith("_loss") or name == "divergence"]
    for name, colour, line in zip(names, COLOURS, LINES, strict=False):
        values = [row[name] for row in history]
        panel = axes.twinx() if name == "divergence" else axes
        if panel is not axes:
            panel.set_ylabel("divergence")
        panel.plot(epochs, values, color=colour, linestyle=line, marker=".", label=name.replace("_", " "))
    figure.legend(loc="outside upper center", ncols=len(names))
    axes.xaxis.get_major_locator().set_params(integer=True)
    partial = path.with_name(f"partial.{path.name}")
    try:
        save_figure(figure, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
