"""A search, and the training that a trial was, as commands."""

from __future__ import annotations

import shlex
from dataclasses import fields

from train.settings import Settings
from train.tuning.dimensions import GRID
from train.tuning.search import SIZES, Search
from train.tuning.space import NUMBERS, Point

# Settings that no trial chooses and that have an option of the same name.
_SETTINGS = ("batch_size", "epoch_crops", "precision", "seed")


def fit_command(search: Search, point: Point, *, data: str, out: str, cache: str | None = None) -> str:
    """Writes the `fit` command whose settings are those of a trial.

    Args:
        search: The search.
        point: What the trial has chosen.
        data: Folder with the pictures.
        out: Folder for the results.
        cache: Folder for face crops; left out if None.

    Returns:
        The command, quoted for a shell.
    """
    whole_crops = search.size == SIZES[-1]
    words = ["python", "-m", "train", "fit", "--data", data, "--out", out]
    words += ["--cache", cache] if cache else []
    words += ["--network", point.network]
    words += ["--depth", str(point.depth)] if point.depth else []
    words += ["--epochs", str(0 if whole_crops else search.epochs)]
    words += ["--full-epochs", str(search.epochs if whole_crops else 0)]
    # In full, not rounded: the same numbers give the same training.
    words += ["--learning-rate", str(point.learning_rate), "--augmentation", str(point.augmentation)]
    words += ["--patch-weight", str(point.patch_weight)]
    return shlex.join(words + _common(search.base))


def tune_command(search: Search, trials: int, *, data: str, out: str) -> str:
    """Writes the `tune` command that searches once more in the same way.

    Args:
        search: The search.
        trials: Number of trials.
        data: Folder with the pictures.
        out: Folder for the results.

    Returns:
        The command, quoted for a shell.
    """
    space = search.space
    words = ["python", "-m", "train", "tune", "--data", data, "--out", out]
    words += ["--sampler", search.sampler, "--trials", str(trials)]
    words += [] if search.pruning else ["--no-pruning"]
    words += ["--epochs", str(search.epochs), "--size", str(search.size), "--networks", *space.networks]
    depths = space.depth if search.sampler == GRID else sorted({*space.depth[:1], *space.depth[-1:]})
    words += ["--depth", *map(str, depths)] if depths else []
    for name in NUMBERS:
        words += [_option(name), *map(str, getattr(space, name))]
    return shlex.join(words + _common(search.base))


def _common(base: Settings) -> list[str]:
    """Gives the options that both commands have, where they are not as by default."""
    default = Settings()
    words = ["--weights", base.start] if base.start else []
    values = {name: (getattr(base, name), getattr(default, name)) for name in _SETTINGS}
    values |= {
        field.name: (getattr(base.mixture, field.name), getattr(default.mixture, field.name))
        for field in fields(base.mixture)
    }
    for name, (value, usual) in values.items():
        words += [_option(name), str(value)] if value != usual else []
    return words + (["--whole", *base.whole] if base.whole else [])


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
