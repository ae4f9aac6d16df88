"""What happens after each epoch: a picture of what has been learnt, the losses, and whether there is time left."""

from __future__ import annotations

import contextlib
import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path

import keras
from tqdm import tqdm

from train.files import save_plain_weights
from train.generating.faces import FaceBatches, draw_noise
from train.generating.pictures import generate_faces, save_curves, save_grid

_COLUMNS, _ROWS = 8, 6
_FIXED_NOISE = 2
_WHOLE = ("epoch", "faces")


class Watch(keras.callbacks.Callback):
    """Keeps the averaged generator, a grid of faces from the same noise, and the history; stops when the time is up.

    The generator that it keeps and shows has the weights' averages; training goes on with the weights themselves.

    Args:
        out: Folder for `grids/`, `history.csv`, `curves.png` and `training/generator.weights.h5`.
        batches: The batches.
        batch_size: Faces in a batch.
        seed: Seed of the grid's noise.
        epochs: Number of epochs in all.
        seconds: Time to train in this call; None for no limit. An epoch is begun only if the one before would fit.
    """

    def __init__(self, out: Path, batches: FaceBatches, batch_size: int, seed: int, epochs: int, seconds: float | None):
        super().__init__()
        self._out, self._epochs, self._seconds = out, epochs, seconds
        self._faces = len(batches) * batch_size
        self._steps = len(batches)
        self._noise = draw_noise(_COLUMNS * _ROWS, seed, _FIXED_NOISE)
        self._bar = tqdm(disable=True)
        (out / "grids").mkdir(parents=True, exist_ok=True)

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Starts the clock."""
        self._start = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Starts the progress bar."""
        self._began, self._processor = time.monotonic(), _processor_time()
        self._bar = tqdm(total=self._steps, desc=f"Epoch {epoch + 1}/{self._epochs}", unit="step", leave=False)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Moves the progress bar."""
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Writes everything, prints a line, and decides whether another epoch fits."""
        self._bar.close()
        with averaged_weights(self.model):
            save_plain_weights(self.model.generator, self._out / "training" / "generator.weights.h5")
            faces = generate_faces(self.model.generator, self._noise)
        save_grid(faces, _COLUMNS, self._out / "grids" / f"epoch-{epoch + 1:04d}.png")
        seconds, processor = time.monotonic() - self._began, _processor_time() - self._processor
        losses = {name: round(float(value), 5) for name, value in (logs or {}).items() if name != "loss"}
        row = {"epoch": epoch + 1, "faces": self._faces, "seconds": round(seconds, 1)}
        row |= {"processor_seconds": round(processor, 1)} | losses
        history = [old for old in read_history(self._out / "history.csv") if old["epoch"] <= epoch] + [row]
        _write_history(history, self._out / "history.csv")
        save_curves(history, self._out / "curves.png")
        self._tell(epoch, row, losses)

    def close(self) -> None:
        """Takes away the progress bar, on whose line the reason would stand if an epoch breaks off."""
        self._bar.close()

    def _tell(self, epoch: int, row: dict[str, float], losses: dict[str, float]) -> None:
        took, used = row["seconds"], time.monotonic() - self._start
        left = (self._epochs - epoch - 1) * took
        if self._seconds is not None:
            left = min(left, max(0.0, self._seconds - used))
            self.model.stop_training = used + took > self._seconds
        words = ", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in losses.items())
        print(
            f"Epoch {epoch + 1}/{self._epochs}: {words}; {took:.0f} s ({row['processor_seconds']:.0f} s of processor "
            f"time), {self._faces / max(took, 0.1):.0f} faces a second; at most {left / 60:.0f} min left",
            flush=True,
        )


@contextlib.contextmanager
def averaged_weights(model: keras.Model) -> Iterator[None]:
    """Gives a model the averages of its weights, kept by its optimizer, for a while.

    Keras' `SwapEMAWeights` exchanges both by sums and differences, whose rounding errors a resumed training would lack.

    Args:
        model: A model compiled with an optimizer that has `use_ema`.

    Yields:
        Nothing; afterwards the model has the very weights that it had.
    """
    weights = [keras.ops.convert_to_numpy(variable.value) for variable in model.trainable_variables]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, weights, strict=True):
            variable.assign(value)


def read_history(path: Path) -> list[dict[str, float]]:
    """Reads what `Watch` wrote.

    Args:
        path: The CSV file.

    Returns:
        A row for each epoch; none if there is no such file.
    """
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return [{name: int(text) if name in _WHOLE else float(text) for name, text in row.items()} for row in rows]


def _write_history(rows: list[dict[str, float]], path: Path) -> None:
    partial = path.with_name(f"partial.{path.name}")
    try:
        with partial.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[-1]))
            writer.writeheader()
            writer.writerows(rows)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _processor_time() -> float:
    """Seconds of processor time that this process has used, all of its threads together."""
    times = os.times()
    return times.user + times.system
