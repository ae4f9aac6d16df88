"""What decides the outcome of a training, besides the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from model.networks import build_network
from train.augment import MAX_STRENGTH
from train.datasets import DataError, Sample
from train.pairs import Mixture
from train.start_weights import IMAGENET, NONE, default_start
from train.synthetic.resynthesis import FACES

NAMED_STARTS = (IMAGENET, NONE)
"""What a training may start from that is no file of the user's."""
PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
"""Names of Keras' dtype policies: numbers of 16 bits save time on a GPU, hardly ever on a CPU."""


@dataclass(frozen=True)
class Phase:
    """A part of the training with one window size.

    Attributes:
        size: Side of the windows in pixels, at most 256.
        epochs: Number of epochs; one epoch shows as many crops as the training set has.
        learning_rate: Highest learning rate; it rises in the first 5 % of the phase and falls to zero along a cosine.
        adapt_statistics: Whether the normalisation layers learn. Without it a step takes half the time, with it the
            first epochs get much further.
        frozen: Whether only the head learns, on the features as they are: the first step of transfer learning.
    """

    size: int
    epochs: int
    learning_rate: float
    adapt_statistics: bool
    frozen: bool = False


@dataclass(frozen=True)
class Settings:
    """What decides the outcome of a training, besides the data.

    Attributes:
        network: Name of the network.
        depth: How deep it is, for networks that can be cut anywhere; their own default if None.
        start: Weights to start from: "imagenet", "none" or a file; the first that the network has if None.
        phases: The phases in order.
        batch_size: Crops in a batch, half of them real.
        epoch_crops: Crops in an epoch; as many as there are for training if None.
        mixture: Shares of the kinds of pairs.
        augmentation: Strength of the random changes, 0 for windows and mirroring alone, at most 3.
        whole: Sources whose fakes are fake in every pixel, so that every patch can be taught.
        resynthesised_faces: Faces that each decoder reconstructs.
        patch_weight: Weight of the patches' loss beside that of the crop; 0 for none.
        error: Accepted share of wrong verdicts in each class outside the uncertain band.
        patience: A phase ends early after so many epochs without a better validation AUC.
        precision: A name from `PRECISIONS`: how the network computes while it learns.
        seed: Seed of everything random.
    """

    network: str = "lite0"
    depth: int | None = None
    start: str | None = None
    phases: Sequence[Phase] = (Phase(128, 6, 1e-3, True), Phase(256, 5, 5e-4, False))
    batch_size: int = 32
    epoch_crops: int | None = None
    mixture: Mixture = field(default_factory=Mixture)
    augmentation: float = 1.0
    whole: Sequence[str] = ()
    resynthesised_faces: int = FACES
    patch_weight: float = 0.5
    error: float = 0.03
    patience: int = 6
    precision: str = "float32"
    seed: int = 0

    @property
    def start_weights(self) -> str:
        """The weights to start from, named in full: "imagenet", "none" or a file."""
        return self.start or default_start(self.network)


def settings_of(described: Mapping[str, Any]) -> Settings:
    """Reads settings that were written as JSON.

    Args:
        described: What `dataclasses.asdict` gave of settings.

    Returns:
        The settings.

    Raises:
        ValueError: If these are no settings of a training.
    """
    try:
        phases = tuple(Phase(**phase) for phase in described["phases"])
        parts = {"phases": phases, "mixture": Mixture(**described["mixture"]), "whole": tuple(described["whole"])}
        return Settings(**{**described, **parts})
    except (KeyError, TypeError) as error:
        raise ValueError(f"these are no settings of this version's `fit`: {error}") from error


def require_possible(settings: Settings) -> None:
    """Refuses settings that can't work, before anything is written.

    Args:
        settings: The settings.

    Raises:
        ValueError: If they can't.
    """
    if settings.batch_size < 2 or settings.batch_size % 2:
        raise ValueError(f"`batch_size` must be an even number from 2. Received: batch_size={settings.batch_size}")
    if settings.start and settings.start not in NAMED_STARTS and not Path(settings.start).is_file():
        raise ValueError(
            f"`start` must be {', '.join(NAMED_STARTS)} or a file with weights. There is no such file: {settings.start}"
        )
    if settings.patch_weight < 0:
        raise ValueError(f"`patch_weight` must not be negative. Received: patch_weight={settings.patch_weight}")
    if settings.epoch_crops is not None and settings.epoch_crops < settings.batch_size:
        raise ValueError(f"`epoch_crops` must be at least a batch. Received: epoch_crops={settings.epoch_crops}")
    if settings.patience < 0:
        raise ValueError(f"`patience` must not be negative. Received: patience={settings.patience}")
    if not 0 <= settings.augmentation <= MAX_STRENGTH:
        raise ValueError(
            f"`augmentation` must be from 0 to {MAX_STRENGTH:g}. Received: augmentation={settings.augmentation}"
        )
    if settings.precision not in PRECISIONS:
        raise ValueError(
            f"`precision` must be one of {', '.join(PRECISIONS)}. Received: precision={settings.precision!r}"
        )
    if not settings.phases:
        raise ValueError("`phases` must have at least one phase with epochs. Received: none")
    side = build_network(settings.network, settings.depth).input_shape[1]
    for phase in settings.phases:
        if side and phase.size != side:
            raise ValueError(f"{settings.network} takes windows of {side} pixels only. Received: {phase}")
        if phase.epochs < 1 or not phase.learning_rate > 0:
            raise ValueError(f"each phase needs `epochs` from 1 and a positive `learning_rate`. Received: {phase}")


def require_sources(names: Sequence[str], samples: Sequence[Sample]) -> None:
    """Refuses names of sources that are not there.

    Args:
        names: What `whole` names.
        samples: The pictures.

    Raises:
        DataError: If a source is not there.
    """
    known = {sample.source for sample in samples}
    for name in names:
        if name not in known:
            raise DataError(
                f"`whole` names a source that is not there: {name!r}. There are: {', '.join(sorted(known))}"
            )


def describe(settings: Settings) -> dict[str, Any]:
    """Gives settings as JSON holds them, the start weights named in full."""
    return asdict(settings) | {"start": settings.start_weights}
