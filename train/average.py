"""Averages the weights of trainings that started from one another: better than either, at the cost of one.

Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" (WiSE-FT): what a later training gained and what an
earlier one knew better are both kept half-way between their weights, as long as no barrier lies between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from model.networks import build_network
from train.crops import load_crops
from train.datasets import read_samples
from train.export import export_detector
from train.files import describe_weights, load_plain_weights
from train.settings import Settings


def average(
    data: Path,
    out: Path,
    cache: Path,
    weights: Sequence[Path],
    shares: Sequence[float],
    *,
    network: str,
    depth: int | None = None,
    seed: int = 0,
) -> Path:
    """Averages weights, calibrates the result and writes a detector.

    Args:
        data: Folder with the pictures that the trainings used; the validation part calibrates.
        out: Folder for `detector.json` and the weights.
        cache: Folder for face crops, as for `fit`.
        weights: Weight files of one network.
        shares: What each counts, from 0; made to add up to 1.
        network: Name of the network.
        depth: How deep it is, if it isn't as deep as by default.
        seed: The seed of the trainings, which divides data that is not divided.

    Returns:
        Path of `detector.json`.

    Raises:
        DataError: If the data can't be used.
        ValueError: If the shares don't fit, or a file holds no weights of this network.
        OSError: If a file can't be read or written.
    """
    if len(weights) != len(shares) or min(shares, default=-1) < 0 or not sum(shares):
        raise ValueError(
            f"each file needs one share from 0, not all 0. Received: {len(weights)} files, shares={shares}"
        )
    mixed = average_weights(network, weights, shares, depth)
    validation = load_crops(data, read_samples(data, seed=seed), cache).select("validation")
    total = sum(shares)
    parts = [{"share": share / total} | describe_weights(file) for file, share in zip(weights, shares, strict=True)]
    out.mkdir(parents=True, exist_ok=True)
    about = {"averaged": parts}
    return export_detector(mixed, network, validation, out, error=Settings().error, about=about, depth=depth)


def average_weights(
    network: str, weights: Sequence[Path], shares: Sequence[float], depth: int | None = None
) -> keras.Model:
    """Builds a network whose weights are the weighted means of those in files.

    Args:
        network: Name of the network.
        weights: Weight files.
        shares: What each counts, from 0; made to add up to 1.
        depth: How deep the network is, if it isn't as deep as by default.

    Returns:
        The network.

    Raises:
        OSError: If a file can't be read.
        ValueError: If it holds no weights of this network.
    """
    total = None
    for file, share in zip(weights, shares, strict=True):
        loaded = build_network(network, depth)
        load_plain_weights(loaded, file)
        part = [share / sum(shares) * np.asarray(values, np.float64) for values in loaded.get_weights()]
        total = part if total is None else [a + b for a, b in zip(total, part, strict=True)]
    mixed = build_network(network, depth)
    mixed.set_weights(total)
    return mixed
