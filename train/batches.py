"""Batches for training, balanced so that neither source nor class is told by frequency."""

from __future__ import annotations

import keras
import numpy as np

from train.augment import augment
from train.crops import CropSet
from train.self_blend import self_blend

SELF_BLENDED = "self_blended"
_PREDICTION_BATCH = 32


class BalancedBatches(keras.utils.PyDataset):
    """Pairs of a real and a fake crop of the same source, drawn at random.

    A pair's source is drawn with a probability that grows with the square root of its size, so small
    sources count but are not learnt by heart. Sources with a single class can't be paired; their fakes
    are left out, and their real faces serve, like all real faces, in the source `self_blended`, where
    the fake is made from the real one. Both of a pair get the same augmentation: it never tells the class.

    Args:
        crops: The training crops.
        size: Side of the windows given to the network, in pixels.
        batch_size: Even number of crops in a batch.
        seed: Seed; batch `i` of epoch `e` is the same in every run.
        blend_share: Share of self-blended pairs, 0..1.

    Raises:
        ValueError: If `batch_size` is odd, or no source has both classes.
    """

    def __init__(self, crops: CropSet, size: int, batch_size: int, seed: int, blend_share: float):
        super().__init__()
        if batch_size < 2 or batch_size % 2:
            raise ValueError(f"`batch_size` must be an even number from 2. Received: batch_size={batch_size}")
        self.epoch = 0
        self._crops, self._size, self._batch_size, self._seed = crops, size, batch_size, seed
        self._members = _members(crops)
        if not self._members:
            raise ValueError("no source of the training data has both real and fake pictures")
        self._reals = np.flatnonzero(crops.labels == 0)
        sizes = np.array([len(real) + len(fake) for real, fake in self._members.values()])
        shares = np.sqrt(sizes) / np.sqrt(sizes).sum() * (1 - blend_share)
        self.shares = dict(zip([*self._members, SELF_BLENDED], [*shares, blend_share], strict=True))

    def __len__(self) -> int:
        return max(1, len(self._crops.rows) // self._batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Gives one batch.

        Args:
            index: Number of the batch in the epoch.

        Returns:
            uint8 RGB (batch, size, size, 3) and float32 (batch, 1), 1 for fake.
        """
        generator = np.random.default_rng([self._seed, self.epoch, index])
        sources = generator.choice(list(self.shares), self._batch_size // 2, p=list(self.shares.values()))
        pixels = np.concatenate([self._pair(str(source), generator) for source in sources])
        labels = np.tile(np.array([[0.0], [1.0]], np.float32), (len(sources), 1))
        return pixels, labels

    def _pair(self, source: str, generator: np.random.Generator) -> np.ndarray:
        if source == SELF_BLENDED:
            sample = generator.choice(self._reals)
            crop = self._crops.pixels[self._crops.rows[sample]]
            pair = self_blend(crop, self._crops.landmarks[sample], generator)[:2]
        else:
            pair = [self._crops.pixels[self._crops.rows[generator.choice(group)]] for group in self._members[source]]
        seed = generator.integers(2**63)
        return np.stack([augment(crop, self._size, np.random.default_rng(seed)) for crop in pair])


def _members(crops: CropSet) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Indices of the real and the fake samples of every source that has both."""
    sources, labels = crops.sources, crops.labels
    members = {
        str(source): tuple(np.flatnonzero((sources == source) & (labels == label)) for label in (0, 1))
        for source in np.unique(sources)
    }
    return {source: pair for source, pair in members.items() if all(map(len, pair))}


class PlainBatches(keras.utils.PyDataset):
    """All crops of a set in order, unchanged, 32 at a time: for prediction.

    Args:
        crops: The crops.
    """

    def __init__(self, crops: CropSet):
        super().__init__()
        self._crops = crops

    def __len__(self) -> int:
        return -(-len(self._crops.rows) // _PREDICTION_BATCH)

    def __getitem__(self, index: int) -> tuple[np.ndarray]:
        """Gives batch number `index`: uint8 RGB (up to 32, 256, 256, 3)."""
        rows = self._crops.rows[index * _PREDICTION_BATCH : (index + 1) * _PREDICTION_BATCH]
        return (self._crops.pixels[rows],)


def predict_logits(network: keras.Model, crops: CropSet) -> np.ndarray:
    """Scores every crop of a set.

    Args:
        network: What `model.networks.build_network` returns.
        crops: The crops.

    Returns:
        float32 (samples,), image logits before calibration, positive for fake.
    """
    return network.predict(PlainBatches(crops), verbose=0)[:, 0]
