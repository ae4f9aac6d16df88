"""Where hyperparameters are searched: the dimensions, and what a trial takes from each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.networks import DEPTHS

if TYPE_CHECKING:
    from optuna import Trial

NUMBERS = ("learning_rate", "augmentation", "patch_weight")
LOGARITHMIC = "learning_rate"
"""The one among them that differs by factors, not by steps."""


@dataclass(frozen=True)
class Point:
    """One value of every dimension.

    Attributes:
        network: Name of the network.
        depth: How deep it is; None for its own depth, or if it has none to choose.
        learning_rate: Highest learning rate.
        augmentation: Strength of the random changes.
        patch_weight: Weight of the patches' loss.
    """

    network: str
    depth: int | None
    learning_rate: float
    augmentation: float
    patch_weight: float


@dataclass(frozen=True)
class Space:
    """The dimensions. One with a single value stands still.

    Attributes:
        networks: Names of networks.
        depth: Depths, ascending; none for the networks' own. A network takes those of them that it can have.
        learning_rate: Ascending: the values of a grid, else the lowest and the highest.
        augmentation: The same for the strength of the random changes.
        patch_weight: The same for the weight of the patches' loss.
    """

    networks: tuple[str, ...]
    depth: tuple[int, ...]
    learning_rate: tuple[float, ...]
    augmentation: tuple[float, ...]
    patch_weight: tuple[float, ...]

    def depths(self, network: str) -> tuple[int, ...]:
        """Gives the depths that a network may take here; none if it has its own only."""
        return tuple(depth for depth in self.depth if depth in DEPTHS.get(network, ()))

    def grids(self) -> list[dict[str, Sequence[str | float]]]:
        """Gives a grid a network, since not all have the same dimensions.

        Returns:
            Values by the name of the dimension, without the dimensions that stand still.
        """
        grids = []
        for network in self.networks:
            grid = {"network": [network]} if len(self.networks) > 1 else {}
            values = {depth_name(network): self.depths(network)} | {name: getattr(self, name) for name in NUMBERS}
            grids.append(grid | {name: list(several) for name, several in values.items() if len(several) > 1})
        return grids

    def combinations(self) -> int:
        """Counts the combinations of all grids."""
        return sum(math.prod(map(len, grid.values())) for grid in self.grids())

    def searched(self) -> list[str]:
        """Names the dimensions that don't stand still, as trials know them."""
        return list(dict.fromkeys(name for grid in self.grids() for name in grid))

    def ends(self, name: str) -> tuple[float, float]:
        """Gives the lowest and the highest value of a dimension of numbers."""
        values = next(grid[name] for grid in self.grids() if name in grid)
        return values[0], values[-1]

    def chosen(self, point: Point) -> dict[str, str | float]:
        """Gives what a point has of the dimensions that don't stand still, by their names."""
        values = {"network": point.network, depth_name(point.network): point.depth}
        values |= {name: getattr(point, name) for name in NUMBERS}
        return {name: values[name] for name in self.searched() if name in values}

    def suggest(self, trial: Trial) -> Point:
        """Lets a trial choose; the depth only for networks that have one to choose.

        Args:
            trial: An Optuna trial. What it has chosen before, it gives again.

        Returns:
            The point.
        """
        network = self.networks[0]
        if len(self.networks) > 1:
            network = trial.suggest_categorical("network", self.networks)
        depths = self.depths(network)
        depth = depths[0] if depths else None
        if len(depths) > 1:
            depth = trial.suggest_int(depth_name(network), depths[0], depths[-1])
        numbers = {}
        for name in NUMBERS:
            values = getattr(self, name)
            numbers[name] = values[0]
            if len(values) > 1:
                numbers[name] = trial.suggest_float(name, values[0], values[-1], log=name == LOGARITHMIC)
        return Point(network, depth, **numbers)


def depth_name(network: str) -> str:
    """Names the depth of one network: that of another is another matter, even if the numbers are the same."""
    return f"depth of {network}"
