"""Writes the three networks of the face search as ONNX: `python -m train.shipping.search_networks`.

The face search is MTCNN (Zhang et al. 2016, "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional
Networks"). Its weights lie in the package `mtcnn` (MIT), as pickles for networks that run on TensorFlow; what page and
command line load are these files, by ONNX Runtime. Written again, they have the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from mtcnn.utils.tensorflow import load_weights
from onnx import TensorProto, helper, numpy_helper

from model.cascade.networks import FOLDER

# Any ONNX Runtime since 2021 reads these.
_OPSET, _FORMAT = 15, 8
# By network: the package's file, the side of its patches, the blocks of a convolution, a PReLU and perhaps a pooling
# (its side and padding), and the heads in the order of their weights.
_SAME, _VALID = "SAME_UPPER", "VALID"
_WIDTHS = {"offsets": 4, "landmarks": 10, "scores": 2}
_NETWORKS = {
    "proposal": ("pnet.lz4", None, [(2, _SAME), None, None], ("offsets", "scores")),
    "refinement": ("rnet.lz4", 24, [(3, _SAME), (3, _VALID), None], ("offsets", "scores")),
    "output": ("onet.lz4", 48, [(3, _SAME), (3, _VALID), (2, _SAME), None], ("offsets", "landmarks", "scores")),
}


def write_networks(folder: Path = FOLDER) -> dict[str, str]:
    """Writes `proposal.onnx`, `refinement.onnx` and `output.onnx`.

    Args:
        folder: Where to.

    Returns:
        By name of the network the sha256 of its file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digests = {}
    for name in _NETWORKS:
        data = build_network(name).SerializeToString(deterministic=True)
        (folder / f"{name}.onnx").write_bytes(data)
        digests[name] = hashlib.sha256(data).hexdigest()
    return digests


def build_network(name: str) -> onnx.ModelProto:
    """Builds one of the networks with the weights of the package.

    Args:
        name: "proposal", "refinement" or "output".

    Returns:
        A network from `pixels`, float32 (pictures, rows, columns, 3), RGB as (grey - 127.5) / 128, to `offsets`,
        `scores` and, of the last network, `landmarks`: maps (pictures, rows, columns, numbers) of the first one, rows
        of numbers of the others.
    """
    file, side, blocks, heads = _NETWORKS[name]
    graph = _Graph(iter(load_weights(file)))
    flow = graph.add("Transpose", ["pixels"], perm=[0, 3, 1, 2])
    for pooling in blocks:
        flow = graph.prelu(graph.convolution(flow), (-1, 1, 1))
        if pooling:
            length, padding = pooling
            flow = graph.add("MaxPool", [flow], kernel_shape=[length] * 2, strides=[2, 2], auto_pad=padding)
    if side:
        # Columns before rows, as in the network these weights were made for.
        flow = graph.add("Flatten", [graph.add("Transpose", [flow], perm=[0, 3, 2, 1])])
        flow = graph.prelu(graph.dense(flow), (-1,))
    for head in heads:
        layer = graph.dense(flow) if side else graph.add("Transpose", [graph.convolution(flow)], perm=[0, 2, 3, 1])
        graph.add("Softmax" if head == "scores" else "Identity", [layer], output=head)
    shape = ["pictures", side or "rows", side or "columns", 3]
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)
    places = ["pictures"] if side else ["pictures", "rows_out", "columns_out"]
    outputs = [helper.make_tensor_value_info(head, TensorProto.FLOAT, [*places, _WIDTHS[head]]) for head in heads]
    made = helper.make_graph(graph.nodes, name, [pixels], outputs, graph.weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_FORMAT)
    onnx.checker.check_model(model, full_check=True)
    return model


class _Graph:
    """Nodes one after another, each with the next of the network's weights."""

    def __init__(self, weights: Iterator[np.ndarray]):
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._left = weights

    def add(self, operation: str, inputs: list[str], output: str = "", **attributes: object) -> str:
        output = output or f"{operation.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [output], **attributes))
        return output

    def convolution(self, flow: str) -> str:
        return self.add("Conv", [flow, self._weight((3, 2, 0, 1)), self._weight((0,))])

    def dense(self, flow: str) -> str:
        return self.add("Gemm", [flow, self._weight((0, 1)), self._weight((0,))])

    def prelu(self, flow: str, shape: tuple[int, ...]) -> str:
        slopes = next(self._left).reshape(shape)
        return self.add("PRelu", [flow, self._store(slopes)])

    def _weight(self, order: tuple[int, ...]) -> str:
        return self._store(np.ascontiguousarray(next(self._left).transpose(order)))

    def _store(self, values: np.ndarray) -> str:
        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name


if __name__ == "__main__":
    for network, digest in write_networks().items():
        print(network, digest)
