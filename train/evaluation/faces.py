"""Which faces a detector is measured on, and which pictures had to be left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train.crops import CropSet, load_crops
from train.datasets import DataError, Sample, read_samples, require_both_classes


@dataclass(frozen=True)
class Faces:
    """The faces of an evaluation.

    Attributes:
        crops: Their crops.
        split: "train", "validation", "test" or "all".
        left_out: (sample, reason) of every picture that can't be read or shows no face.
        pooled: Names of the sources in the figures for all: those that have both classes.
        notes: What a reader of the figures must know about the data, in sentences.
    """

    crops: CropSet
    split: str
    left_out: list[tuple[Sample, str]]
    pooled: list[str]
    notes: list[str]

    @property
    def in_pool(self) -> np.ndarray:
        """Whether each face counts in the figures for all, bool (faces,)."""
        return np.isin(self.crops.sources, self.pooled)

    @property
    def groups(self) -> np.ndarray:
        """Group of each face, str (faces,)."""
        return np.array([sample.group for sample in self.crops.samples])

    @property
    def cells(self) -> np.ndarray:
        """Source and class of each face, str (faces,)."""
        return np.array([f"{sample.source}/{sample.label}" for sample in self.crops.samples])

    def where(self, chosen: np.ndarray) -> Faces:
        """Gives the part that a mask, bool (faces,), or an array of indices chooses."""
        return Faces(self.crops.where(chosen), self.split, self.left_out, self.pooled, self.notes)


def load_faces(data: Path, split: str | None, cache: Path) -> Faces:
    """Reads a data folder and gives the face crops to measure on.

    Args:
        data: The folder, in one of the layouts of `train.datasets.read_samples`.
        split: "train", "validation", "test" or "all"; None for the validation part, else the test part, else all.
        cache: Folder for crops, shared with `python -m train fit`.

    Returns:
        The faces.

    Raises:
        DataError: If the folder is missing, of an unknown layout, or the part lacks pictures or faces of a class.
    """
    samples = read_samples(data, divide=False)
    chosen, notes = split or _default_split(samples), []
    if split is None and chosen == "all":
        notes.append(
            "The data has neither a validation nor a test part, so all of it was measured. "
            "If the detector was trained on these pictures, the figures flatter it."
        )
    if chosen == "train":
        notes.append("These are training pictures: on those it was trained on, a detector is better than on others.")
    part = {sample.path: sample for sample in samples if chosen in ("all", sample.split)}
    where = "" if chosen == "all" else f" in the {chosen} part"
    require_both_classes(data, list(part.values()), where)
    # The crops of all parts, as `fit` keeps them, so that both use the same ones.
    crops = load_crops(data, samples, cache)
    left_out = [(part[path], reason) for path, reason in crops.skipped if path in part]
    crops = crops.where(np.array([sample.path in part for sample in crops.samples]))
    counts = {label: int((crops.labels == label).sum()) for label in (0, 1)}
    for label, name in ((0, "real"), (1, "fake")):
        if not counts[label]:
            raise DataError(
                f"{data}: no {name} picture{where} shows a face that can be found "
                f"({counts[0]} real and {counts[1]} fake faces). The evaluation needs faces of both classes"
            )
    pooled = crops.paired_sources
    if not pooled:
        pooled = sorted(set(crops.sources.tolist()))
        notes.append(
            "No source has both classes. The figures for all compare reals of one source with fakes of another, "
            "so anything that tells the sources apart passes for a forgery."
        )
    return Faces(crops, chosen, left_out, pooled, notes)


def _default_split(samples: Sequence[Sample]) -> str:
    present = {sample.split for sample in samples}
    return next((split for split in ("validation", "test") if split in present), "all")
