"""What the two kinds of generators learn from, and that they do."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from train.generating.faces import FaceBatches, draw_noise
from train.generating.models import DIVERGENCE_WEIGHT, AdversarialModel, VariationalModel
from train.generating.networks import LATENT
from train.generating.pictures import generate_faces


def loss_of(model: keras.Model, outputs: dict[str, np.ndarray]) -> float:
    tensors = {name: keras.ops.convert_to_tensor(value) for name, value in outputs.items()}
    return float(model.compute_loss(y_pred=tensors))


def figures(model: keras.Model) -> dict[str, float]:
    return {metric.name: float(metric.result()) for metric in model.metrics}


class TestAdversarialModel:
    def test_its_losses_are_the_hinges_of_the_scores(self):
        model = AdversarialModel(16)
        scores = {
            "real": np.array([[2.0], [0.5]], np.float32),  # 0 and 0.5
            "fake": np.array([[-3.0], [1.0]], np.float32),  # 0 and 2
            "deceived": np.array([[-3.0], [1.0]], np.float32),  # 3 and -1
        }
        assert loss_of(model, scores) == pytest.approx(0.25 + 1 + 1)
        assert figures(model) == pytest.approx({"discriminator_loss": 1.25, "generator_loss": 1.0})

    def test_both_see_the_same_fakes(self, colours: np.ndarray):
        model = AdversarialModel(16)
        outputs = model(FaceBatches(colours, 8, 0)[0][0], training=False)
        fake, deceived = (keras.ops.convert_to_numpy(outputs[name]) for name in ("fake", "deceived"))
        np.testing.assert_allclose(fake, deceived, atol=1e-6)
        assert outputs["real"].shape == (8, 1)

    @pytest.mark.filterwarnings("ignore:Gradients do not exist")
    @pytest.mark.parametrize("part", ["discriminator", "generator"])
    def test_each_network_learns_from_its_own_loss_only(
        self, part: str, colours: np.ndarray, monkeypatch: pytest.MonkeyPatch
    ):
        def only(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            if part == "generator":
                return -keras.ops.mean(y_pred["deceived"])
            return keras.ops.mean(y_pred["fake"]) - keras.ops.mean(y_pred["real"])

        monkeypatch.setattr(AdversarialModel, "compute_loss", only)
        model = AdversarialModel(16)
        model.compile(keras.optimizers.SGD(1.0))
        networks = {"discriminator": model.discriminator, "generator": model.generator}

        def weights() -> dict[str, list[np.ndarray]]:
            return {name: network.get_weights() for name, network in networks.items()}

        before = weights()
        model.train_on_batch(FaceBatches(colours, 16, 0)[0][0])
        moved = {
            name: max(np.abs(a - b).max() for a, b in zip(before[name], after, strict=True))
            for name, after in weights().items()
        }
        other = ({"discriminator", "generator"} - {part}).pop()
        assert moved[part] > 1e-5
        assert moved[other] == 0

    def test_it_learns_the_colours_of_the_faces(self, colours: np.ndarray):
        keras.utils.set_random_seed(0)
        model = AdversarialModel(16)
        model.compile(keras.optimizers.Adam(4e-3, beta_1=0.5, use_ema=True, ema_momentum=0.9))
        batches = FaceBatches(colours, 16, 0)
        for epoch in range(60):
            batches.epoch = epoch
            for at in range(len(batches)):
                model.train_on_batch(batches[at][0])
        model.optimizer.finalize_variable_values(model.trainable_variables)
        means = generate_faces(model.generator, draw_noise(64, 1)).mean((1, 2))
        # Red or blue, never green; at first it is grey.
        assert means[:, 1].mean() < 60
        assert (means[:, [0, 2]].max(1) > means[:, 1] + 50).mean() > 0.8


class TestVariationalModel:
    def test_its_loss_is_difference_and_divergence_by_hand(self):
        model = VariationalModel(16)
        outputs = {
            "faces": np.zeros((2, 16, 16, 3), np.float32),
            "decoded": np.full((2, 16, 16, 3), -0.25, np.float32),
            "mean": np.ones((2, LATENT), np.float32),
            "log_variance": np.full((2, LATENT), np.log(4), np.float32),
        }
        # Of N(1, 4) from N(0, 1), for each of the values: (1 + 4 - 1 - ln 4) / 2.
        divergence = LATENT * (4 - np.log(4)) / 2
        assert loss_of(model, outputs) == pytest.approx(0.25 + DIVERGENCE_WEIGHT * divergence, rel=1e-5)
        assert figures(model) == pytest.approx({"reconstruction_loss": 0.25, "divergence": divergence}, rel=1e-5)

    def test_without_variance_the_decoder_gets_the_mean(self, colours: np.ndarray):
        model = VariationalModel(16)
        layer = model.encoder.get_layer("distribution")
        kernel = layer.get_weights()[0]
        # Logarithms of -60: the noise doesn't count.
        layer.set_weights([np.zeros_like(kernel), np.r_[np.full(LATENT, 0.7), np.full(LATENT, -60.0)]])
        outputs = model(FaceBatches(colours, 4, 0)[0][0])
        expected = model.generator(np.full((4, LATENT), 0.7, np.float32))
        np.testing.assert_allclose(outputs["decoded"], expected, atol=1e-5)

    def test_it_learns_the_colours_of_the_faces(self, colours: np.ndarray):
        keras.utils.set_random_seed(0)
        model = VariationalModel(16)
        model.compile(keras.optimizers.Adam(4e-3))
        batches = FaceBatches(colours, 16, 0)
        for epoch in range(30):
            batches.epoch = epoch
            for at in range(len(batches)):
                model.train_on_batch(batches[at][0])
        decoded = model(batches[0][0])
        assert float(keras.ops.mean(keras.ops.abs(decoded["decoded"] - decoded["faces"]))) < 0.2
        means = generate_faces(model.generator, draw_noise(64, 1)).mean((1, 2))
        assert means[:, 1].mean() < 60
        # Both colours are drawn.
        assert 0.1 < (means[:, 0] > means[:, 2]).mean() < 0.9
