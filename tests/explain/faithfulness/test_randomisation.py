from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from explain.faithfulness.randomisation import cascade, correlate_with_random


@pytest.fixture(scope="module")
def stages(detector):
    """Names and weights of the shipped architecture after each stage; the copy is changed further, so they are kept."""
    return [(name, network.get_weights()) for name, network in cascade(detector.network, seed=0)]


def names_of_weights(network) -> list[str]:
    return [weight.path for weight in network.weights]


def test_layers_fall_from_the_top_down(detector, stages):
    with_kernel = [layer.name for layer in detector.network.layers if hasattr(layer, "kernel")]
    assert [name for name, _ in stages] == with_kernel[::-1]
    assert stages[0][0] == "patch_logits"
    assert stages[-1][0] == "stem_conv"


def test_the_given_network_stays_as_it_is(detector):
    before = detector.network.get_weights()
    for _ in cascade(detector.network, seed=1):
        break
    for old, new in zip(before, detector.network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_each_stage_changes_its_kernel_and_nothing_else(detector, stages):
    names, before = names_of_weights(detector.network), detector.network.get_weights()
    for stage, after in stages[:6]:
        changed = {name for name, old, new in zip(names, before, after, strict=True) if not np.array_equal(old, new)}
        assert changed == {f"{stage}/kernel"}
        before = after


def test_in_the_end_every_kernel_has_its_old_values_in_new_places(detector, stages):
    for name, old, new in zip(
        names_of_weights(detector.network), detector.network.get_weights(), stages[-1][1], strict=True
    ):
        if name.endswith("kernel"):
            assert not np.array_equal(old, new)
            np.testing.assert_array_equal(np.sort(old.ravel()), np.sort(new.ravel()))
        else:
            np.testing.assert_array_equal(old, new, err_msg="biases and batch normalisation stay")


def small_network() -> keras.Model:
    keras.utils.set_random_seed(0)
    pixels = keras.Input((8, 8, 1))
    x = layers.Conv2D(4, 3, name="low")(pixels)
    inner = keras.Sequential([keras.Input((6, 6, 4)), layers.Conv2D(4, 3, name="inside")], name="block")
    x = layers.Flatten()(inner(x))
    return keras.Model(pixels, layers.Dense(1, name="top")(x))


def last_weights(network, seed) -> list[np.ndarray]:
    *_, (_, randomised) = cascade(network, seed)
    return randomised.get_weights()


def test_chance_is_that_of_the_seed():
    network = small_network()
    for first, again in zip(last_weights(network, 3), last_weights(network, 3), strict=True):
        np.testing.assert_array_equal(first, again)
    assert any(
        not np.array_equal(a, b) for a, b in zip(last_weights(network, 3), last_weights(network, 4), strict=True)
    )


def test_networks_within_a_network_are_reached():
    network = small_network()
    assert [name for name, _ in cascade(network, seed=0)] == ["top", "inside", "low"]
    before = network.get_weights()
    last_weights(network, 0)
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_map_that_ignores_the_network_is_found_out():
    edges = np.random.default_rng(0).normal(size=(8, 8))
    correlations = correlate_with_random(small_network(), lambda network: edges, seed=0)
    assert correlations == {"top": pytest.approx(1), "inside": pytest.approx(1), "low": pytest.approx(1)}


def test_a_map_made_of_weights_changes_with_them():
    """The map is a wide kernel: unrelated once that layer has forgotten, the same before."""
    pixels = keras.Input((8,))
    network = keras.Model(pixels, layers.Dense(1, name="top")(layers.Dense(64, name="low")(pixels)))
    correlations = correlate_with_random(network, lambda net: np.asarray(net.get_layer("low").kernel), seed=0)
    assert correlations["top"] == pytest.approx(1)
    assert abs(correlations["low"]) < 0.15
