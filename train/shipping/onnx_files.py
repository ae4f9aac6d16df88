"""A network as an ONNX file, in full precision, with half the bytes, or in whole numbers."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np

from model.faces import CROP_SIZE

FEW = 20_000
"""Weights of fewer values keep all their bits where others are halved: those of the first layers and of one channel
each are few, and rounding them does most of the harm. Measured on lite0 with 1,567 faces, largest difference in
probability and size: 0.0065 with 1.43 MB if all are halved, 0.0008 with 1.59 MB from 10,000 values on, 0.0004 with
1.72 MB from 20,000 on. Allowed is 0.001."""


def write_onnx(network: keras.Model, file: Path, precision: str, crops: np.ndarray | None) -> None:
    """Writes a network as ONNX: `pixels` (batch, 256, 256, 3), float32 RGB 0..255, to `logit` (batch, 1).

    Args:
        network: What `model.networks.build_network` or `model.ensemble.join_networks` returns.
        file: A file name that ends in `.onnx`.
        precision: "float32"; "float16" to store large weights in half the bytes and compute as before; "int8" for
            weights and activations of 8 bits.
        crops: Face crops that "int8" learns the ranges of the activations from, uint8 (faces, 256, 256, 3).

    Raises:
        ValueError: If the network has an operation that ONNX has not.
    """
    _export(network, file)
    _spell_out_erfc(file)
    _rename(file)
    if precision == "float16":
        _halve_weights(file)
    elif precision == "int8":
        _quantise(file, crops)


def add_metadata(file: Path, metadata: dict[str, str]) -> None:
    """Writes facts about a model into its file, where runtimes and viewers show them."""
    import onnx

    model = onnx.load(file)
    onnx.helper.set_model_props(model, metadata)
    onnx.save(model, file)


def _export(network: keras.Model, file: Path) -> None:
    signature = [keras.InputSpec(shape=(None, CROP_SIZE, CROP_SIZE, 3), dtype="float32", name="pixels")]
    # It reports every step of the conversion as a warning, and as an error what is spelled out or refused afterwards.
    logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        # Keras asks NumPy for a name that it had once.
        warnings.filterwarnings("ignore", "In the future `np.object`", FutureWarning)
        network.export(file, format="onnx", input_signature=signature, verbose=False)


def _spell_out_erfc(file: Path) -> None:
    """Writes the complementary error function, which is in ConvNeXt, as 1 - erf: the converter leaves it as it is."""
    import onnx

    model = onnx.load(file)
    nodes = []
    for node in model.graph.node:
        if node.op_type != "Erfc":
            nodes.append(node)
            continue
        (given,), (answer,) = node.input, node.output
        nodes.append(onnx.helper.make_node("Erf", [given], [f"{answer}_erf"]))
        nodes.append(onnx.helper.make_node("Sub", ["erfc_one", f"{answer}_erf"], [answer]))
    if len(nodes) > len(model.graph.node):
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.float32(1), "erfc_one"))
        del model.graph.node[:]
        model.graph.node.extend(nodes)
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(f"this network can't be written as ONNX: {reason}. LiteRT may take it") from error
    onnx.save(model, file)


def _rename(file: Path) -> None:
    """Gives output and batch their names; the converter calls them `Identity:0` and `unk__423`."""
    import onnx
    from onnx.tools import update_model_dims

    model = onnx.load(file)
    given, old = model.graph.input[0].name, model.graph.output[0].name
    for node in model.graph.node:
        for names in (node.input, node.output):
            names[:] = ["logit" if name == old else name for name in names]
    model.graph.output[0].name = "logit"
    shapes = {given: ["batch", CROP_SIZE, CROP_SIZE, 3]}, {"logit": ["batch", 1]}
    onnx.save(update_model_dims.update_inputs_outputs_dims(model, *shapes), file)


def _halve_weights(file: Path) -> None:
    """Stores large weights as float16 and widens them when the file is opened.

    ONNX Runtime's own conversion computes in float16 too. On two cores it took 1.6 times as long as float32, this 0.9
    times, and it was less exact.
    """
    import onnx

    model = onnx.load(file)
    kept, widened = [], []
    for weight in model.graph.initializer:
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < FEW:
            kept.append(weight)
            continue
        stored = f"{weight.name}_float16"
        kept.append(onnx.numpy_helper.from_array(values.astype(np.float16), stored))
        widened.append(onnx.helper.make_node("Cast", [stored], [weight.name], to=onnx.TensorProto.FLOAT))
    nodes = [*widened, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def _quantise(file: Path, crops: np.ndarray) -> None:
    """Replaces weights and activations by 8-bit numbers: post-training static quantisation, one scale a channel."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Crops(CalibrationDataReader):
        def __init__(self) -> None:
            self._left: Iterator[np.ndarray] = iter(crops)

        def get_next(self) -> dict[str, np.ndarray] | None:
            crop = next(self._left, None)
            return None if crop is None else {"pixels": crop[None].astype(np.float32)}

    prepared = file.with_name(f"prepared-{file.name}")
    try:
        quant_pre_process(file, prepared, skip_symbolic_shape=True)
        # It recommends the step above even after it.
        logging.getLogger().addFilter(_no_advice)
        quantize_static(
            prepared,
            file,
            Crops(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
    finally:
        logging.getLogger().removeFilter(_no_advice)
        prepared.unlink(missing_ok=True)


def _no_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()
