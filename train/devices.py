"""Which processor a training runs on."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext

import keras

AUTO = "auto"


def on_device(name: str) -> AbstractContextManager:
    """Gives the context in which Keras computes on a device, whatever its backend.

    Args:
        name: "auto" for the one that Keras chooses, "cpu", "gpu", or one of several such as "gpu:1".

    Returns:
        The context.

    Raises:
        ValueError: If there is no such device.
    """
    if name == AUTO:
        return nullcontext()
    known = [*_devices("cpu"), *_devices("gpu")]
    wanted = name if name in known or ":" in name else f"{name}:0"
    if wanted not in known:
        raise ValueError(
            f"`device` must be {AUTO}, cpu, gpu or among {', '.join(known)}: that is what Keras finds on this machine "
            f"by its backend {keras.backend.backend()}. Received: {name!r}"
        )
    return keras.device(wanted)


def _devices(kind: str) -> list[str]:
    if keras.backend.backend() == "torch":
        return _devices_of_torch(kind)
    try:
        # JAX calls a GPU "cuda:0" in full, but takes it as "gpu:0".
        return [f"{kind}:{number}" for number, _ in enumerate(keras.distribution.list_devices(kind))]
    except RuntimeError:  # JAX: no platform of that kind
        return []


def _devices_of_torch(kind: str) -> list[str]:
    """What Keras can't list for this backend. It has one "cpu": with a number, Keras moves all its variables there."""
    if kind == "cpu":
        return ["cpu"]
    # Keras has imported it.
    return [f"gpu:{number}" for number in range(sys.modules["torch"].cuda.device_count())]
