"""Changes through which a gradient passes: Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GANs".

With a few thousand faces a discriminator learns them by heart. It therefore sees real and generated faces only after
random changes, and the generator learns through them.
"""

from __future__ import annotations

import keras
from keras import ops

NUMBERS = 7
"""How many random numbers, 0..1, the changes of one picture take."""
_SHIFT = 1 / 8
_HOLE = 1 / 2


def change(pictures: keras.KerasTensor, chance: keras.KerasTensor) -> keras.KerasTensor:
    """Changes brightness, saturation and contrast, shifts by up to an eighth, and blanks a quarter of the picture.

    Args:
        pictures: (batch, size, size, 3), -1..1.
        chance: (batch, 7), 0..1: what decides each picture's changes.

    Returns:
        Pictures of the same shape.
    """
    numbers = [chance[:, at, None, None, None] for at in range(3)]
    size = pictures.shape[1]
    pictures = pictures + (numbers[0] - 0.5)
    pictures = _spread(pictures, 3, 2 * numbers[1])
    pictures = _spread(pictures, (1, 2, 3), numbers[2] + 0.5)
    rows, columns = (_selection(chance[:, at], size) for at in (3, 4))
    pictures = ops.einsum("bij,bjwc->biwc", rows, pictures)
    pictures = ops.einsum("bij,bhjc->bhic", columns, pictures)
    rows, columns = (_inside_hole(chance[:, at], size) for at in (5, 6))
    return pictures * (1 - rows[:, :, None, None] * columns[:, None, :, None])


def _spread(pictures: keras.KerasTensor, axes: int | tuple[int, ...], factor: keras.KerasTensor) -> keras.KerasTensor:
    """Moves values away from their mean, or towards it."""
    mean = ops.mean(pictures, axes, keepdims=True)
    return mean + (pictures - mean) * factor


def _selection(chance: keras.KerasTensor, size: int) -> keras.KerasTensor:
    """Matrices (batch, size, size) that shift by whole pixels; what comes in from outside is 0, middle grey."""
    most = round(size * _SHIFT)
    shift = ops.floor(chance * (2 * most + 1)) - most
    at = ops.arange(size, dtype="float32")
    return ops.cast(ops.equal(at[None, :, None] + shift[:, None, None], at[None, None, :]), "float32")


def _inside_hole(chance: keras.KerasTensor, size: int) -> keras.KerasTensor:
    """(batch, size): 1 inside a hole of half the side, whose middle lies anywhere in the picture."""
    middle = ops.floor(chance * (size + 1))
    return ops.cast(ops.abs(ops.arange(size, dtype="float32") + 0.5 - middle[:, None]) < size * _HOLE / 2, "float32")
