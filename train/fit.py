"""Trains a detector in phases of growing window size, resumable after every epoch."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras

from model.layer_names import LOGIT_LAYER, PATCH_LAYER
from model.networks import build_network
from train.batches import BalancedBatches, Mixture
from train.callbacks import Resume, ValidationAuc
from train.crops import CropSet, load_crops
from train.datasets import DataError, Sample, read_samples
from train.export import export_detector
from train.files import describe_weights, load_plain_weights, read_json, write_json
from train.folders import claim_folder
from train.imagenet import IMAGENET_NETWORK, load_imagenet_weights
from train.losses import patch_loss
from train.synthetic.resynthesis import FACES, Resyntheses, load_resyntheses


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
        start: Weights to start from, a file; those of ImageNet if None and the network has them.
        phases: The phases in order.
        batch_size: Crops in a batch, half of them real.
        epoch_crops: Crops in an epoch; as many as there are for training if None.
        mixture: Shares of the kinds of pairs.
        whole: Sources whose fakes are fake in every pixel, so that every patch can be taught.
        resynthesised_faces: Faces that each decoder reconstructs.
        patch_weight: Weight of the patches' loss beside that of the crop; 0 for none.
        error: Accepted share of wrong verdicts in each class outside the uncertain band.
        patience: A phase ends early after so many epochs without a better validation AUC.
        seed: Seed of everything random.
    """

    network: str = "lite0"
    start: str | None = None
    phases: Sequence[Phase] = (Phase(128, 6, 1e-3, True), Phase(256, 5, 5e-4, False))
    batch_size: int = 32
    epoch_crops: int | None = None
    mixture: Mixture = field(default_factory=Mixture)
    whole: Sequence[str] = ()
    resynthesised_faces: int = FACES
    patch_weight: float = 0.5
    error: float = 0.03
    patience: int = 6
    seed: int = 0


def fit(data: Path, out: Path, cache: Path, settings: Settings) -> Path:
    """Trains, keeps the weights with the best validation AUC, calibrates them and writes a detector.

    Called again after an interruption with the same arguments, it goes on after the last full epoch.

    Args:
        data: Folder with pictures in a layout that `read_samples` knows.
        out: Folder for the results: `detector.json`, weights, `history.csv`, `manifest.csv`, `skipped.csv`.
        cache: Folder for the face crops and the reconstructions.
        settings: Everything else.

    Returns:
        Path of the written `detector.json`.

    Raises:
        DataError: If the data can't be used.
        ValueError: If `out` holds an unfinished training with other settings.
    """
    _require_possible(settings)
    samples = read_samples(data, seed=settings.seed)
    _require_sources(settings.whole, samples)
    claim_folder(out, asdict(settings), samples)
    crops = load_crops(data, samples, cache)
    _report(crops, out)
    training, validation = crops.select("train"), crops.select("validation")
    network = _train(training, validation, out, settings, cache)
    about = asdict(settings) | ({"start": describe_weights(Path(settings.start))} if settings.start else {})
    return export_detector(network, settings.network, validation, out, error=settings.error, about=about)


def train_network(training: CropSet, validation: CropSet, out: Path, settings: Settings, cache: Path) -> keras.Model:
    """Trains a network, resumably.

    Args:
        training: The crops to learn from.
        validation: The crops that choose the weights.
        out: Folder for weights, history and what is needed to go on after an interruption.
        settings: Everything else.
        cache: Folder for the reconstructions.

    Returns:
        The network with the weights of the best validation AUC.

    Raises:
        DataError: If a source named in `settings.whole` isn't there, or none has both classes for validation.
        ValueError: If the settings are impossible, or `out` holds a training with others or on other pictures.
    """
    _require_possible(settings)
    _require_sources(settings.whole, training.samples)
    claim_folder(out, asdict(settings), [*training.samples, *validation.samples])
    return _train(training, validation, out, settings, cache)


def _train(training: CropSet, validation: CropSet, out: Path, settings: Settings, cache: Path) -> keras.Model:
    if not validation.paired_sources:
        raise DataError("no source has both real and fake faces for validation")
    resyntheses = None
    if settings.mixture.resynthesised:
        resyntheses = load_resyntheses(training, cache, faces=settings.resynthesised_faces, seed=settings.seed)
    # After that, which is a training of its own, if it isn't in the cache: the same seed gives the same training.
    keras.utils.set_random_seed(settings.seed)
    network = build_network(settings.network)
    best = out / "best.weights.h5"
    if best.exists():
        load_plain_weights(network, best)
    elif settings.start:
        load_plain_weights(network, Path(settings.start))
    elif settings.network == IMAGENET_NETWORK:
        load_imagenet_weights(network)
    done = read_json(out / "resume.json").get("phase", 0)
    for number, phase in list(enumerate(settings.phases))[done:]:
        _run_phase(network, number, phase, training, validation, resyntheses, out, settings)
        load_plain_weights(network, best)
    return network


def _run_phase(
    network: keras.Model,
    number: int,
    phase: Phase,
    training: CropSet,
    validation: CropSet,
    resyntheses: Resyntheses | None,
    out: Path,
    settings: Settings,
) -> None:
    outputs = {LOGIT_LAYER: network.output}
    losses, weights = {LOGIT_LAYER: keras.losses.BinaryCrossentropy(from_logits=True)}, {LOGIT_LAYER: 1.0}
    cells = None
    if settings.patch_weight and any(layer.name == PATCH_LAYER for layer in network.layers):
        outputs[PATCH_LAYER] = network.get_layer(PATCH_LAYER).output
        losses[PATCH_LAYER], weights[PATCH_LAYER] = patch_loss, settings.patch_weight
        patches = keras.Model(network.inputs, outputs[PATCH_LAYER])
        _, cells, *_ = patches.compute_output_shape((1, phase.size, phase.size, 3))
    batches = BalancedBatches(
        training,
        phase.size,
        settings.batch_size,
        settings.seed + number,
        settings.mixture,
        resyntheses=resyntheses,
        whole=settings.whole,
        cells=cells,
        epoch_crops=settings.epoch_crops,
    )
    resume = Resume(out, batches)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = phase.adapt_statistics
    model = keras.Model(network.inputs, outputs)
    model.compile(_optimizer(phase.learning_rate, phase.epochs * len(batches)), losses, loss_weights=weights)
    first = resume.restore(model, number)
    shares = ", ".join(f"{source} {share:.0%}" for source, share in batches.shares.items())
    print(f"Phase {number + 1}: {phase.size} x {phase.size} windows, epochs {first + 1} to {phase.epochs}; {shares}")
    model.fit(
        batches,
        initial_epoch=first,
        epochs=phase.epochs,
        callbacks=[
            resume,
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
            ValidationAuc(network, validation, out / "best.weights.h5", phase.size),
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
    # Over a long training the average forgets its start by itself; a short one would end with mostly start weights.
    momentum = min(0.997, max(0.0, 1 - 6 / steps))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm_up), warmup_target=learning_rate, warmup_steps=warm_up
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-3, use_ema=True, ema_momentum=momentum, global_clipnorm=5.0)


def _require_possible(settings: Settings) -> None:
    """Refuses settings before anything is written."""
    if settings.batch_size < 2 or settings.batch_size % 2:
        raise ValueError(f"`batch_size` must be an even number from 2. Received: batch_size={settings.batch_size}")
    if settings.start and not Path(settings.start).is_file():
        raise ValueError(f"`start` must be a file with weights. There is no such file: {settings.start}")
    if settings.patch_weight < 0:
        raise ValueError(f"`patch_weight` must not be negative. Received: patch_weight={settings.patch_weight}")
    if settings.epoch_crops is not None and settings.epoch_crops < settings.batch_size:
        raise ValueError(f"`epoch_crops` must be at least a batch. Received: epoch_crops={settings.epoch_crops}")
    if settings.patience < 0:
        raise ValueError(f"`patience` must not be negative. Received: patience={settings.patience}")
    if not settings.phases:
        raise ValueError("`phases` must have at least one phase with epochs. Received: none")
    side = build_network(settings.network).input_shape[1]
    for phase in settings.phases:
        if side and phase.size != side:
            raise ValueError(f"{settings.network} takes windows of {side} pixels only. Received: {phase}")
        if phase.epochs < 1 or not phase.learning_rate > 0:
            raise ValueError(f"each phase needs `epochs` from 1 and a positive `learning_rate`. Received: {phase}")


def _require_sources(names: Sequence[str], samples: Sequence[Sample]) -> None:
    known = {sample.source for sample in samples}
    for name in names:
        if name not in known:
            raise DataError(
                f"`whole` names a source that is not there: {name!r}. There are: {', '.join(sorted(known))}"
            )


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
