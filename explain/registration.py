"""Where in the crop the cells of a feature map look.

A convolution with stride 2 and "same" padding on an even side pads only at the bottom and right, so
each shifts the grid by half a pixel of its input. Four of them put cell `c` at pixel 16c + 15, where a
plain resize of the map would paint it at 16c + 7.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.faces import CROP_SIZE

if TYPE_CHECKING:
    import keras


def cells_to_crop(network: keras.Model, layer: str) -> np.ndarray:
    """Computes the map from cells of a layer to crop pixels from the strides and paddings before it.

    Args:
        network: A functional model that takes crops of 256 x 256 pixels.
        layer: Name of a layer with output (batch, rows, columns, channels).

    Returns:
        float64 (2, 3), affine map from (column, row) of a cell to crop pixels.

    Raises:
        ValueError: If there is no such layer.
    """
    import keras

    stride, offset = 1.0, 0.0
    side = CROP_SIZE
    for step in _path_to(network, layer):
        if isinstance(step, (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)):
            window = (step.kernel_size[0] - 1) * step.dilation_rate[0] + 1
        elif isinstance(step, (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)):
            window = step.pool_size[0]
        else:
            continue
        jump = step.strides[0]
        same = step.padding == "same"
        cells = -(-side // jump) if same else (side - window) // jump + 1
        # "same": just enough zeros, the odd one at the end (TensorFlow's and Keras' convention).
        zeros = max((cells - 1) * jump + window - side, 0) if same else 0
        offset += stride * ((window - 1) / 2 - zeros // 2)
        stride, side = stride * jump, cells
    return np.array([[stride, 0.0, offset], [0.0, stride, offset]])


def _path_to(network: keras.Model, layer: str) -> list[keras.layers.Layer]:
    """The layers on one way from the input to a layer; all ways to one map have the same strides."""
    import keras

    makers = {id(candidate.output): candidate for candidate in network.layers}
    path = [network.get_layer(layer)]
    while not isinstance(path[-1], keras.layers.InputLayer):
        inputs = path[-1].input
        path.append(makers[id(inputs[0] if isinstance(inputs, list) else inputs)])
    return path[::-1]
