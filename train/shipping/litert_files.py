"""A network as a LiteRT file, once called TensorFlow Lite: for phones and small computers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from model.faces import CROP_SIZE


def write_litert(network: keras.Model, file: Path, precision: str, crops: np.ndarray | None) -> None:
    """Writes a network as LiteRT: `pixels` (1, 256, 256, 3), float32 RGB 0..255, to the logit (1, 1).

    Args:
        network: What `model.networks.build_network` or `model.ensemble.join_networks` returns.
        file: A file name that ends in `.tflite`.
        precision: "float32"; "float16" to store the weights in half the bytes; "int8" for weights and activations of 8
            bits, input and output staying float32.
        crops: Face crops that "int8" learns the ranges of the activations from, uint8 (faces, 256, 256, 3).
    """
    # One crop at a time: with a fixed size the runtime can plan its memory and use its fast kernels.
    signature = [keras.InputSpec(shape=(1, CROP_SIZE, CROP_SIZE, 3), dtype="float32", name="pixels")]
    options = _options(precision, crops)
    network.export(file, format="litert", input_signature=signature, verbose=False, **options)


def _options(precision: str, crops: np.ndarray | None) -> dict[str, Any]:
    import tensorflow as tf

    if precision == "float32":
        return {}
    if precision == "float16":
        return {"optimizations": [tf.lite.Optimize.DEFAULT], "target_spec": {"supported_types": [tf.float16]}}

    def examples() -> Iterator[list[np.ndarray]]:
        for crop in crops:
            yield [crop[None].astype(np.float32)]

    return {"optimizations": [tf.lite.Optimize.DEFAULT], "representative_dataset": examples}
