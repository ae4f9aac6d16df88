"""A network as a LiteRT file, once called TensorFlow Lite: for phones and small computers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from model.faces import CROP_SIZE
from train.shipping.onnx_files import FEW

# Of the operation that widens numbers: the first that takes halved ones.
_WIDENING_VERSION = 3


def write_litert(network: keras.Model, file: Path, precision: str, crops: np.ndarray | None) -> None:
    """Writes a network as LiteRT: `pixels` (1, 256, 256, 3), float32 RGB 0..255, to the logit (1, 1).

    Args:
        network: What `model.networks.build_network` or `model.ensemble.join_networks` returns.
        file: A file name that ends in `.tflite`.
        precision: "float32"; "float16" to store large weights in half the bytes; "int8" for weights and activations of
            8 bits, input and output staying float32.
        crops: Face crops that "int8" learns the ranges of the activations from, uint8 (faces, 256, 256, 3).

    Raises:
        OSError: If a disk has no room for it.
    """
    import tensorflow as tf

    # One crop at a time: with a fixed size the runtime can plan its memory and use its fast kernels.
    signature = [keras.InputSpec(shape=(1, CROP_SIZE, CROP_SIZE, 3), dtype="float32", name="pixels")]
    options = _options(precision, crops)
    try:
        network.export(file, format="litert", input_signature=signature, verbose=False, **options)
    except tf.errors.OpError as error:
        # It goes by way of the system's temporary folder, whose disk may be full.
        raise OSError(f"{file}: can't be written: {error.message}") from error
    if precision == "float16":
        _halve_weights(file)


def _options(precision: str, crops: np.ndarray | None) -> dict[str, Any]:
    import tensorflow as tf

    if precision != "int8":
        return {}

    def examples() -> Iterator[list[np.ndarray]]:
        for crop in crops:
            yield [crop[None].astype(np.float32)]

    return {"optimizations": [tf.lite.Optimize.DEFAULT], "representative_dataset": examples}


def _halve_weights(file: Path) -> None:
    """Stores large weights as float16 and widens them when the file is opened.

    The converter's own way halves all weights, which costs six times what is allowed: see `FEW`.
    """
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model(str(file))
    (graph,) = model.subgraphs
    widening = schema.OperatorCodeT()
    widening.builtinCode = widening.deprecatedBuiltinCode = schema.BuiltinOperator.DEQUANTIZE
    widening.version = _WIDENING_VERSION
    model.operatorCodes.append(widening)
    widened, emptied = [], set()
    for number, weight in enumerate(list(graph.tensors)):
        data = model.buffers[weight.buffer].data
        if weight.type != schema.TensorType.FLOAT32 or data is None or len(data) < 4 * FEW:
            continue
        stored, halved = copy.copy(weight), schema.BufferT()
        stored.type, stored.buffer = schema.TensorType.FLOAT16, len(model.buffers)
        halved.data = np.frombuffer(bytes(data), np.float32).astype(np.float16).view(np.uint8)
        emptied.add(weight.buffer)
        weight.buffer = len(model.buffers) + 1
        model.buffers += [halved, schema.BufferT()]
        operation = schema.OperatorT()
        operation.opcodeIndex = len(model.operatorCodes) - 1
        operation.inputs, operation.outputs = [len(graph.tensors)], [number]
        graph.tensors.append(stored)
        widened.append(operation)
    for number in emptied:
        model.buffers[number].data = None
    graph.operators = [*widened, *graph.operators]
    flatbuffer_utils.write_model(model, str(file))
