"""Weights and JSON on disk: a file is there in full or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import keras


def save_plain_weights(model: keras.Model, path: Path) -> None:
    """Saves a model's weights without its optimizer's, in full or not at all.

    Args:
        model: The model, compiled or not.
        path: A file name that ends in `.weights.h5`.
    """
    partial = path.with_name("partial." + path.name)
    # Functional models share their layers, so this one has the weights but no optimizer.
    keras.Model(model.inputs, model.outputs).save_weights(partial)
    partial.replace(path)


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
    partial.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    partial.replace(path)
