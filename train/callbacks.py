"""What happens after each epoch: measure, keep the best weights, leave a point to resume from."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from sklearn.metrics import roc_auc_score

from train.batches import BalancedBatches, predict_logits
from train.crops import CropSet
from train.files import read_json, save_plain_weights, write_json


def auc_per_source(crops: CropSet, logits: np.ndarray) -> dict[str, float]:
    """Measures the area under the ROC curve for every source that has both classes.

    Args:
        crops: The crops.
        logits: (samples,), one score a crop, higher for fake.

    Returns:
        AUC, 0..1, by source.
    """
    result = {}
    for source in crops.paired_sources:
        of_source = crops.sources == source
        result[source] = float(roc_auc_score(crops.labels[of_source], logits[of_source]))
    return result


class ValidationAuc(keras.callbacks.Callback):
    """Adds `val_auc`, the mean of the sources' AUC, to the logs and keeps the best weights.

    The mean over sources, not the AUC over all pictures: otherwise the largest source would choose.

    Args:
        network: The network alone; the model being trained may have more outputs.
        crops: The validation crops.
        best: File for the best weights; its score lies beside it as JSON, so a resumed run knows it.
        size: Side of the training windows, for the history.
    """

    def __init__(self, network: keras.Model, crops: CropSet, best: Path, size: int):
        super().__init__()
        self._network, self._crops, self._best, self._size = network, crops, best, size

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measures, writes into `logs`, and saves the weights if they are the best so far."""
        scores = auc_per_source(self._crops, predict_logits(self._network, self._crops))
        logs["val_auc"] = float(np.mean(list(scores.values())))
        logs |= {f"val_auc_{source}": score for source, score in scores.items()}
        logs["size"] = self._size
        if logs["val_auc"] > read_json(self._best.with_suffix(".json")).get("val_auc", -1.0):
            save_plain_weights(self._network, self._best)
            write_json(self._best.with_suffix(".json"), {"epoch": epoch + 1, "size": self._size, **logs})


class Resume(keras.callbacks.Callback):
    """Saves weights and optimizer after each epoch; `restore` goes on from there.

    Must stand before `SwapEMAWeights` in the list, so that it saves the raw weights and their
    average in their own places. An epoch counts as done only when `commit` is called, after it was measured.

    Args:
        folder: Where the state lies.
        batches: The training batches, whose epoch this sets.
    """

    def __init__(self, folder: Path, batches: BalancedBatches):
        super().__init__()
        self._weights, self._state = folder / "resume.weights.h5", folder / "resume.json"
        self._partial = folder / "partial.weights.h5"
        self._batches = batches

    def restore(self, model: keras.Model, phase: int) -> int:
        """Loads the state of an interrupted phase into a compiled model.

        Args:
            model: The compiled model.
            phase: Number of the phase about to start.

        Returns:
            The epoch to go on with; 0 if there is nothing to resume.
        """
        self._phase = phase
        state = read_json(self._state)
        # A phase that has not begun starts from the best weights, not from the last ones of the phase before.
        if state.get("phase") != phase or not state["epoch"]:
            return 0
        model.optimizer.build(model.trainable_variables)
        model.load_weights(self._weights)
        return state["epoch"]

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Tells the batches which epoch they are for."""
        self._batches.epoch = epoch

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Saves under a temporary name: an interruption never leaves half a file."""
        self.model.save_weights(self._partial)

    def commit(self, epoch: int) -> None:
        """Makes what `on_epoch_end` saved the point to resume from."""
        self._partial.replace(self._weights)
        write_json(self._state, {"phase": self._phase, "epoch": epoch + 1})
