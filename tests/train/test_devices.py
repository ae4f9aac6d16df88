"""A training runs where it is told to, or says what there is."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import keras
import pytest

from train import devices as module
from train.devices import on_device


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """One CPU and two GPUs, named as JAX does."""
    found = {"cpu": ["cpu:0"], "gpu": ["cuda:0", "cuda:1"]}
    monkeypatch.setattr(module.keras.distribution, "list_devices", found.__getitem__)
    monkeypatch.setattr(module.keras, "device", lambda name: f"on {name}")


@pytest.mark.parametrize("name, device", [("cpu", "cpu:0"), ("gpu", "gpu:0"), ("gpu:1", "gpu:1")])
def test_a_device_is_found_by_its_kind_or_number(machine: None, name: str, device: str):
    assert on_device(name) == f"on {device}"


@pytest.mark.parametrize("name", ["gpu:2", "tpu", "GPU", "", "cpu:9"])
def test_what_is_not_there_is_refused_and_what_is_there_is_named(machine: None, name: str):
    with pytest.raises(ValueError, match=rf"cpu:0, gpu:0, gpu:1.*Received: '{name}'"):
        on_device(name)


def test_a_backend_without_any_gpu_may_say_so_by_an_error(monkeypatch: pytest.MonkeyPatch):
    def find(kind: str) -> list[str]:
        if kind == "gpu":
            raise RuntimeError("Unknown backend: 'gpu' requested")
        return ["cpu:0"]

    monkeypatch.setattr(module.keras.distribution, "list_devices", find)
    with pytest.raises(ValueError, match="cpu, gpu or among cpu:0:"):
        on_device("gpu")


@pytest.mark.parametrize("name, device", [("cpu", "cpu"), ("gpu", "gpu:0"), ("gpu:1", "gpu:1")])
def test_a_backend_that_keras_can_not_list_the_devices_of_lists_them_itself(
    monkeypatch: pytest.MonkeyPatch, machine: None, name: str, device: str
):
    monkeypatch.setattr(module.keras.backend, "backend", lambda: "torch")
    monkeypatch.setattr(module.keras.distribution, "list_devices", None)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=SimpleNamespace(device_count=lambda: 2)))
    assert on_device(name) == f"on {device}"


def test_on_this_machine_there_is_a_cpu():
    with on_device("cpu"):
        total = keras.ops.sum(keras.ops.ones(3))
    assert float(total) == 3


def test_auto_leaves_the_choice_to_keras():
    with on_device("auto"):
        assert float(keras.ops.sum(keras.ops.ones(3))) == 3
