"""What a network learns from and what it is asked about, a batch at a time."""

from __future__ import annotations

import time

import keras
import numpy as np

from train.crops import CropSet
from train.pairs import BalancedPairs

_PREDICTION_BATCH = 32


class BalancedBatches(keras.utils.PyDataset):
    """Batches of pairs, made when they are asked for.

    Args:
        pairs: What makes them.

    Attributes:
        pairs: What makes them.
        epoch: Which epoch the batches are for.
        processor_seconds: Processor time that the batches have taken so far.
    """

    def __init__(self, pairs: BalancedPairs):
        super().__init__()
        self.epoch, self.processor_seconds = 0, 0.0
        self.pairs = pairs

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def own_seconds(self) -> float:
        """What of the processor time this process took: all."""
        return self.processor_seconds

    def __getitem__(self, index: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Gives batch number `index` of the epoch, as `BalancedPairs.make` describes it."""
        # Of this thread alone: others compute with the batches before.
        start = time.thread_time()
        batch = self.pairs.make(self.epoch, index)
        self.processor_seconds += time.thread_time() - start
        return batch


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
    # A network that computes with 16 bits may answer so.
    return network.predict(PlainBatches(crops), verbose=0)[:, 0].astype(np.float32)
