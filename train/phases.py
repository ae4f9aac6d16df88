"""One phase of a training after the other, each resumable after every epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import keras

from model.layer_names import FEATURES_LAYER, LOGIT_LAYER, PATCH_LAYER
from train.batches import BalancedBatches
from train.callbacks import Resume, Throughput, ValidationAuc, discard_partial
from train.crops import CropSet
from train.curves import LearningCurves
from train.files import load_plain_weights, read_json, write_json
from train.losses import patch_loss, right_answers
from train.pairs import BalancedPairs
from train.parallel_batches import ParallelBatches
from train.settings import Settings
from train.synthetic.resynthesis import Resyntheses


@dataclass(frozen=True)
class Job:
    """What all phases of a training work on.

    Attributes:
        network: The network that learns.
        training: The crops to learn from.
        validation: The crops that choose the weights.
        resyntheses: What `load_resyntheses` returned, where the mixture has a share of them.
        out: Folder for weights, history and what is needed to go on after an interruption.
        settings: Everything else.
        workers: Number of processes that make batches beside this one; 0 to make them here.
        callbacks: What else is told of every epoch, after it was measured.
    """

    network: keras.Model
    training: CropSet
    validation: CropSet
    resyntheses: Resyntheses | None
    out: Path
    settings: Settings
    workers: int = 0
    callbacks: Sequence[keras.callbacks.Callback] = ()


def run_phases(job: Job) -> None:
    """Runs the phases that are not done yet; afterwards `best.weights.h5` holds the best weights of all.

    Args:
        job: What to train, on what.
    """
    done = read_json(job.out / "resume.json").get("phase", 0)
    try:
        for number in range(done, len(job.settings.phases)):
            _run_phase(job, number)
            load_plain_weights(job.network, job.out / "best.weights.h5")
    finally:
        discard_partial(job.out)


def _run_phase(job: Job, number: int) -> None:
    settings, phase = job.settings, job.settings.phases[number]
    lesson = _lesson(job.network, phase.size, settings.patch_weight)
    pairs = BalancedPairs(
        job.training,
        phase.size,
        settings.batch_size,
        settings.seed + number,
        settings.mixture,
        resyntheses=job.resyntheses,
        whole=settings.whole,
        cells=lesson.cells,
        augmentation=settings.augmentation,
        epoch_crops=settings.epoch_crops,
    )
    with ParallelBatches(pairs, job.workers) if job.workers else nullcontext(BalancedBatches(pairs)) as batches:
        _learn(job, number, lesson, batches)
    write_json(job.out / "resume.json", {"phase": number + 1, "epoch": 0})


@dataclass(frozen=True)
class _Lesson:
    """Outputs that are taught, with their losses and the weights of these, by layer; and the side of the patch grid."""

    outputs: dict[str, keras.KerasTensor]
    losses: dict[str, Callable]
    weights: dict[str, float]
    cells: int | None


def _lesson(network: keras.Model, size: int, patch_weight: float) -> _Lesson:
    outputs = {LOGIT_LAYER: network.output}
    losses = {LOGIT_LAYER: keras.losses.BinaryCrossentropy(from_logits=True)}
    if not patch_weight or all(layer.name != PATCH_LAYER for layer in network.layers):
        return _Lesson(outputs, losses, {LOGIT_LAYER: 1.0}, None)
    patches = network.get_layer(PATCH_LAYER).output
    _, cells, *_ = keras.Model(network.inputs, patches).compute_output_shape((1, size, size, 3))
    return _Lesson(
        outputs | {PATCH_LAYER: patches},
        losses | {PATCH_LAYER: patch_loss},
        {LOGIT_LAYER: 1.0, PATCH_LAYER: patch_weight},
        cells,
    )


def _learn(job: Job, number: int, lesson: _Lesson, batches: BalancedBatches | ParallelBatches) -> None:
    settings, phase = job.settings, job.settings.phases[number]
    resume = Resume(job.out, batches)
    choose_what_learns(job.network, frozen=phase.frozen, adapt_statistics=phase.adapt_statistics)
    model = keras.Model(job.network.inputs, lesson.outputs)
    metrics = {
        LOGIT_LAYER: [
            keras.metrics.MeanMetricWrapper(right_answers, name="accuracy"),
            keras.metrics.AUC(from_logits=True, name="auc"),
        ]
    }
    optimizer = make_optimizer(phase.learning_rate, phase.epochs * len(batches))
    model.compile(optimizer, lesson.losses, loss_weights=lesson.weights, metrics=metrics)
    first = resume.restore(model, number)
    shares = ", ".join(f"{source} {share:.0%}" for source, share in batches.pairs.shares.items())
    learns = "the head alone learns" if phase.frozen else "all layers learn"
    print(
        f"Phase {number + 1}: {phase.size} x {phase.size} windows, epochs {first + 1} to {phase.epochs}, {learns}; "
        f"{shares}"
    )
    model.fit(
        batches,
        initial_epoch=first,
        epochs=phase.epochs,
        callbacks=[
            Throughput(batches, settings.batch_size),
            resume,
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
            ValidationAuc(job.network, job.validation, job.out / "best.weights.h5", number + 1, phase.size),
            keras.callbacks.CSVLogger(job.out / "history.csv", append=True),
            LearningCurves(job.out),
            *job.callbacks,
            keras.callbacks.EarlyStopping("val_auc", mode="max", patience=settings.patience, verbose=1),
            # Last: an epoch interrupted while it is measured is done again.
            keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: resume.commit(epoch)),
        ],
        # The batches are random as they are; shuffled by Keras, a resumed epoch would come in another order.
        shuffle=False,
    )


def choose_what_learns(network: keras.Model, *, frozen: bool, adapt_statistics: bool) -> None:
    """Says of every layer whether it learns.

    Args:
        network: What `model.networks.build_network` returns; changed in place.
        frozen: Whether only the head learns: what comes after the last feature map.
        adapt_statistics: Whether the normalisation layers learn, apart from those that are frozen.
    """
    head = False
    # Layers come in the order of the graph.
    for layer in network.layers:
        learns = head or not frozen
        layer.trainable = learns and (adapt_statistics or not isinstance(layer, keras.layers.BatchNormalization))
        head = head or layer.name == FEATURES_LAYER


def make_optimizer(learning_rate: float, steps: int) -> keras.optimizers.Optimizer:
    """Makes AdamW whose averaged weights are the ones validated and kept: they generalise better at no cost.

    Args:
        learning_rate: Highest learning rate.
        steps: Number of steps of the phase.

    Returns:
        The optimizer.
    """
    warm_up = max(1, steps // 20)
    # Over a long training the average forgets its start by itself; a short one would end with mostly start weights.
    momentum = min(0.997, max(0.0, 1 - 6 / steps))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm_up), warmup_target=learning_rate, warmup_steps=warm_up
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-3, use_ema=True, ema_momentum=momentum, global_clipnorm=5.0)
