"""Trains a generator on the real faces of a data set, resumably, and writes new fakes."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
from tqdm import tqdm

from train.callbacks import Resume, discard_partial
from train.crops import load_crops
from train.datasets import DataError, Sample, read_samples, write_manifest
from train.files import describe_weights, load_plain_weights, read_json, write_json
from train.folders import claim_folder
from train.generating.faces import FaceBatches, choose_real, draw_noise, shrink_faces
from train.generating.models import NETWORKS
from train.generating.networks import build_generator
from train.generating.pictures import generate_faces, save_picture
from train.generating.watch import Watch, read_history

SOURCE = "generated"
_SAMPLE_NOISE = 3
_CHUNK = 64
# What a step keeps of the averaged weights: the average looks back over some 200 steps.
_AVERAGE = 0.995


@dataclass(frozen=True)
class Settings:
    """What decides the outcome of a training, besides the data and the number of epochs.

    Attributes:
        network: "gan" or "vae".
        size: Side of the faces in pixels: 64 or 128.
        sources: Sources whose real faces are learnt; all if empty.
        faces: Number of pictures to learn from; all there are if None.
        batch_size: Faces in a batch.
        learning_rate: Learning rate of all networks.
        seed: Seed of everything random, and of the division of data that has none.
    """

    network: str = "gan"
    size: int = 64
    sources: tuple[str, ...] = ()
    faces: int | None = None
    batch_size: int = 16
    learning_rate: float = 2e-4
    seed: int = 0

    def __post_init__(self) -> None:
        if self.network not in NETWORKS:
            raise ValueError(f"`network` must be one of {', '.join(NETWORKS)}. Received: network={self.network!r}")
        if self.batch_size < 2:
            raise ValueError(f"`batch_size` must be at least 2. Received: batch_size={self.batch_size}")


def generate(
    data: Path,
    out: Path,
    cache: Path,
    settings: Settings,
    *,
    epochs: int,
    minutes: float | None = None,
    samples: int = 1000,
    resume: bool = False,
) -> dict:
    """Trains and writes fakes: `OUT/generated/train/fake/*.png`, their `manifest.csv` and how they were made.

    After each epoch `training/` holds what it takes to go on, `grids/` a picture of what the generator makes of the
    same noise, `history.csv` and `curves.png` the losses. The fakes are made by the average of the generator's weights
    over the last steps (Karras et al. 2018).

    Args:
        data: Folder with pictures in a layout that `read_samples` knows; only real ones of its training part are used.
        out: Folder for the results, new or empty; with `resume` one that holds a training.
        cache: Folder for face crops, as for `fit`.
        settings: What decides the outcome.
        epochs: Number of epochs in all, those of earlier calls included.
        minutes: Time to train in this call; the last epoch that fits is the last. The first one is always done.
        samples: Number of fakes to write.
        resume: Whether to go on with the training in `out`; the outcome is that of a training in one go.

    Returns:
        The content of `generator.json`.

    Raises:
        DataError: If the data can't be used.
        ValueError: If `out` holds something else than such a training, or one with other settings or pictures.
        OSError: If a file can't be written.
    """
    _require_usable(out, resume)
    everything = read_samples(data, seed=settings.seed)
    chosen = choose_real(data, everything, settings.sources, settings.faces, settings.seed)
    training = out / "training"
    # All pictures, not the chosen ones alone: `fit` then finds the same crops in the cache.
    crops = load_crops(data, everything, cache)
    wanted = {sample.path for sample in chosen}
    crops = crops.where(np.array([sample.path in wanted for sample in crops.samples]))
    if len(crops.rows) < settings.batch_size:
        raise DataError(
            f"{data}: {len(crops.rows)} real faces were found in {len(chosen)} pictures, fewer than the "
            f"{settings.batch_size} of a batch. Add pictures or lower --batch-size"
        )
    claim_folder(training, asdict(settings), chosen)
    faces = shrink_faces(crops, settings.size)
    print(f"{len(faces)} real faces of {settings.size} x {settings.size} pixels to learn from")
    done = _train(faces, out, settings, epochs, None if minutes is None else 60 * minutes)
    generator = build_generator(settings.size)
    load_plain_weights(generator, training / "generator.weights.h5")
    written = _write_fakes(generator, out, settings.seed, samples)
    about = {
        "settings": asdict(settings),
        "epochs": done,
        "faces": dict(Counter(sample.source for sample in crops.samples)),
        "seconds": round(sum(row["seconds"] for row in read_history(out / "history.csv")), 1),
        "weights": describe_weights(training / "generator.weights.h5"),
        "keras": f"{keras.__version__} on {keras.backend.backend()}",
        "fakes": {"folder": f"{SOURCE}/train/fake", "count": len(written), "noise": [settings.seed, _SAMPLE_NOISE]},
    }
    write_json(out / "generator.json", about)
    return about


def _require_usable(out: Path, resume: bool) -> None:
    """Refuses a folder before anything is written to it."""
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out}: is a file. `--out` takes a folder")
    begun = (out / "training" / "settings.json").exists()
    # Folders that an interruption left empty are no reason.
    if not begun and any(path.is_file() for path in out.rglob("*")):
        raise ValueError(f"{out}: exists and holds no training to go on with. `--out` takes a new or empty folder")
    if (out / "training" / "resume.json").exists() and not resume:
        raise ValueError(f"{out}: holds a training. Add --resume to go on with it, or choose another --out")


def _train(faces: np.ndarray, out: Path, settings: Settings, epochs: int, seconds: float | None) -> int:
    """Trains up to a number of epochs or until the time is up; gives the number of epochs done in all."""
    keras.utils.set_random_seed(settings.seed)
    model = NETWORKS[settings.network](settings.size)
    # The usual choice for adversarial networks: more momentum than .5 lets them circle about each other.
    momentum = 0.5 if settings.network == "gan" else 0.9
    model.compile(keras.optimizers.Adam(settings.learning_rate, beta_1=momentum, use_ema=True, ema_momentum=_AVERAGE))
    batches = FaceBatches(faces, settings.batch_size, settings.seed)
    resume = Resume(out / "training", batches)
    first = resume.restore(model, 0)
    if first >= epochs:
        print(f"All {first} epochs are done already.")
        return first
    watch = Watch(out, batches, settings.batch_size, settings.seed, epochs, seconds)
    try:
        model.fit(
            batches,
            initial_epoch=first,
            epochs=epochs,
            callbacks=[
                resume,
                watch,
                # Last: an epoch interrupted while its pictures are made is done again.
                keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: resume.commit(epoch)),
            ],
            # The batches are random as they are; shuffled by Keras, a resumed epoch would come in another order.
            shuffle=False,
            verbose=0,
        )
    finally:
        watch.close()
        discard_partial(out / "training")
    return read_json(out / "training" / "resume.json")["epoch"]


def _write_fakes(generator: keras.Model, out: Path, seed: int, count: int) -> list[Sample]:
    """Writes fakes and their manifest; those of an earlier call are replaced when all are there."""
    # Hidden, so that nobody who reads the folder meanwhile takes part of them for all.
    partial = out / f".partial-{SOURCE}"
    folder = partial / "train" / "fake"
    shutil.rmtree(partial, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        noise = draw_noise(count, seed, _SAMPLE_NOISE)
        for first in tqdm(range(0, count, _CHUNK), desc="Making fakes", unit="batch"):
            for number, face in enumerate(generate_faces(generator, noise[first : first + _CHUNK]), start=first):
                save_picture(face, folder / f"{number:06d}.png")
        names = [f"{SOURCE}/train/fake/{number:06d}.png" for number in range(count)]
        written = [Sample(name, SOURCE, "train", 1, name) for name in names]
        write_manifest(partial / "manifest.csv", written)
        shutil.rmtree(out / SOURCE, ignore_errors=True)
        (partial / "manifest.csv").replace(out / "manifest.csv")
        partial.rename(out / SOURCE)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return written
