"""Weights and JSON on disk: a file is there in full or not at all."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path

import keras


class _Memory(io.BytesIO):
    """A file in memory, with the name that Keras wants one to have."""

    def __str__(self) -> str:
        return "memory.weights.h5"


def weights_bytes(model: keras.Model) -> bytes:
    """Gives the content of a weights file: the model's weights, and its optimizer's if it is compiled.

    HDF5 takes the whole process down when the disk is full, so it never sees the disk.
    """
    memory = _Memory()
    model.save_weights(memory)
    return memory.getvalue()


def save_plain_weights(model: keras.Model, path: Path) -> None:
    """Saves a model's weights without its optimizer's, in full or not at all.

    Args:
        model: The model, compiled or not.
        path: A file name that ends in `.weights.h5`.
    """
    # Functional models share their layers, so this one has the weights but no optimizer.
    write_files(path.parent, {path.name: weights_bytes(keras.Model(model.inputs, model.outputs))})


def load_plain_weights(model: keras.Model, path: Path) -> None:
    """Loads weights that `save_plain_weights` saved.

    Args:
        model: The model, compiled or not.
        path: The file.
    """
    keras.Model(model.inputs, model.outputs).load_weights(path)


def describe_weights(path: Path) -> dict[str, str]:
    """Says which weights a file holds, without saying where on this machine it lies."""
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def read_json(path: Path) -> dict:
    """Reads a JSON object; an empty one if there is no such file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_json(path: Path, value: dict) -> None:
    """Writes a JSON object in full or not at all."""
    partial = path.with_name("partial." + path.name)
    try:
        partial.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Writes several files, all of them or none; other files in the folder stay.

    Args:
        folder: Where to; made if it is not there.
        contents: What, by file name; the last one is put in place last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    partials = {name: folder / f"partial.{name}" for name in contents}
    try:
        for name, partial in partials.items():
            partial.write_bytes(contents[name])
        for name, partial in partials.items():
            partial.replace(folder / name)
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)
