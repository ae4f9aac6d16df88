"""Makes the space of what was given on the command line, and refuses what can't be searched."""

from __future__ import annotations

from collections.abc import Sequence

from model.networks import DEPTHS, NETWORKS
from train.augment import MAX_STRENGTH
from train.tuning.space import Space

GRID = "grid"
SAMPLERS = ("bayesian", "random", GRID)
# A higher rate or weight is a typing error.
_LIMITS = {"learning_rate": (1e-8, 1.0), "augmentation": (0.0, MAX_STRENGTH), "patch_weight": (0.0, 100.0)}


def make_space(
    sampler: str,
    *,
    networks: Sequence[str],
    depth: Sequence[int],
    learning_rate: Sequence[float],
    augmentation: Sequence[float],
    patch_weight: Sequence[float],
) -> Space:
    """Makes a space.

    Args:
        sampler: A name from `SAMPLERS`; for "grid" several numbers are the values, for the others the lowest and the
            highest.
        networks: Names of networks.
        depth: One depth or several; none for each network's own.
        learning_rate: One number or several.
        augmentation: One number or several.
        patch_weight: One number or several.

    Returns:
        The space.

    Raises:
        ValueError: If that is no space to search.
    """
    for name in networks:
        if name not in NETWORKS:
            raise ValueError(f"`--networks` takes names of {', '.join(NETWORKS)}. Received: {name}")
    if len(set(networks)) < len(networks):
        raise ValueError(f"`--networks` takes each network once. Received: {_said(networks)}")
    numbers = {"learning_rate": learning_rate, "augmentation": augmentation, "patch_weight": patch_weight}
    for name, values in numbers.items():
        low, high = _LIMITS[name]
        # Asked this way round, for no number is within anything that is compared with NaN.
        if not all(low <= value <= high for value in values):
            raise ValueError(f"`{_option(name)}` takes numbers from {low:g} to {high:g}. Received: {_said(values)}")
        numbers[name] = _ascending(sampler, name, values)
    space = Space(tuple(networks), _depths(sampler, depth), **numbers)
    for name in networks if depth else ():
        if name in DEPTHS and not space.depths(name):
            least, most = DEPTHS[name][0], DEPTHS[name][-1]
            raise ValueError(f"`--depth` needs a depth from {least} to {most} for {name}. Received: {_said(depth)}")
    if depth and not any(name in DEPTHS for name in networks):
        raise ValueError(
            f"`--depth` is for {' and '.join(DEPTHS)}, `--networks` names neither. "
            f"Received: depth {_said(depth)} and networks {_said(networks)}"
        )
    if not space.searched():
        raise ValueError(
            "there is nothing to search: give two numbers to one of `--learning-rate`, `--augmentation`, "
            f"`--patch-weight` and `--depth`, or several `--networks`. Received: {space}"
        )
    return space


def _depths(sampler: str, values: Sequence[int]) -> tuple[int, ...]:
    """All depths that may be tried: a range is a list as well, since depths are whole numbers."""
    ends = _ascending(sampler, "depth", values)
    return ends if sampler == GRID or not ends else tuple(range(ends[0], ends[-1] + 1))


def _ascending(sampler: str, name: str, values: Sequence[float]) -> tuple:
    if sampler == GRID:
        if len(set(values)) < len(values):
            raise ValueError(f"`{_option(name)}` takes each value of a grid once. Received: {_said(values)}")
        return tuple(sorted(values))
    if len(values) > 2 or list(values) != sorted(set(values)):
        raise ValueError(
            f"`{_option(name)}` takes one number, or a lower and a higher one as the ends of a range; a list of "
            f"values is for `--sampler {GRID}`. Received: {_said(values)} for {sampler}"
        )
    return tuple(values)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _said(values: Sequence[object]) -> str:
    return " ".join(map(str, values))
