"""Operations that ONNX has not: one is spelled out, others are refused in words."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime
import pytest

from train.shipping.onnx_files import _spell_out_erfc, write_onnx


def test_the_exact_gelu_of_convnext_says_the_same(tmp_path: Path):
    pixels = keras.Input((256, 256, 3), name="pixels")
    x = keras.layers.Rescaling(1 / 64, offset=-2)(pixels)
    x = keras.layers.Activation(lambda x: keras.ops.gelu(x, approximate=False), name="gelu")(x)
    network = keras.Model(pixels, keras.layers.Dense(1, name="logit")(keras.layers.GlobalAveragePooling2D()(x)))
    write_onnx(network, tmp_path / "x.onnx", "float32", None)
    crops = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3)).astype(np.float32)
    session = onnxruntime.InferenceSession(tmp_path / "x.onnx")
    np.testing.assert_allclose(
        session.run(["logit"], {"pixels": crops})[0], network.predict_on_batch(crops), rtol=1e-4, atol=1e-5
    )


def test_an_operation_that_onnx_has_not_is_named(tmp_path: Path):
    make = onnx.helper.make_tensor_value_info
    node = onnx.helper.make_node("Frobnicate", ["x"], ["y"])
    graph = onnx.helper.make_graph(
        [node], "graph", [make("x", onnx.TensorProto.FLOAT, [1])], [make("y", onnx.TensorProto.FLOAT, [1])]
    )
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 15)]), tmp_path / "x.onnx")
    with pytest.raises(ValueError, match=r"can't be written as ONNX: .*Frobnicate"):
        _spell_out_erfc(tmp_path / "x.onnx")
