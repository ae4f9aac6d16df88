"""Layers by name, also those of a network inside a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def expose_layer(network: keras.Model, name: str) -> keras.Model:
    """Gives a network a layer's output as second output; weights are shared.

    Args:
        network: A functional model with one output.
        name: Name of a layer with output (batch, rows, columns, channels). A layer of a network inside the network is
            named with the path to it, `backbone/block3`, or without if no other layer has its name.

    Returns:
        A model from the same input to [output, output of the layer].

    Raises:
        ValueError: If there is no such layer, or the name fits several.
    """
    return _expose(network, find_layer(network, name))


def find_layer(network: keras.Model, name: str) -> list[keras.layers.Layer]:
    """Finds a layer.

    Args:
        network: A functional model.
        name: As for `expose_layer`.

    Returns:
        The layers on the way to it: networks inside one another from the outermost on, and last the layer itself.

    Raises:
        ValueError: If there is no such layer, its output is no map, or the name fits several.
    """
    found = [path for path in _paths(network) if _is_map(path[-1]) and f"/{_name(path)}".endswith(f"/{name}")]
    exact = [path for path in found if _name(path) == name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        names = ", ".join(_name(path) for path in found)
        raise ValueError(f"`layer` fits several layers: {names}. Received: {name!r}")
    names = ", ".join(layer_names(network))
    raise ValueError(f"`layer` must be among {names}. Received: {name!r}")


def layer_names(network: keras.Model) -> list[str]:
    """Lists the layers whose output is a map that can be explained: (batch, rows, columns, channels)."""
    return [_name(path) for path in _paths(network) if _is_map(path[-1])]


def _is_map(layer: keras.layers.Layer) -> bool:
    return len(getattr(layer.output, "shape", ())) == 4


@dataclass(frozen=True)
class Call:
    """One use of a layer: the symbolic tensors that went in and the one that came out."""

    inputs: list[keras.KerasTensor]
    output: keras.KerasTensor


def calls_in(network: keras.Model) -> dict[keras.layers.Layer, Call]:
    """Lists how each layer is called in a network's graph, from the output back to the input.

    `layer.input` and `layer.output` would be those of its first call, which for a network inside a network, or in a
    `Sequential`, belongs to another graph.

    Args:
        network: A functional model in which each layer has one output.

    Returns:
        The call of each layer.
    """
    calls = {}
    waiting = list(network.outputs)
    while waiting:
        output = waiting.pop()
        layer, node, _ = output._keras_history
        if layer not in calls:
            calls[layer] = Call(list(layer._inbound_nodes[node].input_tensors), output)
            waiting.extend(calls[layer].inputs)
    return calls


def _paths(network: keras.Model) -> list[list[keras.layers.Layer]]:
    import keras

    paths = []
    for layer in network.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        paths.append([layer])
        if isinstance(layer, keras.Model):
            paths.extend([layer, *inner] for inner in _paths(layer))
    return paths


def _name(path: list[keras.layers.Layer]) -> str:
    return "/".join(layer.name for layer in path)


def _expose(network: keras.Model, path: list[keras.layers.Layer]) -> keras.Model:
    import keras

    target, *rest = path
    if not rest:
        return keras.Model(network.inputs[0], [network.outputs[0], calls_in(network)[target].output])
    seen = []

    def call(layer: keras.layers.Layer, *arguments: object, **options: object) -> object:
        if layer is not target:
            return layer(*arguments, **options)
        output, features = _expose(target, rest)(*arguments)
        seen.append(features)
        return output

    # Layers stay the same objects, so weights are shared; only the calls are made anew.
    functional = keras.Model(network.inputs[0], network.outputs[0])
    rebuilt = keras.models.clone_model(functional, clone_function=lambda layer: layer, call_function=call)
    return keras.Model(rebuilt.inputs[0], [rebuilt.outputs[0], seen[0]])
