"""Detectors with weights of our own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from model.networks import build_network


def write_lite0(folder: Path, weight: float, bias: float) -> Path:
    """Writes a `lite0` whose head has one weight for all features.

    Args:
        folder: Where to.
        weight: What each feature counts; with 0 the head looks at nothing.
        bias: What is added to the logit of every patch.

    Returns:
        Its `detector.json`.
    """
    network = build_network("lite0")
    head = network.get_layer("patch_logits")
    head.set_weights([np.full_like(head.get_weights()[0], weight), np.array([bias])])
    weights = folder / "lite0.weights.h5"
    network.save_weights(weights)
    description = {
        "format": 1,
        "network": "lite0",
        "classes": ["real", "fake"],
        "preprocessing": {"size": 256, "margin": 1.3, "values": "RGB 0..255"},
        "weights": {"file": weights.name, "sha256": hashlib.sha256(weights.read_bytes()).hexdigest()},
        "calibration": {"temperature": 2.0, "real_below": 0.2, "fake_above": 0.8},
    }
    path = folder / "detector.json"
    path.write_text(json.dumps(description))
    return path
