"""Every network can be explained: the sums are exact, the cells lie where gradients say, and a photo gets its maps."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from explain import METHODS, inspect_photo
from explain import gradients as gradients_module
from explain.inspection import compute_heatmaps
from explain.layers import expose_layer, layer_names
from explain.probe import Probe
from explain.registration import Grid, cells_to_crop, grid_of
from model import detector as detector_module
from model.detector import Detector, load_detector
from model.networks import NETWORKS, build_network
from model.transfer import APPLICATIONS
from tests.explain.test_registration import centroids
from tests.quickly import uncompiled

# Now, not later: other tests add networks of their own while they run.
NAMES = list(NETWORKS)
LARGE = sorted(set(APPLICATIONS) - {"mobilenetv2"})
DENSE = ("meso4", "mesoinception4", "cnn4", "cnn-small")
# Side of the last map, pixels a cell, and the middle of what the first cell can see, worked out by hand: a padded
# convolution of 3 and stride 2 moves cells by one pixel of its input, as it pads at the end; a pooling of 2 by half.
GRIDS = {
    "lite0": (16, 16, 1 + 2 + 4 + 8),
    # A kernel of 6 in steps of 2, then two padded convolutions.
    "patchres": (32, 8, 0.5 + 2 + 4),
    "meso4": (32, 8, 0.5 + 1 + 2),
    "mesoinception4": (32, 8, 0.5 + 1 + 2),
    "cnn4": (4, 32, 1.5 + 4 + 2 + 8 + 4 + 16 + 8 + 32),
    "cnn-small": (61, 4, 0.5 + 2 + 1 + 4),
    "vgg16": (8, 32, 0.5 + 1 + 2 + 4 + 8),
    # Zeros on all sides before its two convolutions of stride 2, shortcuts of kernel 1 after them: all in place.
    "resnet50": (8, 32, 0),
    # Begins like that; then three poolings.
    "densenet121": (8, 32, 2 + 4 + 8),
    "mobilenetv2": (8, 32, 1 + 2 + 4 + 8 + 16),
    "efficientnetv2b0": (8, 32, 1 + 2 + 4 + 8 + 16),
    # Two convolutions without padding make 125 cells; of four poolings of 3 those from 125 and 63 pad on both sides.
    "xception": (8, 32, 1 + 2 + 0 + 0 + 8 + 16),
    # Squares of 4, and then of 2 three times.
    "convnext-tiny": (8, 32, 1.5 + 2 + 4 + 8),
}
QUICK = [name for name, method in METHODS.items() if method.quick]


def enliven(network: keras.Model) -> None:
    """Random weights with which signals neither die out nor grow, and a head that looks at everything.

    Kernels have the spread of He et al. 2015. The scales of ConvNeXt, which begin at a millionth, become a fifth.
    """
    generator = np.random.default_rng(11)
    for variable in network.trainable_variables:
        layer, kind = variable.path.split("/")[-2:]
        if kind.endswith("kernel"):
            # In a depthwise kernel (height, width, channels, 1) each channel sees its own alone.
            inputs = variable.shape[:2] if variable.shape[-1] == 1 and layer != "patch_logits" else variable.shape[:-1]
            variable.assign(generator.normal(0, np.sqrt(2 / np.prod(inputs)), variable.shape))
        elif layer.endswith("layer_scale"):
            variable.assign(np.full(variable.shape, 0.2))


def write_detector(folder: Path, name: str) -> Path:
    """Writes a detector with random weights as a training would."""
    network = build_network(name)
    enliven(network)
    weights = folder / f"{name}.weights.h5"
    network.save_weights(weights)
    description = {
        "format": 1,
        "network": name,
        "classes": ["real", "fake"],
        "preprocessing": {"size": 256, "margin": 1.3, "values": "RGB 0..255"},
        "weights": {"file": weights.name, "sha256": hashlib.sha256(weights.read_bytes()).hexdigest()},
        "calibration": {"temperature": 1.0, "real_below": 0.3, "fake_above": 0.7},
    }
    (folder / "detector.json").write_text(json.dumps(description))
    return folder / "detector.json"


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.slow if name in LARGE else ()) for name in NAMES]
)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def detector(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Detector]:
    # The small ones are compiled, as for everybody. For the large ones that alone takes minutes.
    with uncompiled() if name in LARGE else contextlib.nullcontext():
        yield load_detector(write_detector(tmp_path_factory.mktemp("detector"), name))
    # These keep the networks they have seen: together several gigabytes, with all that was compiled.
    compiled = (gradients_module._compile, gradients_module._compile_slopes)
    for cached in (detector_module._load, cells_to_crop, *compiled):
        cached.cache_clear()


@pytest.fixture(scope="module")
def probe(detector: Detector, crops: np.ndarray) -> Probe:
    """The network put to one crop, once for all tests."""
    return Probe(detector, crops[:1])


def test_all_quick_methods_give_maps_that_say_something(probe: Probe):
    (heatmaps,) = compute_heatmaps(probe, QUICK)
    assert list(heatmaps) == QUICK
    for method, heatmap in heatmaps.items():
        assert np.isfinite(heatmap.values).all(), method
        assert np.ptp(heatmap.values) > 0, method


def test_where_the_head_is_linear_grad_cam_is_the_exact_share_of_each_patch(name: str, probe: Probe):
    if name in DENSE:
        pytest.skip("this network ends in dense layers, so no patch has a share of its own")
    (heatmaps,) = compute_heatmaps(probe, ["grad-cam", "patch-evidence"])
    maps = {method: heatmap.values for method, heatmap in heatmaps.items()}
    head = probe.detector.network.get_layer("patch_logits")
    size = float(np.abs(maps["patch-evidence"]).sum())
    assert size > 0.01
    np.testing.assert_allclose(maps["grad-cam"], maps["patch-evidence"], rtol=1e-4, atol=1e-6 * size)
    share = maps["patch-evidence"].sum(dtype=np.float64)
    assert share == pytest.approx(probe.gradients.logits[0] - float(head.bias[0]), abs=1e-4 * size)
    # And by the head itself: each patch's logit, less the bias, in equal parts.
    kernel = np.asarray(head.kernel)[0, 0, :, 0]
    by_hand = probe.gradients.features[0] @ kernel / maps["grad-cam"].size
    np.testing.assert_allclose(maps["patch-evidence"], by_hand, rtol=1e-3, atol=1e-5 * size)


def test_cells_lie_where_strides_and_gradients_say(name: str, detector: Detector, crops: np.ndarray):
    import tensorflow as tf

    network = detector.network
    side, stride, offset = GRIDS[name]
    assert grid_of(network, "features") == Grid(side, stride, offset)
    features = keras.Model(network.inputs, network.get_layer("features").output)
    assert features.compute_output_shape((1, 256, 256, 3))[1] == side
    # Two cells on either side of the middle: what a cell sees is cut off at the edges of the crop.
    away = min(1.5, (side - 1) / 2)
    places = [round((side - 1) / 2 - away), round((side - 1) / 2 + away)]
    cells = [(place, place) for place in places]
    found = centroids(network, "features", tf.constant(crops[:1].astype(np.float32)), cells)
    painted = np.array([cells_to_crop(network, "features") @ [place, place, 1] for place in places])
    # Nearer than to the next cell, so a map that is painted a cell away is noticed.
    assert np.abs((found - painted).mean(axis=0)).max() < stride / 2


def test_a_layer_inside_can_be_looked_at_by_its_name(detector: Detector, crops: np.ndarray):
    names = layer_names(detector.network)
    inner = names[len(names) // 2]
    pixels = crops[:1].astype(np.float32)
    logits, features = expose_layer(detector.network, inner)(pixels)
    np.testing.assert_allclose(logits, detector.network(pixels), rtol=1e-4, atol=1e-5)
    assert grid_of(detector.network, inner).side == features.shape[1] == features.shape[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, inner, shape, grid",
    [
        # A convolution inside a network inside, whose cells are squares of 4.
        ("convnext-tiny", "convnext_tiny_stem/convnext_tiny_stem_conv", (1, 64, 64, 96), Grid(64, 4, 1.5)),
        ("convnext-tiny", "convnext_tiny_stage_1_block_2_layer_scale", (1, 32, 32, 192), Grid(32, 8, 3.5)),
        # Squeeze-and-excitation: one cell for the whole crop, and then many again.
        ("efficientnetv2b0", "block4a_se_reshape", (1, 1, 1, 192), Grid(1, 256, 15 + 7.5 * 16)),
        ("efficientnetv2b0", "block4a_se_excite", (1, 16, 16, 192), Grid(16, 16, 1 + 2 + 4 + 8)),
        ("patchres", "squares", (1, 256, 256, 3), Grid(256, 1, -0.5)),
    ],
)
def test_layers_of_every_kind(name: str, inner: str, shape: tuple, grid: Grid, crops: np.ndarray):
    network = build_network(name)
    assert expose_layer(network, inner)(crops[:1].astype(np.float32))[1].shape == shape
    assert grid_of(network, inner) == grid


def test_a_photo_gets_its_answer_and_its_maps(detector: Detector, examples: Path):
    inspection = inspect_photo(examples / "astronaut.jpg", detector=detector)
    (face,) = inspection.faces
    assert inspection.detector == detector.version
    assert 0 <= face.probability_fake <= 1
    assert {"grad-cam", "saliency"} == face.heatmaps.keys()
    for heatmap in face.heatmaps.values():
        assert heatmap.on_crop().shape == (256, 256)
        assert np.isfinite(heatmap.values).all()
