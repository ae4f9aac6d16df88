"""Trains several networks in the same way, to compare them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.metrics import roc_auc_score

from model.networks import build_network
from train.batches import predict_logits
from train.callbacks import auc_per_source
from train.crops import CropSet
from train.files import read_json, write_json
from train.fit import train_network
from train.folders import claim_folder
from train.settings import Settings


def train_baselines(
    crops: CropSet, out: Path, cache: Path, networks: Sequence[str], settings: Settings
) -> dict[str, Any]:
    """Trains each network on the training split and measures it on the validation split.

    Called again after an interruption with the same arguments, it goes on after the last full epoch. Called
    with other networks, it adds them to those that are there.

    Args:
        crops: All crops.
        out: Folder for the results: `baselines.json`, and a folder a network.
        cache: Folder for what a training makes from its crops.
        networks: Names of networks.
        settings: Everything else about the trainings; its own network doesn't count.

    Returns:
        The content of `baselines.json`: `rows`, the networks in the order of training, and `settings`. A
        row has `name`, `parameters` (with the statistics of the normalisation), `auc` of each source with both classes,
        `all`, the AUC over these sources pooled, and `epochs`.

    Raises:
        DataError: If no source has both classes for validation.
        ValueError: If there is no network of a name, or `out` holds results of other settings or on other pictures.
    """
    parameters = {name: build_network(name).count_params() for name in networks}
    described = {key: value for key, value in asdict(settings).items() if key != "network"}
    claim_folder(out, described, crops.samples)
    training, validation = crops.select("train"), crops.select("validation")
    report = {"rows": read_json(out / "baselines.json").get("rows", []), "settings": described}
    for name in networks:
        if any(row["name"] == name for row in report["rows"]):
            print(f"{name}: done before.")
            continue
        print(f"{name}:")
        network = train_network(training, validation, out / name, replace(settings, network=name), cache)
        figures = measure_baseline(validation, predict_logits(network, validation))
        epochs = sum(phase.epochs for phase in settings.phases)
        report["rows"].append({"name": name, "parameters": parameters[name], **figures, "epochs": epochs})
        write_json(out / "baselines.json", report)
        keras.utils.clear_session()
    return report


def measure_baseline(crops: CropSet, logits: np.ndarray) -> dict[str, Any]:
    """Measures a network over the sources that have both classes.

    Args:
        crops: The crops.
        logits: (samples,), image logits, positive for fake.

    Returns:
        `auc` of each source, and `all` over them pooled, 0..1.
    """
    per_source = auc_per_source(crops, logits)
    paired = np.isin(crops.sources, list(per_source))
    return {
        "auc": {source: round(value, 4) for source, value in per_source.items()},
        "all": round(float(roc_auc_score(crops.labels[paired], logits[paired])), 4),
    }


def baselines_table(report: dict[str, Any]) -> str:
    """Sets the rows of a `baselines.json` as a Markdown table."""
    sources = list(dict.fromkeys(source for row in report["rows"] for source in row["auc"]))
    lines = [f"| network | parameters | {' | '.join(sources)} | all |", "|---|" + "---:|" * (len(sources) + 2)]
    for row in report["rows"]:
        cells = [f"{row['auc'][source]:.3f}" for source in sources]
        lines.append(f"| {row['name']} | {row['parameters']:,} | {' | '.join(cells)} | {row['all']:.3f} |")
    return "\n".join(lines)
