"""What a detector withstands: the same faces compressed, shrunk, blurred, with noise, darker and brighter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from model.degradations import blur, compress, shrink
from model.detector import Detector
from train.evaluation.faces import Faces
from train.evaluation.intervals import resample_groups
from train.evaluation.scoring import score_crops
from train.evaluation.summary import summarise_auc

Change = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def add_noise(crop: np.ndarray, sigma: float, chance: np.random.Generator) -> np.ndarray:
    """Adds Gaussian noise of `sigma` of 255 levels to each value of a crop, uint8 RGB."""
    noise = chance.standard_normal(crop.shape, np.float32) * sigma
    return np.rint(np.clip(crop + noise, 0, 255)).astype(np.uint8)


def brighten(crop: np.ndarray, factor: float, chance: np.random.Generator) -> np.ndarray:
    """Multiplies a crop, uint8 RGB, by a factor and clips it."""
    return np.rint(np.clip(crop.astype(np.float32) * factor, 0, 255)).astype(np.uint8)


def _without_chance(change: Callable[[np.ndarray, float], np.ndarray]) -> Change:
    """Gives a change that leaves nothing to chance the signature of those that do."""
    return lambda crop, level, chance: change(crop, level)


@dataclass(frozen=True)
class Family:
    """One way to degrade a picture.

    Attributes:
        name: Its key in `evaluation.json`.
        label: What its levels are, for tables and axes.
        change: The function.
        levels: The levels measured, from harmless to harsh or from low to high.
        untouched: The level that changes nothing, or for JPEG, where there is none, the place to plot it at.
    """

    name: str
    label: str
    change: Change
    levels: tuple[float, ...]
    untouched: float


FAMILIES = (
    Family("jpeg", "JPEG quality", _without_chance(compress), (95, 85, 75, 60, 50, 40, 30), 100),
    Family("scale", "scale (down and up again)", _without_chance(shrink), (0.75, 0.5, 0.35, 0.25), 1),
    Family("blur", "Gaussian blur σ (pixels)", _without_chance(blur), (0.5, 1, 2, 3), 0),
    Family("noise", "Gaussian noise σ (of 255)", add_noise, (2, 5, 10), 0),
    Family("brightness", "brightness factor", brighten, (0.7, 0.85, 1.15, 1.3), 1),
)


def measure_robustness(
    detector: Detector, faces: Faces, logits: np.ndarray, *, limit: int | None, seed: int
) -> dict[str, Any]:
    """Scores degraded copies of the crops of the sources that have both classes.

    Args:
        detector: The detector.
        faces: All faces of the evaluation.
        logits: (faces,), their logits untouched.
        limit: At most so many faces of each source and class, drawn at random; all if None.
        seed: Seed of the draw, the noise and the intervals.

    Returns:
        `faces` (how many), `untouched` and `conditions`, each with `auc` and `mean_auc` as `summarise_auc` gives
        them, the conditions with `family`, `level` and what was lost against untouched too.
    """
    chosen = _draw(faces, limit, seed)
    part = faces.where(chosen)
    weights = resample_groups(part.groups, part.cells, seed)
    untouched = summarise_auc(part, logits[chosen], weights)
    conditions = []
    levels = [(family, level) for family in FAMILIES for level in family.levels]
    with tqdm(total=len(levels) * len(chosen), desc="Degrading", unit="face") as bar:
        for family, level in levels:

            def alter(
                crop: np.ndarray,
                _: np.ndarray,
                chance: np.random.Generator,
                family: Family = family,
                level: float = level,
            ) -> np.ndarray:
                return family.change(crop, level, chance)

            degraded = score_crops(detector, part.crops, bar, alter=alter, seed=seed)
            figures = summarise_auc(part, degraded, weights)
            losses = {f"{name}_loss": _loss(untouched[name], figures[name]) for name in ("auc", "mean_auc")}
            conditions.append({"family": family.name, "level": level, **figures, **losses})
    return {"faces": len(chosen), "untouched": untouched, "conditions": conditions}


def _loss(before: dict[str, Any] | None, after: dict[str, Any] | None) -> float | None:
    return None if before is None or after is None else round(before["value"] - after["value"], 4)


def _draw(faces: Faces, limit: int | None, seed: int) -> np.ndarray:
    """Gives the indices of the pooled faces, at most `limit` of each source and class."""
    generator = np.random.default_rng(seed)
    cells, pool = faces.cells, faces.in_pool
    chosen = []
    for cell in np.unique(cells[pool]):
        members = np.flatnonzero(cells == cell)
        if limit is not None and len(members) > limit:
            members = generator.choice(members, limit, replace=False)
        chosen.extend(members.tolist())
    return np.array(sorted(chosen), np.int64)
