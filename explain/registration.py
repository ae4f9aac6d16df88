"""Where in the crop the cells of a feature map look.

A convolution with stride 2 and "same" padding on an even side pads only at the bottom and right, so
each shifts the grid by half a pixel of its input. Four of them put cell `c` at pixel 16c + 15, where a
plain resize of the map would paint it at 16c + 7.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from explain.layers import find_layer
from model.faces import CROP_SIZE

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class _Grid:
    """A map on its way through the network: cell `c` of `side` looks at pixel `stride` x c + `offset`."""

    side: int
    stride: float = 1.0
    offset: float = 0.0


def cells_to_crop(network: keras.Model, layer: str) -> np.ndarray:
    """Computes the map from cells of a layer to crop pixels from the strides and paddings before it.

    Args:
        network: A functional model that takes crops of 256 x 256 pixels.
        layer: Name of a layer with output (batch, rows, columns, channels), as `explain.layers.find_layer` takes it.

    Returns:
        float64 (2, 3), affine map from (column, row) of a cell to crop pixels.

    Raises:
        ValueError: If there is no such layer.
    """
    grid, place = _Grid(CROP_SIZE), network
    *networks, last = find_layer(network, layer)
    for inner in networks:
        for step in _steps_before(place, inner):
            grid = _after(grid, step)
        place = inner
    for step in [*_steps_before(place, last), last]:
        grid = _after(grid, step)
    return np.array([[grid.stride, 0.0, grid.offset], [0.0, grid.stride, grid.offset]])


def _after(grid: _Grid, step: keras.layers.Layer) -> _Grid:
    """Gives the grid that a layer makes of a grid."""
    import keras
    from keras import layers

    if isinstance(step, keras.Model):
        last, _ = _call_of(step.outputs[0])
        for inner in [*_steps_before(step, last), last]:
            grid = _after(grid, inner)
        return grid
    if isinstance(step, (layers.ZeroPadding2D, layers.Cropping2D)):
        grown = isinstance(step, layers.ZeroPadding2D)
        before, after = (step.padding if grown else (-np.array(step.cropping)).tolist())[0]
        return replace(grid, side=grid.side + before + after, offset=grid.offset - grid.stride * before)
    if isinstance(step, (layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D)):
        window = (step.kernel_size[0] - 1) * step.dilation_rate[0] + 1
    elif isinstance(step, (layers.MaxPooling2D, layers.AveragePooling2D)):
        window = step.pool_size[0]
    else:
        return grid
    jump = step.strides[0]
    same = step.padding == "same"
    cells = -(-grid.side // jump) if same else (grid.side - window) // jump + 1
    # "same": just enough zeros, the odd one at the end (TensorFlow's and Keras' convention).
    zeros = max((cells - 1) * jump + window - grid.side, 0) if same else 0
    return _Grid(cells, grid.stride * jump, grid.offset + grid.stride * ((window - 1) / 2 - zeros // 2))


def _steps_before(network: keras.Model, target: keras.layers.Layer) -> list[keras.layers.Layer]:
    """The layers on one way from a network's input to a layer of it; all ways to one map have the same strides."""
    import keras

    calls = {}
    waiting = list(network.outputs)
    while waiting:
        layer, inputs = _call_of(waiting.pop())
        if layer not in calls:
            calls[layer] = inputs
            waiting.extend(inputs)
    path = []
    while not isinstance(target, keras.layers.InputLayer):
        target, _ = _call_of(calls[target][0])
        path.append(target)
    return path[::-1]


def _call_of(tensor: keras.KerasTensor) -> tuple[keras.layers.Layer, list[keras.KerasTensor]]:
    """The layer that made a symbolic tensor, and what it was called with in this graph.

    `layer.input` would be, for a network inside a network, the inner placeholder.
    """
    layer, node, _ = tensor._keras_history
    return layer, list(layer._inbound_nodes[node].input_tensors)
