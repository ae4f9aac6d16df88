"""Normalisation merged into the convolution before it: the same network with less to compute."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

_CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)


@dataclass(frozen=True)
class Folded:
    """A network that computes the same with less.

    Attributes:
        network: It, with layers of the same names.
        changed: Names of the layers whose output is another than before: the convolutions.
    """

    network: keras.Model
    changed: frozenset[str]


def fold_normalisation(network: keras.Model) -> Folded:
    """Builds the same network for use after training, with every batch normalisation that follows a convolution merged.

    After training a batch normalisation multiplies each channel by gamma / sqrt(variance + epsilon) and adds to it
    (Ioffe & Szegedy 2015, "Batch Normalization", section 3.1), which kernel and bias of the convolution can do.
    TensorFlow does so itself only in a forward pass, and not with depthwise convolutions.

    Args:
        network: A functional network with its final weights. What is nested in it stays as it is.

    Returns:
        The network; later changes of the weights of the one given are not seen.
    """
    pairs = {}
    for layer in network.layers:
        convolution = _convolution_before(layer)
        if convolution is not None:
            pairs[convolution.name] = layer
    normalisations = {layer.name for layer in pairs.values()}

    def clone(layer: keras.Layer) -> keras.Layer:
        if layer.name in normalisations:
            return keras.layers.Identity(name=layer.name)
        config = layer.get_config()
        return type(layer).from_config(config | {"use_bias": True} if layer.name in pairs else config)

    def call(layer: keras.Layer, *arguments: object, **options: object) -> object:
        # What a normalisation is told besides means nothing to the layer in its place.
        return layer(arguments[0]) if layer.name in normalisations else layer(*arguments, **options)

    folded = keras.models.clone_model(network, clone_function=clone, call_function=call)
    for layer in network.layers:
        if layer.name in pairs:
            folded.get_layer(layer.name).set_weights(_merge(layer, pairs[layer.name]))
        elif layer.weights and layer.name not in normalisations:
            folded.get_layer(layer.name).set_weights(layer.get_weights())
    return Folded(folded, frozenset(pairs))


def _convolution_before(layer: keras.Layer) -> keras.Layer | None:
    """Gives the convolution that a normalisation can be merged into."""
    if not isinstance(layer, keras.layers.BatchNormalization) or layer.axis not in (-1, 3):
        return None
    before = layer.input._keras_history.operation
    plain = (
        isinstance(before, _CONVOLUTIONS)
        and before.data_format == "channels_last"
        and before.activation is keras.activations.linear
        and len(before._outbound_nodes) == 1
    )
    return before if plain else None


def _merge(convolution: keras.Layer, normalisation: keras.layers.BatchNormalization) -> list[np.ndarray]:
    kernel, *bias = convolution.get_weights()
    mean, variance = (np.asarray(value) for value in (normalisation.moving_mean, normalisation.moving_variance))
    factor = 1 / np.sqrt(variance + normalisation.epsilon)
    if normalisation.scale:
        factor = factor * np.asarray(normalisation.gamma)
    shift = np.asarray(normalisation.beta) if normalisation.center else 0
    # Of a depthwise kernel the last two axes together are the channels.
    depthwise = isinstance(convolution, keras.layers.DepthwiseConv2D)
    shaped = factor.reshape(kernel.shape[-2:]) if depthwise else factor
    return [kernel * shaped, ((bias[0] if bias else 0) - mean) * factor + shift]
