"""Does a map depend on what the network has learnt? Layer by layer it is made to forget: the map must change.

Adebayo et al. 2018, "Sanity Checks for Saliency Maps": some methods draw much the same picture for a network of random
weights; they trace edges and explain nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from explain.faithfulness.agreement import spearman

if TYPE_CHECKING:
    import keras


def cascade(network: keras.Model, seed: int) -> Iterator[tuple[str, keras.Model]]:
    """Randomises a copy of a network from the top layer down to the first.

    The entries of a kernel are put in random order, so that it keeps their distribution and the signal its strength.
    Biases and batch normalisation, which would let the signal die away if they were random, stay as they are.

    Args:
        network: A functional model; it is not changed.
        seed: Of the random orders; the same seed gives the same networks.

    Yields:
        After each layer its name, and the copy with this layer and all above it randomised. It is one copy, changed
        further each time, so that functions compiled for it stay valid: use it before asking for the next.
    """
    import keras

    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    generator = np.random.default_rng(seed)
    for layer in reversed(list(_layers(copy))):
        kernels = [weight for weight in layer.trainable_weights if "kernel" in weight.name]
        for kernel in kernels:
            values = np.asarray(kernel)
            kernel.assign(generator.permutation(values.ravel()).reshape(values.shape))
        if kernels:
            yield layer.name, copy


def correlate_with_random(
    network: keras.Model, draw: Callable[[keras.Model], np.ndarray], seed: int
) -> dict[str, float]:
    """Draws a map for the network and for each stage of its randomisation, and compares.

    Args:
        network: A functional model; it is not changed.
        draw: From a network to its map of one and the same picture, float, any shape.
        seed: Of the randomisation.

    Returns:
        By name of the last layer randomised, top first, Spearman's rank correlation with the map of the network as
        it is; NaN if a map is flat. Near 0 at the end for a method that depends on the weights.
    """
    learnt = draw(network)
    return {name: spearman(learnt, draw(randomised)) for name, randomised in cascade(network, seed)}


def _layers(network: keras.Model) -> Iterator[keras.layers.Layer]:
    """The layers of a network from the input on, those of networks within it in their place."""
    import keras

    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer)
        else:
            yield layer
