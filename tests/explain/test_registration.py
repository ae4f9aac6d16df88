from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from explain.layers import expose_layer
from explain.registration import Grid, cells_to_crop, grid_of
from model.detector import load_detector
from model.networks import build_network
from tests.explain.methods.networks import nested_detector


def test_four_convolutions_of_stride_two_put_cell_c_at_16c_plus_15(detector):
    assert grid_of(detector.network, "features") == Grid(16, 16, 15)


def test_a_layer_inside(detector):
    assert grid_of(detector.network, "block2_add") == Grid(64, 4, 3)


def test_a_convolution_without_padding_by_hand():
    """Kernel 3, stride 2, no padding: cell c sees pixels 2c to 2c + 2, whose centre is 2c + 1."""
    pixels = keras.Input((256, 256, 3))
    network = keras.Model(pixels, layers.Conv2D(1, 3, strides=2, padding="valid", name="features")(pixels))
    assert grid_of(network, "features") == Grid(127, 2, 1)


# Side of the map, stride and place of cell 0, worked out from the layers by hand.
BASELINES = {
    # Each pooling of 2 puts a cell between two; padded convolutions without stride move nothing: 0.5 + 1 + 2.
    "meso4": (32, 8, 3.5),
    "mesoinception4": (32, 8, 3.5),
    # Means of 2 (0.5), an unpadded 3 x 3 at stride 2 (+ 2), pooling (+ 1), 3 x 3 at stride 4 (+ 4).
    "cnn-small": (61, 4, 7.5),
    # Means of 4 (1.5), then 3 x 3 at stride 4, 8, 16, 32 (+ 60), with poolings between (+ 2 + 4 + 8).
    "cnn4": (4, 32, 75.5),
}


@pytest.mark.parametrize("name", BASELINES)
def test_pooling_counts_as_well(name):
    side, stride, offset = BASELINES[name]
    network = build_network(name)
    assert network.get_layer("features").output.shape[1:3] == (side, side)
    assert grid_of(network, "features") == Grid(side, stride, offset)
    # The map looks at the middle of the crop: nothing here pads on one side only.
    assert offset + stride * (side - 1) / 2 == pytest.approx(127.5, abs=stride / 2)


def test_enlarging_by_hand():
    """Doubled, cells 2c and 2c + 1 both show pixel c: cell 0 stands a quarter before it, cell 1 a quarter behind."""
    pixels = keras.Input((256, 256, 3))
    network = keras.Model(pixels, layers.UpSampling2D(2, name="features")(pixels))
    assert grid_of(network, "features") == Grid(512, 0.5, -0.25)


def test_a_mean_over_the_whole_map_looks_at_its_middle():
    pixels = keras.Input((256, 256, 3))
    x = layers.AveragePooling2D(16)(pixels)
    network = keras.Model(pixels, layers.GlobalAveragePooling2D(keepdims=True, name="features")(x))
    assert grid_of(network, "features") == Grid(1, 256, 127.5)


def test_padded_pooling_by_hand():
    """Pooling 3, stride 2, padded by one zero at the end of 256: cell c sees pixels 2c to 2c + 2."""
    pixels = keras.Input((256, 256, 3))
    network = keras.Model(pixels, layers.MaxPooling2D(3, 2, padding="same", name="features")(pixels))
    assert grid_of(network, "features") == Grid(128, 2, 1)


@pytest.fixture(scope="module")
def averaging_network():
    """The shipped architecture with every kernel an average: a cell then sees its surroundings evenly."""
    network = build_network("lite0")
    for layer in network.layers:
        if layer.name.endswith("_conv"):
            (kernel,) = layer.get_weights()
            inputs = np.prod(kernel.shape[:2]) if "depthwise" in layer.name else np.prod(kernel.shape[:3])
            layer.set_weights([np.full(kernel.shape, 1 / inputs)])
    return network


@pytest.mark.parametrize("cell", [(7, 7), (6, 9), (9, 6)])
def test_the_gradient_of_a_cell_is_centred_where_the_strides_say_if_kernels_are_even(averaging_network, cell):
    """The centroid of d cell / d pixels is found without the strides and paddings that the grid is made from."""
    import tensorflow as tf

    features = keras.Model(averaging_network.inputs, averaging_network.get_layer("features").output)
    # Just above the zero of the preprocessing, so that no unit reaches the ceiling of its ReLU6.
    pixels = tf.fill((1, 256, 256, 3), 130.0)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        value = tf.reduce_sum(features(pixels, training=False)[:, cell[0], cell[1]])
    weight = np.abs(tape.gradient(value, pixels).numpy()).sum(axis=(0, 3))
    rows, columns = np.mgrid[:256, :256]
    centroid = np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()
    grid = grid_of(averaging_network, "features")
    painted = grid.stride * np.array([cell[1], cell[0]]) + grid.offset
    assert np.abs(centroid - painted).max() <= 2
    halfway = 16 * np.array([cell[1], cell[0]]) + 7.5
    assert np.abs(centroid - halfway).min() > 5, "a plain resize would paint it half a cell away"


def centroids(network, layer, pixels, cells):
    """Centre of (d cell / d pixels)^2 for cells (row, column): (cells, 2), x and y."""
    import tensorflow as tf

    exposed = expose_layer(network, layer)
    rows, columns = np.mgrid[:256, :256]
    found = []
    for row, column in cells:
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            value = tf.reduce_sum(exposed(pixels, training=False)[1][:, row, column])
        weight = np.square(tape.gradient(value, pixels).numpy()).sum(axis=(0, 3))
        found.append(np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum())
    return np.array(found)


@pytest.mark.parametrize("weights", ["random", "shipped"])
def test_with_any_weights_the_gradient_stays_within_six_pixels(weights, detector, crops):
    import tensorflow as tf

    network = (detector if weights == "random" else load_detector()).network
    # Evenly about the middle: what a cell sees is cut off at the edges of the crop.
    cells = [(row, column) for row in range(6, 10) for column in range(6, 10)]
    found = centroids(network, "features", tf.constant(crops.astype(np.float32)), cells)
    painted = np.array([cells_to_crop(network, "features") @ [column, row, 1] for row, column in cells])
    offsets = found - painted
    # Over cells the accidents of single pixels cancel out; what is left is the error of the map.
    assert np.abs(offsets.mean(axis=0)).max() <= 3
    assert np.abs(offsets).mean() <= 6
    moved = offsets - 16
    assert np.abs(moved.mean(axis=0)).min() > 6, "a map that is painted a cell away is noticed"


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("layer", ["backbone/stem", "backbone/middle", "sum", "backbone/top", "features"])
def test_inside_and_behind_a_nested_backbone(layer, padded):
    """Two convolutions of stride 2, the first padded by the layer itself or by one before it: the same places."""
    offset, stride = (1, 2) if layer in ("backbone/stem", "backbone/middle", "sum") else (3, 4)
    assert grid_of(nested_detector(padded=padded).network, layer) == Grid(256 // stride, stride, offset)


def test_the_gradient_agrees_inside_a_nested_backbone(crops):
    import tensorflow as tf

    network = nested_detector().network
    cells = [(30, 30), (31, 40), (20, 50)]
    found = centroids(network, "backbone/top", tf.constant(crops[:1].astype(np.float32)), cells)
    painted = np.array([cells_to_crop(network, "backbone/top") @ [column, row, 1] for row, column in cells])
    assert np.abs(found - painted).max() <= 2


def test_cropping_by_hand():
    """Three rows cut off above: cell 0 looks at pixel 3."""
    pixels = keras.Input((256, 256, 3))
    network = keras.Model(pixels, layers.Cropping2D(((3, 1), (3, 1)), name="features")(pixels))
    assert grid_of(network, "features") == Grid(252, 1, 3)


def test_an_unknown_layer_is_an_error(detector):
    with pytest.raises(ValueError, match="nowhere"):
        cells_to_crop(detector.network, "nowhere")
