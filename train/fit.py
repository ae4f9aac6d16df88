"""Trains a detector in phases of growing window size, resumable after every epoch."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np

from model.networks import build_network
from train.batches import BalancedBatches
from train.callbacks import Resume, ValidationAuc, auc_per_source, load_plain_weights, read_json, write_json
from train.crops import CropSet, load_crops
from train.datasets import DataError, Sample, read_samples, write_manifest
from train.export import export_detector
from train.imagenet import load_imagenet_weights


@dataclass(frozen=True)
class Phase:
    """A part of the training with one window size.

    Attributes:
        size: Side of the windows in pixels, at most 256.
        epochs: Number of epochs; one epoch shows as many crops as the training set has.
        learning_rate: Highest learning rate; it rises in the first 5 % of the phase and falls to zero along a cosine.
        adapt_statistics: Whether the normalisation layers learn. Without it a step takes half the time, with it the
            first epochs get much further.
    """

    size: int
    epochs: int
    learning_rate: float
    adapt_statistics: bool


@dataclass(frozen=True)
class Settings:
    """What decides the outcome of a training, besides the data.

    Attributes:
        network: Name of the network.
        phases: The phases in order.
        batch_size: Crops in a batch, half of them real.
        blend_share: Share of self-blended pairs, 0..1.
        error: Accepted share of wrong verdicts in each class outside the uncertain band.
        patience: A phase ends early after so many epochs without a better validation AUC.
        seed: Seed of everything random.
    """

    network: str = "lite0"
    phases: Sequence[Phase] = (Phase(128, 6, 1e-3, True), Phase(256, 5, 5e-4, False))
    batch_size: int = 32
    blend_share: float = 0.15
    error: float = 0.03
    patience: int = 6
    seed: int = 0


def fit(data: Path, out: Path, cache: Path, settings: Settings) -> Path:
    """Trains, keeps the weights with the best validation AUC, calibrates them and writes a detector.

    Called again after an interruption with the same arguments, it goes on after the last full epoch.

    Args:
        data: Folder with pictures in a layout that `read_samples` knows.
        out: Folder for the results: `detector.json`, weights, `history.csv`, `manifest.csv`, `skipped.csv`.
        cache: Folder for the face crops.
        settings: Everything else.

    Returns:
        Path of the written `detector.json`.

    Raises:
        DataError: If the data can't be used.
        ValueError: If `out` holds an unfinished training with other settings.
    """
    _require_possible(settings)
    samples = read_samples(data, seed=settings.seed)
    out.mkdir(parents=True, exist_ok=True)
    _claim(out, settings, samples)
    keras.utils.set_random_seed(settings.seed)
    crops = load_crops(data, samples, cache)
    _report(crops, out)
    training, validation = crops.select("train"), crops.select("validation")
    if not auc_per_source(validation, np.zeros(len(validation.samples))):
        raise DataError(f"{data}: no source has both real and fake faces for validation")
    network = build_network(settings.network)
    best = out / "best.weights.h5"
    if best.exists():
        load_plain_weights(network, best)
    else:
        load_imagenet_weights(network)
    done = read_json(out / "resume.json").get("phase", 0)
    for number, phase in list(enumerate(settings.phases))[done:]:
        _run_phase(network, number, phase, training, validation, out, settings)
        load_plain_weights(network, best)
    return export_detector(network, settings.network, validation, out, error=settings.error, about=asdict(settings))


def _run_phase(
    network: keras.Model,
    number: int,
    phase: Phase,
    training: CropSet,
    validation: CropSet,
    out: Path,
    settings: Settings,
) -> None:
    batches = BalancedBatches(training, phase.size, settings.batch_size, settings.seed + number, settings.blend_share)
    resume = Resume(out, batches)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = phase.adapt_statistics
    steps = phase.epochs * len(batches)
    network.compile(_optimizer(phase.learning_rate, steps), keras.losses.BinaryCrossentropy(from_logits=True))
    first = resume.restore(network, number)
    shares = ", ".join(f"{source} {share:.0%}" for source, share in batches.shares.items())
    print(f"Phase {number + 1}: {phase.size} x {phase.size} windows, epochs {first + 1} to {phase.epochs}; {shares}")
    network.fit(
        batches,
        initial_epoch=first,
        epochs=phase.epochs,
        callbacks=[
            resume,
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
            ValidationAuc(validation, out / "best.weights.h5", phase.size),
            keras.callbacks.CSVLogger(out / "history.csv", append=True),
            keras.callbacks.EarlyStopping("val_auc", mode="max", patience=settings.patience, verbose=1),
            # Last: an epoch interrupted while it is measured is done again.
            keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: resume.commit(epoch)),
        ],
        # The batches are random as they are; shuffled by Keras, a resumed epoch would come in another order.
        shuffle=False,
    )
    write_json(out / "resume.json", {"phase": number + 1, "epoch": 0})


def _optimizer(learning_rate: float, steps: int) -> keras.optimizers.Optimizer:
    """AdamW whose averaged weights are the ones validated and kept: they generalise better at no cost."""
    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm_up), warmup_target=learning_rate, warmup_steps=warm_up
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-3, use_ema=True, ema_momentum=0.997, global_clipnorm=5.0)


def _require_possible(settings: Settings) -> None:
    """Refuses settings before anything is written."""
    if settings.batch_size < 2 or settings.batch_size % 2:
        raise ValueError(f"`batch_size` must be an even number from 2. Received: batch_size={settings.batch_size}")
    if not 0 <= settings.blend_share <= 1:
        raise ValueError(f"`blend_share` must be 0 to 1. Received: blend_share={settings.blend_share}")
    if settings.patience < 0:
        raise ValueError(f"`patience` must not be negative. Received: patience={settings.patience}")
    if not settings.phases:
        raise ValueError("`phases` must have at least one phase with epochs. Received: none")
    for phase in settings.phases:
        if phase.epochs < 1 or not phase.learning_rate > 0:
            raise ValueError(f"each phase needs `epochs` from 1 and a positive `learning_rate`. Received: {phase}")


def _claim(out: Path, settings: Settings, samples: Sequence[Sample]) -> None:
    """Writes settings and manifest into a new folder; refuses a folder with others."""
    file = out / "settings.json"
    # Through JSON's types, so that tuples compare equal to what was read back.
    wanted = asdict(replace(settings, phases=[asdict(phase) for phase in settings.phases]))
    found = read_json(file)
    if found and found != wanted:
        raise ValueError(
            f"{out} holds a training with other settings. Choose another --out, or delete the folder. "
            f"There: {found}. Received: {wanted}"
        )
    partial, manifest = out / "partial.manifest.csv", out / "manifest.csv"
    write_manifest(partial, samples)
    if found and manifest.exists() and manifest.read_bytes() != partial.read_bytes():
        partial.unlink()
        raise ValueError(f"{out} holds a training on other pictures. Choose another --out, or delete the folder.")
    write_json(file, wanted)
    partial.replace(manifest)


def _report(crops: CropSet, out: Path) -> None:
    """Prints what there is to train on, and lists what was left out."""
    counts = Counter((sample.source, sample.split, sample.label) for sample in crops.samples)
    print(f"{'source':<24}{'split':<12}{'real':>8}{'fake':>8}")
    for source, split in sorted({key[:2] for key in counts}):
        print(f"{source:<24}{split:<12}{counts[source, split, 0]:>8}{counts[source, split, 1]:>8}")
    with (out / "skipped.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "reason"])
        writer.writerows(crops.skipped)
    if crops.skipped:
        print(f"Left out {len(crops.skipped)} pictures; {out / 'skipped.csv'} says which and why.")
