"""Which layers learn in which phase."""

from __future__ import annotations

import keras
import pytest

from model.networks import build_network
from train.phase_plan import plan_phases
from train.phases import choose_what_learns
from train.settings import Phase


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return build_network("lite0")


def learning(network: keras.Model) -> set[str]:
    return {layer.name for layer in network.layers if layer.trainable and layer.weights}


def test_frozen_the_head_alone_learns(network: keras.Model):
    choose_what_learns(network, frozen=True, adapt_statistics=True)
    assert learning(network) == {"patch_logits"}
    # A layer that doesn't learn keeps its statistics too.
    assert not network.get_layer("block0_depthwise_bn").trainable


def test_without_adapting_all_but_the_normalisation_learns(network: keras.Model):
    choose_what_learns(network, frozen=False, adapt_statistics=False)
    every = {layer.name for layer in network.layers if layer.weights}
    assert learning(network) == {name for name in every if not name.endswith("_bn")}


def test_afterwards_everything_can_learn_again(network: keras.Model):
    choose_what_learns(network, frozen=True, adapt_statistics=False)
    choose_what_learns(network, frozen=False, adapt_statistics=True)
    assert learning(network) == {layer.name for layer in network.layers if layer.weights}


class TestPlan:
    def test_windows_come_before_whole_crops(self):
        assert plan_phases("lite0", 0.01, epochs=3, full_epochs=2) == (
            Phase(128, 3, 0.01, True),
            Phase(256, 2, 0.005, False),
        )

    def test_normalisation_may_learn_on_whole_crops_too(self):
        assert plan_phases("lite0", 0.01, full_epochs=2, adapt_whole=True) == (Phase(256, 2, 0.005, True),)

    def test_the_head_comes_first(self):
        first, second = plan_phases("lite0", 0.01, frozen_epochs=2, epochs=1)
        assert first == Phase(128, 2, 0.01, False, frozen=True)
        assert second == Phase(128, 1, 0.01, True)

    def test_a_network_of_whole_crops_spends_all_epochs_on_them(self):
        assert plan_phases("meso4", 0.01, frozen_epochs=1, epochs=3, full_epochs=2) == (
            Phase(256, 1, 0.01, False, frozen=True),
            Phase(256, 5, 0.01, True),
        )

    def test_without_epochs_there_is_nothing(self):
        assert plan_phases("lite0", 0.01) == ()

    def test_an_unknown_network_is_refused(self):
        with pytest.raises(ValueError, match="Received: name='lite9'"):
            plan_phases("lite9", 0.01, epochs=1)
