"""What decides the outcome of a search, besides the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from train.phase_plan import plan_phases
from train.settings import Settings, require_possible
from train.tuning.space import Point, Space

SIZES = (128, 256)


@dataclass(frozen=True)
class Search:
    """Where and how to search.

    Attributes:
        space: The dimensions.
        sampler: A name from `train.tuning.dimensions.SAMPLERS`.
        pruning: Whether trials that stay behind are ended early.
        size: Side of the windows, from `SIZES`.
        epochs: Epochs of a trial.
        base: The settings that no trial chooses; those that it does choose don't count.
    """

    space: Space
    sampler: str
    pruning: bool
    size: int
    epochs: int
    base: Settings

    def settings(self, point: Point) -> Settings:
        """Gives the settings of a training: those that `fit` makes of the same options.

        Args:
            point: What a trial has chosen.

        Returns:
            The settings, with one phase.
        """
        epochs = {"epochs": self.epochs, "full_epochs": 0}
        if self.size == SIZES[-1]:
            epochs = {"epochs": 0, "full_epochs": self.epochs}
        return replace(
            self.base,
            network=point.network,
            depth=point.depth,
            augmentation=point.augmentation,
            patch_weight=point.patch_weight,
            phases=tuple(plan_phases(point.network, point.learning_rate, frozen_epochs=0, **epochs)),
        )

    def require_possible(self) -> None:
        """Refuses a search whose trainings can't work, before anything is written.

        Raises:
            ValueError: If they can't.
        """
        space, seed = self.space, self.base.seed
        if not 0 <= seed < 2**32:
            raise ValueError(f"`seed` must be from 0 to {2**32 - 1}. Received: seed={seed}")
        for network in space.networks:
            depths = space.depths(network) or (None,)
            numbers = (space.learning_rate[0], space.augmentation[0], space.patch_weight[0])
            require_possible(self.settings(Point(network, depths[0], *numbers)))

    def described(self) -> dict[str, Any]:
        """Gives all that as JSON holds it."""
        chosen = {"network", "depth", "augmentation", "patch_weight", "phases"}
        return {
            "space": asdict(self.space),
            "sampler": self.sampler,
            "pruning": self.pruning,
            "size": self.size,
            "epochs": self.epochs,
            **{key: value for key, value in asdict(self.base).items() if key not in chosen},
        }
