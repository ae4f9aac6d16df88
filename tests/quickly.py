"""What takes most of the time of a small computation and can be left out where it is no matter."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import IO

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image


@contextlib.contextmanager
def uncompiled() -> Iterator[None]:
    """Computes step by step: for a few batches, compiling a network takes many times as long as the network."""
    import tensorflow

    tensorflow.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tensorflow.config.run_functions_eagerly(False)


@contextlib.contextmanager
def undrawn() -> Iterator[None]:
    """Writes noise in place of every plot: to draw curves takes longer than the epoch that they show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", _save_noise)
        yield


def _save_noise(figure: Figure, file: IO[bytes], **options: object) -> None:
    # About as many bytes as a plot has: what still fits on a full disk depends on that.
    noise = np.random.default_rng(0).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file, "PNG")
