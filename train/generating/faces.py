"""The real faces of a data set, small, and batches of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import keras
import numpy as np
from tqdm import tqdm

from train.crops import CropSet
from train.datasets import DataError, Sample
from train.generating.changes import NUMBERS
from train.generating.networks import LATENT


def choose_real(
    data: Path, samples: Sequence[Sample], sources: Sequence[str], most: int | None, seed: int
) -> list[Sample]:
    """Chooses the pictures to learn from: real ones of the training part.

    Args:
        data: The data folder, for messages.
        samples: What `read_samples` returned.
        sources: Sources to take them from; all if empty.
        most: Number of pictures to draw; all if None.
        seed: Seed of the draw.

    Returns:
        The chosen ones, in the order of `samples`.

    Raises:
        DataError: If a source isn't there or has no such picture.
    """
    known = sorted({sample.source for sample in samples})
    unknown = sorted(set(sources) - set(known))
    if unknown:
        raise DataError(
            f"`sources` names a source that is not there: {', '.join(unknown)}. There are: {', '.join(known)}"
        )
    chosen = [
        sample
        for sample in samples
        if not sample.label and sample.split == "train" and (not sources or sample.source in sources)
    ]
    if not chosen:
        raise DataError(f"{data}: no real pictures for train in {', '.join(sources) or 'any source'}")
    if most is not None and most < len(chosen):
        rows = np.random.default_rng([seed, 1]).choice(len(chosen), most, replace=False)
        chosen = [chosen[row] for row in np.sort(rows)]
    return chosen


def shrink_faces(crops: CropSet, size: int) -> np.ndarray:
    """Shrinks crops, one after the other: of all crops at full size only one is in memory.

    Args:
        crops: The crops.
        size: Side in pixels.

    Returns:
        uint8 RGB (faces, size, size, 3).
    """
    faces = np.empty((len(crops.rows), size, size, 3), np.uint8)
    for face, row in zip(faces, tqdm(crops.rows, desc="Shrinking faces", unit="face"), strict=True):
        face[:] = cv2.resize(np.asarray(crops.pixels[row]), (size, size), interpolation=cv2.INTER_AREA)
    return faces


def draw_noise(count: int, *key: int) -> np.ndarray:
    """Draws what faces are made from.

    Args:
        count: Number of faces.
        key: Seeds.

    Returns:
        float32 (count, 128), normally distributed.
    """
    return np.random.default_rng(key).standard_normal((count, LATENT), np.float32)


class FaceBatches(keras.utils.PyDataset):
    """Faces in a new order every epoch, every other one mirrored, with all the random numbers that a step needs.

    Args:
        faces: uint8 RGB (faces, size, size, 3).
        batch_size: Faces in a batch, at most as many as there are; an epoch leaves out what doesn't fill one.
        seed: Seed; batch `i` of epoch `e` is the same in every run.
    """

    def __init__(self, faces: np.ndarray, batch_size: int, seed: int):
        super().__init__()
        self.epoch = 0
        self._faces, self._batch_size, self._seed = faces, batch_size, seed

    def __len__(self) -> int:
        return len(self._faces) // self._batch_size

    def __getitem__(self, index: int) -> tuple[dict[str, np.ndarray]]:
        """Gives one batch.

        Args:
            index: Number of the batch in the epoch.

        Returns:
            The batch as `train.generating.models` takes it.
        """
        order = np.random.default_rng([self._seed, self.epoch]).permutation(len(self._faces))
        generator = np.random.default_rng([self._seed, self.epoch, index])
        faces = self._faces[order[index * self._batch_size : (index + 1) * self._batch_size]]
        mirrored = generator.random(len(faces)) < 0.5
        faces[mirrored] = faces[mirrored, :, ::-1]
        chance = generator.random((2, len(faces), NUMBERS), np.float32)
        noise = generator.standard_normal((len(faces), LATENT), np.float32)
        return ({"faces": faces, "noise": noise, "chance_real": chance[0], "chance_fake": chance[1]},)
