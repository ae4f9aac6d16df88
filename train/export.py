"""Turns trained weights into a detector that `model.load_detector` takes."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.metrics import roc_auc_score

from model.calibration import Calibration, fit_calibration, fit_shift
from model.detector import CLASSES, FORMAT
from model.faces import CROP_MARGIN, CROP_SIZE
from model.layer_names import LOGIT_LAYER, PATCH_LAYER
from train.batches import predict_logits
from train.callbacks import auc_per_source
from train.crops import CropSet
from train.files import describe_weights, save_plain_weights, write_json


def export_detector(
    network: keras.Model,
    name: str,
    validation: CropSet,
    out: Path,
    *,
    error: float,
    about: dict[str, Any],
    depth: int | None = None,
) -> Path:
    """Calibrates a network on the validation crops and writes weights and `detector.json`.

    Args:
        network: The trained network.
        name: Its name in `model.networks.NETWORKS`.
        validation: Crops that were not trained on.
        out: Folder to write to.
        error: Accepted share of wrong verdicts in each class outside the uncertain band.
        about: The settings of the training, kept for the record.
        depth: How deep the network is, if it isn't as deep as by default.

    Returns:
        Path of `detector.json`.
    """
    logits = predict_logits(network, validation)
    paired = np.isin(validation.sources, validation.paired_sources)
    logits = logits + centre(network, logits[paired], validation.labels[paired])
    weights = out / f"{name}.weights.h5"
    save_plain_weights(network, weights)
    parts = {"network": name, "weights": describe_weights(weights)} | ({} if depth is None else {"depth": depth})
    write_json(out / "detector.json", describe_detector(parts, validation, logits, error=error, about=about))
    return out / "detector.json"


def describe_detector(
    parts: dict[str, Any], validation: CropSet, logits: np.ndarray, *, error: float, about: dict[str, Any]
) -> dict[str, Any]:
    """Calibrates logits and gives the content of a `detector.json`.

    Args:
        parts: What says which network it is: `network` and `weights`, for an ensemble `members` and `bias` too.
        validation: Crops that were not trained on.
        logits: (samples,), the network's image logits for them, centred.
        error: Accepted share of wrong verdicts in each class outside the uncertain band.
        about: The settings of the training, kept for the record.

    Returns:
        The description.
    """
    paired = np.isin(validation.sources, validation.paired_sources)
    calibration = fit_calibration(logits[paired], validation.labels[paired], error=error)
    counts = Counter((sample.source, "fake" if sample.label else "real") for sample in validation.samples)
    return {
        "format": FORMAT,
        "network": parts["network"],
        "classes": CLASSES,
        "preprocessing": {"size": CROP_SIZE, "margin": CROP_MARGIN, "values": "RGB 0..255"},
        **parts,
        "calibration": asdict(calibration),
        "training": {
            "date": datetime.date.today().isoformat(),
            "settings": about,
            "validation_faces": {f"{source}/{label}": count for (source, label), count in sorted(counts.items())},
        },
        "metrics": {"accepted_error": error} | _metrics(validation, logits, calibration),
    }


def centre(network: keras.Model, logits: np.ndarray, labels: np.ndarray) -> float:
    """Moves a network's logits so that 0 stands where real and fake are equally likely.

    What training showed need not have been half fake: a window beside a blend counts as real. The shift is the
    intercept of Platt 1999, "Probabilistic Outputs for Support Vector Machines", and goes into the bias of the head, so
    that one temperature is all that calibration needs. Ranks and heatmaps stay as they were.

    Args:
        network: The network; the bias of its last layer with weights is changed in place.
        logits: (samples,), its image logits for faces that were not trained on.
        labels: (samples,), 1 for fake, 0 for real.

    Returns:
        What was added to every logit.
    """
    shift = fit_shift(logits, labels)
    head = network.get_layer(PATCH_LAYER if PATCH_LAYER in {layer.name for layer in network.layers} else LOGIT_LAYER)
    head.bias.assign(head.bias + shift)
    return shift


def metrics_table(metrics: dict[str, Any]) -> str:
    """Sets the validation figures of a detector as a table.

    Args:
        metrics: The `metrics` of a `detector.json`.

    Returns:
        A Markdown table with a row a source, which a terminal shows as well.
    """
    rows = {**metrics["sources"], "all with both classes": {"auc": metrics["auc"], **metrics["all_paired_sources"]}}
    columns = ["auc", *metrics["all_paired_sources"]]
    width = max(map(len, rows))
    lines = [f"| {'source':<{width}} | {' | '.join(column.replace('_', ' ') for column in columns)} |"]
    lines.append("|" + "---|" * (len(columns) + 1))
    for source, row in rows.items():
        cells = [
            ("" if row[column] is None else f"{row[column]:.3f}" if column == "auc" else f"{row[column]:.1%}").rjust(
                len(column)
            )
            for column in columns
        ]
        lines.append(f"| {source:<{width}} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _metrics(crops: CropSet, logits: np.ndarray, calibration: Calibration) -> dict[str, Any]:
    """Validation figures per source and over the sources that have both classes."""
    per_source = auc_per_source(crops, logits)
    verdicts = np.array([calibration.verdict(calibration.probability_fake(logit)) for logit in logits])
    paired = np.isin(crops.sources, list(per_source))
    labels = crops.labels

    def share(verdict: str, label: int, of: np.ndarray) -> float | None:
        chosen = of & (labels == label)
        return round(float((verdicts[chosen] == verdict).mean()), 4) if chosen.any() else None

    def row(of: np.ndarray) -> dict[str, float | None]:
        return {
            "reals_called_real": share("real", 0, of),
            "reals_called_fake": share("fake", 0, of),
            "fakes_called_fake": share("fake", 1, of),
            "fakes_called_real": share("real", 1, of),
        }

    return {
        "auc": round(float(roc_auc_score(labels[paired], logits[paired])), 4),
        "mean_auc": round(float(np.mean(list(per_source.values()))), 4),
        "uncertain": round(float((verdicts[paired] == "uncertain").mean()), 4),
        "all_paired_sources": row(paired),
        "sources": {
            source: {"auc": round(per_source[source], 4) if source in per_source else None}
            | row(crops.sources == source)
            for source in map(str, np.unique(crops.sources))
        },
    }
