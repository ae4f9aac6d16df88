"""What happens after each epoch: measure, keep the best weights, leave a point to resume from."""

from __future__ import annotations

import time
from pathlib import Path

import keras
import numpy as np
from sklearn.metrics import roc_auc_score

from model.sessions import count_processors
from train.batches import BalancedBatches, predict_logits
from train.crops import CropSet
from train.files import read_json, save_plain_weights, weights_bytes, write_json
from train.parallel_batches import ParallelBatches


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


def answer_figures(crops: CropSet, logits: np.ndarray) -> dict[str, float]:
    """Measures answers one by one, over the sources that have both classes.

    Args:
        crops: The crops.
        logits: (samples,), image logits before they are centred and calibrated.

    Returns:
        `val_loss`, the mean binary cross-entropy, and `val_accuracy`, the share on the right side of 0.
    """
    paired = np.isin(crops.sources, crops.paired_sources)
    fake, logits = crops.labels[paired] > 0.5, logits[paired]
    losses = np.logaddexp(0, np.where(fake, -logits, logits))
    return {"val_loss": float(losses.mean()), "val_accuracy": float(((logits > 0) == fake).mean())}


class DivergedError(ValueError):
    """A training whose network answers with what is no number any more."""


class ValidationAuc(keras.callbacks.Callback):
    """Adds `val_auc`, the mean of the sources' AUC, and other figures to the logs and keeps the best weights.

    The mean over sources, not the AUC over all pictures: otherwise the largest source would choose.

    Args:
        network: The network alone; the model being trained may have more outputs.
        crops: The validation crops.
        best: File for the best weights; its score lies beside it as JSON, so a resumed run knows it.
        phase: Number of the phase, from 1, for the history.
        size: Side of the training windows, for the history.
    """

    def __init__(self, network: keras.Model, crops: CropSet, best: Path, phase: int, size: int):
        super().__init__()
        self._network, self._crops, self._best, self._phase, self._size = network, crops, best, phase, size

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measures, writes into `logs`, and saves the weights if they are the best so far.

        Raises:
            DivergedError: If an answer is no number.
        """
        logits = predict_logits(self._network, self._crops)
        if not np.isfinite(logits).all():
            raise DivergedError(
                f"the training diverged in epoch {epoch + 1} of phase {self._phase}: the network's answers are no "
                "numbers any more. Lower the learning rate"
            )
        scores = auc_per_source(self._crops, logits)
        logs["val_auc"] = float(np.mean(list(scores.values())))
        logs |= {f"val_auc_{source}": score for source, score in scores.items()}
        logs |= answer_figures(self._crops, logits)
        logs |= {"phase": self._phase, "size": self._size}
        if logs["val_auc"] > read_json(self._best.with_suffix(".json")).get("val_auc", -1.0):
            save_plain_weights(self._network, self._best)
            write_json(self._best.with_suffix(".json"), {"epoch": epoch + 1, "size": self._size, **logs})


_PARTIAL = "partial.weights.h5"


def discard_partial(folder: Path) -> None:
    """Removes what `Resume` saved of an epoch that was interrupted before it was measured."""
    (folder / _PARTIAL).unlink(missing_ok=True)


class Resume(keras.callbacks.Callback):
    """Saves weights and optimizer after each epoch; `restore` goes on from there.

    Must stand before `SwapEMAWeights` in the list, so that it saves the raw weights and their
    average in their own places. An epoch counts as done only when `commit` is called, after it was measured.

    Args:
        folder: Where the state lies.
        batches: The training batches, whose epoch this sets.
    """

    def __init__(self, folder: Path, batches: BalancedBatches | ParallelBatches):
        super().__init__()
        self._weights, self._state = folder / "resume.weights.h5", folder / "resume.json"
        self._partial = folder / _PARTIAL
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
        self._partial.write_bytes(weights_bytes(self.model))

    def commit(self, epoch: int) -> None:
        """Makes what `on_epoch_end` saved the point to resume from."""
        self._partial.replace(self._weights)
        write_json(self._state, {"phase": self._phase, "epoch": epoch + 1})


class Throughput(keras.callbacks.Callback):
    """Measures how fast an epoch was and what the processors did: `crops_per_second`, `network_busy`, `input_busy`.

    The shares are of the time of all processors that this process may use, 0..1: what the making of batches took, and
    everything else, which is the network. What is missing to 1 was spent waiting, or by other programs. Must stand
    first in the list, so that the clock stops before anything is measured or written.

    Args:
        batches: The training batches, which count the processor time that they take.
        batch_size: Crops in a batch.
    """

    def __init__(self, batches: BalancedBatches | ParallelBatches, batch_size: int):
        super().__init__()
        self._batches, self._crops = batches, len(batches) * batch_size

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Starts the clocks."""
        self._start = self._clocks()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Stops the clocks, writes into `logs` and prints a line."""
        now = self._clocks()
        seconds, network, making = (after - before for after, before in zip(now, self._start, strict=True))
        processors = count_processors()
        whole = processors * seconds
        logs |= {
            "crops_per_second": self._crops / seconds,
            "network_busy": network / whole,
            "input_busy": making / whole,
        }
        print(
            f"\n{self._crops / seconds:.1f} crops a second; of the time of {processors} processors "
            f"{logs['network_busy']:.0%} went into the network, {logs['input_busy']:.0%} into making batches"
        )

    def _clocks(self) -> tuple[float, float, float]:
        """Seconds of the wall, of processors in the network, and of processors in the making of batches."""
        network = time.process_time() - self._batches.own_seconds
        return time.perf_counter(), network, self._batches.processor_seconds
