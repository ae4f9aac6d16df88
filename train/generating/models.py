"""What is trained: a generator against a discriminator, or with an encoder.

Both are Keras models with a loss of their own; gradient and step are those of Keras' own training step, so they run on
any of its backends. Every random number comes in with the batch: Keras saves no state of its chance, and so a resumed
training goes on exactly as it would have.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from train.generating.changes import change
from train.generating.networks import build_discriminator, build_encoder, build_generator

Batch = dict[str, keras.KerasTensor]
"""`faces` uint8 RGB (batch, size, size, 3), `noise` (batch, 128), `chance_real` and `chance_fake` (batch, 7)."""


class AdversarialModel(keras.Model):
    """A generative adversarial network (Goodfellow et al. 2014) with the hinge loss (Lim & Ye 2017).

    Both networks take their step at the same time, from one loss: each one's part of it is constant to the other.

    Args:
        size: Side of the faces in pixels.
    """

    def __init__(self, size: int):
        super().__init__(name="adversarial")
        self.generator = build_generator(size)
        self.discriminator = build_discriminator(size)
        self._trackers = {name: keras.metrics.Mean(name=name) for name in ("discriminator_loss", "generator_loss")}
        self.built = True

    def call(self, inputs: Batch, training: bool = False) -> dict[str, keras.KerasTensor]:
        """Scores real and generated faces.

        Args:
            inputs: A batch.
            training: Passed on to the networks.

        Returns:
            Scores (batch, 1): `real` and `fake`, which the discriminator learns from, `deceived`, the generator.
        """
        real = change(_to_levels(inputs["faces"]), inputs["chance_real"])
        fake = change(self.generator(inputs["noise"], training=training), inputs["chance_fake"])
        scores = self.discriminator(ops.concatenate([real, ops.stop_gradient(fake)]), training=training)
        real_scores, fake_scores = ops.split(scores, 2)
        fixed = [ops.stop_gradient(variable.value) for variable in self.discriminator.trainable_variables]
        states = [variable.value for variable in self.discriminator.non_trainable_variables]
        deceived, _ = self.discriminator.stateless_call(fixed, states, fake, training=False)
        return {"real": real_scores, "fake": fake_scores, "deceived": deceived}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: dict[str, keras.KerasTensor] | None = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Adds up both networks' losses; arguments as in Keras, of which only `y_pred` is used."""
        discriminator = ops.mean(ops.relu(1 - y_pred["real"])) + ops.mean(ops.relu(1 + y_pred["fake"]))
        generator = -ops.mean(y_pred["deceived"])
        self._trackers["discriminator_loss"].update_state(discriminator)
        self._trackers["generator_loss"].update_state(generator)
        return discriminator + generator


class VariationalModel(keras.Model):
    """A variational autoencoder (Kingma & Welling 2014): quick and never unstable, but its faces are blurred.

    Args:
        size: Side of the faces in pixels.
    """

    def __init__(self, size: int):
        super().__init__(name="variational")
        self.encoder = build_encoder(size)
        self.generator = build_generator(size)
        self._trackers = {name: keras.metrics.Mean(name=name) for name in ("reconstruction_loss", "divergence")}
        self.built = True

    def call(self, inputs: Batch, training: bool = False) -> dict[str, keras.KerasTensor]:
        """Encodes faces, draws around the encoding and decodes.

        Args:
            inputs: A batch; `chance_real` and `chance_fake` aren't used.
            training: Passed on to the networks.

        Returns:
            `faces` and `decoded`, (batch, size, size, 3), -1..1; `mean` and `log_variance`, (batch, 128).
        """
        faces = _to_levels(inputs["faces"])
        mean, log_variance = ops.split(self.encoder(faces, training=training), 2, axis=-1)
        drawn = mean + ops.exp(log_variance / 2) * inputs["noise"]
        decoded = self.generator(drawn, training=training)
        return {"faces": faces, "decoded": decoded, "mean": mean, "log_variance": log_variance}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: dict[str, keras.KerasTensor] | None = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Adds mean absolute difference and divergence; arguments as in Keras, of which only `y_pred` is used."""
        difference = ops.mean(ops.abs(y_pred["decoded"] - y_pred["faces"]))
        variance = ops.exp(y_pred["log_variance"])
        divergence = ops.mean(ops.sum(ops.square(y_pred["mean"]) + variance - 1 - y_pred["log_variance"], -1)) / 2
        self._trackers["reconstruction_loss"].update_state(difference)
        self._trackers["divergence"].update_state(divergence)
        return difference + DIVERGENCE_WEIGHT * divergence


DIVERGENCE_WEIGHT = 5e-4
"""What a unit of divergence counts beside the mean absolute difference of pixels (levels -1..1)."""
NETWORKS = {"gan": AdversarialModel, "vae": VariationalModel}
"""What `--network` names."""


def _to_levels(faces: keras.KerasTensor) -> keras.KerasTensor:
    return ops.cast(faces, "float32") / 127.5 - 1
