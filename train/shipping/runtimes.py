"""Runs exported files, each by the runtime it was made for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from model.faces import CROP_SIZE
from model.sessions import count_processors

Run = Callable[[np.ndarray], np.ndarray]
"""From crops, uint8 RGB (faces, 256, 256, 3), to image logits, float32 (faces,)."""
_AT_ONCE = 16


def run_keras(network: keras.Model) -> Run:
    """Compiles a network's forward pass."""
    import tensorflow as tf

    forward = tf.function(
        lambda crops: network(tf.cast(crops, tf.float32), training=False)[:, 0],
        input_signature=[tf.TensorSpec((None, CROP_SIZE, CROP_SIZE, 3), tf.uint8)],
    )
    return lambda crops: np.concatenate([forward(part).numpy() for part in _parts(crops, _AT_ONCE)])


def run_onnx(file: Path) -> Run:
    """Opens an ONNX file with ONNX Runtime on the processor."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = count_processors()
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def run(crops: np.ndarray) -> np.ndarray:
        parts = [part.astype(np.float32) for part in _parts(crops, _AT_ONCE)]
        return np.concatenate([session.run(["logit"], {"pixels": part})[0][:, 0] for part in parts])

    return run


def run_litert(file: Path) -> Run:
    """Opens a LiteRT file, which takes one crop at a time."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(file), num_threads=count_processors())
    interpreter.allocate_tensors()
    (given,), (answer,) = interpreter.get_input_details(), interpreter.get_output_details()

    def run(crops: np.ndarray) -> np.ndarray:
        logits = np.empty(len(crops), np.float32)
        for number, part in enumerate(_parts(crops, 1)):
            interpreter.set_tensor(given["index"], part.astype(np.float32))
            interpreter.invoke()
            logits[number] = interpreter.get_tensor(answer["index"])[0, 0]
        return logits

    return run


def _parts(crops: np.ndarray, size: int) -> list[np.ndarray]:
    return [crops[start : start + size] for start in range(0, len(crops), size)]
