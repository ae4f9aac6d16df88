"""The averages of the weights are shown and kept; the weights themselves go on unharmed."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from train.generating.watch import averaged_weights, read_history


def trained() -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.75), "mse")
    generator = np.random.default_rng(0)
    for _ in range(3):
        model.train_on_batch(generator.normal(size=(4, 3)), generator.normal(size=(4, 1)))
    return model


def test_for_a_while_a_model_has_the_averages_of_its_weights():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.array([[2.0]])])
    model.compile(keras.optimizers.SGD(0.25, use_ema=True, ema_momentum=0.75), "mse")
    # The gradient of w^2 is 2w, so a step halves the weight: 2, 1, 0.5. The average begins after the first step, at 1.
    for _ in range(2):
        model.train_on_batch(np.ones((1, 1)), np.zeros((1, 1)))
    assert model.get_weights()[0] == pytest.approx(0.5)
    with averaged_weights(model):
        assert model.get_weights()[0] == pytest.approx(0.75 * 1 + 0.25 * 0.5)
    assert model.get_weights()[0] == pytest.approx(0.5)


def test_afterwards_weights_and_averages_are_the_very_same_even_after_an_error():
    model = trained()
    averages = []
    before = model.get_weights()
    for _ in range(2):
        with pytest.raises(OSError, match="full"), averaged_weights(model):
            averages.append(model.get_weights())
            raise OSError("full")
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(*averages, strict=True))
    assert not np.array_equal(averages[0][0], before[0])


def test_without_a_file_there_is_no_history(tmp_path: Path):
    assert read_history(tmp_path / "history.csv") == []
