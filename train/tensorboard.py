"""What TensorBoard shows of a training."""

from __future__ import annotations

from pathlib import Path

import keras

from train.curves import read_history


class TensorBoard(keras.callbacks.TensorBoard):
    """Keras' callback, with epochs that run through all phases: else one phase would be drawn over another.

    Must stand after the callback that writes `history.csv`, which counts them.

    Args:
        out: Folder with `history.csv`; the files lie below it, in `tensorboard/train` and `tensorboard/validation`.

    Raises:
        ImportError: If TensorFlow, which writes the files, is not installed.
    """

    def __init__(self, out: Path):
        try:
            import tensorflow  # noqa: F401 Keras itself would only fail in the middle of the training
        except ImportError as error:
            raise ImportError("--tensorboard needs the package tensorflow, which writes its files") from error
        super().__init__(out / "tensorboard", write_graph=False)
        self._history = out / "history.csv"

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Writes the figures of the epoch."""
        super().on_epoch_end(len(read_history(self._history)), logs)
