"""Trains a detector in phases of growing window size, resumable after every epoch."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path

import keras

from model.networks import build_network
from train.crops import CropSet, load_crops
from train.datasets import DataError, read_samples
from train.export import export_detector
from train.files import describe_weights, load_plain_weights
from train.folders import claim_folder
from train.phases import Job, run_phases
from train.precision import computing_in
from train.settings import NAMED_STARTS, Settings, require_possible, require_sources
from train.start_weights import load_start_weights
from train.synthetic.resynthesis import load_resyntheses


def fit(
    data: Path,
    out: Path,
    cache: Path,
    settings: Settings,
    *,
    device: AbstractContextManager | None = None,
    workers: int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Path:
    """Trains, keeps the weights with the best validation AUC, calibrates them and writes a detector.

    Called again after an interruption with the same arguments, it goes on after the last full epoch.

    Args:
        data: Folder with pictures in a layout that `read_samples` knows.
        out: Folder for the results: `detector.json`, weights, `history.csv`, `curves.png`, `manifest.csv`,
            `skipped.csv`.
        cache: Folder for the face crops and the reconstructions.
        settings: Everything else.
        device: What `train.devices.on_device` returned; the one that Keras chooses if None.
        workers: Number of processes that make batches beside this one; 0 to make them here.
        callbacks: What else is told of every epoch, after it was measured.

    Returns:
        Path of the written `detector.json`.

    Raises:
        DataError: If the data can't be used.
        ValueError: If `out` holds an unfinished training with other settings, or the start weights don't fit.
    """
    require_possible(settings)
    samples = read_samples(data, seed=settings.seed)
    require_sources(settings.whole, samples)
    _require_start(out, settings)
    crops = load_crops(data, samples, cache)
    claim_folder(out, asdict(settings), samples)
    _report(crops, out)
    training, validation = crops.select("train"), crops.select("validation")
    with device or nullcontext():
        network = _train(training, validation, out, settings, cache, workers, callbacks)
        return export_detector(
            network,
            settings.network,
            validation,
            out,
            error=settings.error,
            about=_about(settings),
            depth=settings.depth,
        )


def train_network(
    training: CropSet,
    validation: CropSet,
    out: Path,
    settings: Settings,
    cache: Path,
    *,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> keras.Model:
    """Trains a network, resumably.

    Args:
        training: The crops to learn from.
        validation: The crops that choose the weights.
        out: Folder for weights, history and what is needed to go on after an interruption.
        settings: Everything else.
        cache: Folder for the reconstructions.
        callbacks: What else is told of every epoch, after it was measured: `val_auc` is in its logs by then.

    Returns:
        The network with the weights of the best validation AUC.

    Raises:
        DataError: If a source named in `settings.whole` isn't there, or none has both classes for validation.
        ValueError: If the settings are impossible, or `out` holds a training with others or on other pictures.
    """
    require_possible(settings)
    require_sources(settings.whole, training.samples)
    _require_start(out, settings)
    claim_folder(out, asdict(settings), [*training.samples, *validation.samples])
    return _train(training, validation, out, settings, cache, 0, callbacks)


def _train(
    training: CropSet,
    validation: CropSet,
    out: Path,
    settings: Settings,
    cache: Path,
    workers: int,
    callbacks: Sequence[keras.callbacks.Callback],
) -> keras.Model:
    if not validation.paired_sources:
        raise DataError("no source has both real and fake faces for validation")
    resyntheses = None
    if settings.mixture.resynthesised:
        resyntheses = load_resyntheses(training, cache, faces=settings.resynthesised_faces, seed=settings.seed)
    # After that, which is a training of its own, if it isn't in the cache: the same seed gives the same training.
    keras.utils.set_random_seed(settings.seed)
    best = out / "best.weights.h5"
    with computing_in(settings.precision):
        network = build_network(settings.network, settings.depth)
        if best.exists():
            load_plain_weights(network, best)
        else:
            start = load_start_weights(network, settings.network, settings.start_weights, settings.depth)
            print(f"{settings.network} starts from {start}")
        run_phases(Job(network, training, validation, resyntheses, out, settings, workers, callbacks))
    # Whatever it learnt in, the network is used in full precision.
    trained = build_network(settings.network, settings.depth)
    load_plain_weights(trained, best)
    return trained


def _require_start(out: Path, settings: Settings) -> None:
    """Tries the start weights before anything else: faces and reconstructions take minutes, and then it would fail."""
    if not (out / "best.weights.h5").exists():
        network = build_network(settings.network, settings.depth)
        load_start_weights(network, settings.network, settings.start_weights, settings.depth)


def _about(settings: Settings) -> dict:
    """The settings for the record: which weights it started from, not where on this machine they lay."""
    start = settings.start_weights
    return asdict(settings) | {"start": start if start in NAMED_STARTS else describe_weights(Path(start))}


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
