"""Where in the crop the cells of a feature map look.

A convolution with stride 2 and "same" padding on an even side pads only at the bottom and right, so
each shifts the grid by half a pixel of its input. Four of them put the middle of what cell `c` can see at pixel
16c + 15, where a plain resize of the map would paint it at 16c + 7.5. But a trained network need not look straight
ahead: its kernels lean, and those that learnt from ImageNet lean back by most of that shift. So the strides and
paddings give the grid, and a measurement on the weights gives its place.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from explain.layers import calls_in, expose_layer, find_layer
from model.faces import CROP_SIZE

if TYPE_CHECKING:
    import keras

# Side in pixels of the squares that are changed, spread of the change in grey levels, and squares along each axis.
_SQUARE, _CHANGE, _PROBES = 12, 12.0, 4
# Spread of the picture's grain in grey levels. On a picture without any, which no camera takes, trained networks answer
# to the grain of the change alone, and the result was 5 pixels off what gradients say.
_GRAIN = 8.0


@dataclass(frozen=True)
class Grid:
    """A map on its way through the network: cell `c` of `side` looks at pixel `stride` x c + `offset`."""

    side: int
    stride: float = 1.0
    offset: float = 0.0


@functools.lru_cache(maxsize=32)
def cells_to_crop(network: keras.Model, layer: str) -> np.ndarray:
    """Computes the map from cells of a layer to crop pixels.

    Args:
        network: A functional model that takes crops of 256 x 256 pixels.
        layer: Name of a layer with output (batch, rows, columns, channels), as `explain.layers.find_layer` takes it.

    Returns:
        float64 (2, 3), affine map from (column, row) of a cell to crop pixels. Read-only.

    Raises:
        ValueError: If there is no such layer.
    """
    grid = grid_of(network, layer)
    x, y = grid.offset + _measure_lean(network, layer, grid)
    matrix = np.array([[grid.stride, 0.0, x], [0.0, grid.stride, y]])
    matrix.setflags(write=False)
    return matrix


def grid_of(network: keras.Model, layer: str) -> Grid:
    """Computes from the strides and paddings before a layer what its cells can see.

    Args:
        network: A functional model that takes crops of 256 x 256 pixels.
        layer: Name of a layer, as for `cells_to_crop`.

    Returns:
        The grid, whose places are the middles of the receptive fields.

    Raises:
        ValueError: If there is no such layer.
    """
    grid, place = Grid(CROP_SIZE), network
    *networks, last = find_layer(network, layer)
    for inner in networks:
        for step in _steps_before(place, inner):
            grid = _after(grid, step)
        place = inner
    for step in [*_steps_before(place, last), last]:
        grid = _after(grid, step)
    return grid


def _measure_lean(network: keras.Model, layer: str, grid: Grid) -> np.ndarray:
    """Measures how far beside the middle of its receptive field a cell looks: float64 (2,), x and y in crop pixels.

    Small squares of a random picture are changed one at a time, at places spread evenly over one cell. The centre of
    what changes in the map, weighed by the square of the change, should be painted over the square.
    """
    generator = np.random.default_rng(0)
    coarse = generator.uniform(0, 255, (16, 16, 3)).astype(np.float32)
    picture = cv2.resize(coarse, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_CUBIC)
    picture += generator.normal(0, _GRAIN, picture.shape).astype(np.float32)
    picture = np.clip(picture, 0, 255)
    steps = np.rint(CROP_SIZE / 2 + grid.stride * ((np.arange(_PROBES) + 0.5) / _PROBES - 0.5)).astype(int)
    corners = [(x - _SQUARE // 2, y - _SQUARE // 2) for y in steps for x in steps]
    change = generator.normal(0, _CHANGE, (_SQUARE, _SQUARE, 3)).astype(np.float32)
    pictures = np.repeat(picture[None], 1 + len(corners), axis=0)
    for changed, (x, y) in zip(pictures[1:], corners, strict=True):
        changed[y : y + _SQUARE, x : x + _SQUARE] += change
    exposed = expose_layer(network, layer)
    # Compiled, or it would keep the outputs of all layers; one by one, since TensorFlow gives no memory back.
    features = np.concatenate([np.asarray(exposed.predict_on_batch(one[None])[1]) for one in pictures])
    weights = np.square(features[1:] - features[0]).sum(axis=-1)
    seen = weights.sum(axis=(1, 2)) > 0
    if not seen.any():
        return np.zeros(2)
    rows, columns = np.indices(weights.shape[1:])
    centres = np.stack([(weights[seen] * axis).sum(axis=(1, 2)) for axis in (columns, rows)], axis=1)
    centres /= weights[seen].sum(axis=(1, 2))[:, None]
    squares = np.array(corners)[seen] + (_SQUARE - 1) / 2
    return (squares - (grid.stride * centres + grid.offset)).mean(axis=0)


def _after(grid: Grid, step: keras.layers.Layer) -> Grid:
    """Gives the grid that a layer makes of a grid."""
    import keras
    from keras import layers

    if isinstance(step, keras.Model):
        last = next(layer for layer, call in calls_in(step).items() if call.output is step.outputs[0])
        for inner in [*_steps_before(step, last), last]:
            grid = _after(grid, inner)
        return grid
    if isinstance(step, (layers.ZeroPadding2D, layers.Cropping2D)):
        grown = isinstance(step, layers.ZeroPadding2D)
        before, after = (step.padding if grown else (-np.array(step.cropping)).tolist())[0]
        return replace(grid, side=grid.side + before + after, offset=grid.offset - grid.stride * before)
    if isinstance(step, layers.UpSampling2D):
        # Cells 2c and 2c + 1 both look where c looked before: their middle stays.
        fine = grid.stride / step.size[0]
        return Grid(grid.side * step.size[0], fine, grid.offset - (grid.stride - fine) / 2)
    if isinstance(step, layers.GlobalAveragePooling2D):
        return Grid(1, grid.stride * grid.side, grid.offset + grid.stride * (grid.side - 1) / 2)
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
    return Grid(cells, grid.stride * jump, grid.offset + grid.stride * ((window - 1) / 2 - zeros // 2))


def _steps_before(network: keras.Model, target: keras.layers.Layer) -> list[keras.layers.Layer]:
    """The layers on one way from a network's input to a layer of it; all ways to one map have the same strides."""
    import keras

    calls = calls_in(network)
    makers = {id(call.output): layer for layer, call in calls.items()}
    path = []
    while not isinstance(target, keras.layers.InputLayer):
        target = makers[id(calls[target].inputs[0])]
        path.append(target)
    return path[::-1]
