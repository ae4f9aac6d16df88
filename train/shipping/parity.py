"""Does an exported file say the same as the detector it was made from, and how fast?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from tqdm import tqdm

from train.evaluation.metrics import ranking_figures
from train.evaluation.wording import NOT_MEASURED
from train.shipping.runtimes import Run

FLOAT_LIMIT = 1e-3
INT8_LIMIT = 0.005
_AT_ONCE = 32


@dataclass(frozen=True)
class Crops:
    """Faces to put to the detector and to its exported files.

    Attributes:
        pixels: uint8 RGB (faces, 256, 256, 3).
        fake: bool (faces,), the truth, where both classes are there; None if it isn't known.
        about: What they are, for the record.
    """

    pixels: np.ndarray
    fake: np.ndarray | None
    about: str


def compare_answers(before: np.ndarray, after: np.ndarray, temperature: float, fake: np.ndarray | None) -> dict:
    """Compares logits of the same faces.

    Args:
        before: (faces,), those of the detector.
        after: (faces,), those of the exported file.
        temperature: The detector's temperature.
        fake: bool (faces,), or None.

    Returns:
        `faces`; `probability`, the largest difference of the calibrated probability; `logit`, that of the logit; and,
        where the truth is known, `auc`, that of the file, and `auc_loss`, by how much it is lower.
    """
    figures = {
        "faces": len(before),
        "probability": float(np.abs(expit(before / temperature) - expit(after / temperature)).max()),
        "logit": float(np.abs(before - after).max()),
    }
    if fake is None:
        return figures
    ones = np.ones((1, len(fake)))
    aucs = [float(ranking_figures(fake, logits, ones)["auc"][0]) for logits in (before, after)]
    return figures | {"auc": round(aucs[1], 5), "auc_loss": round(aucs[0] - aucs[1], 5)}


def objection(precision: str, figures: dict) -> str | None:
    """Says what is wrong with an exported file.

    Args:
        precision: "float32", "float16" or "int8".
        figures: What `compare_answers` returned.

    Returns:
        A sentence, or None if the file is as good as it should be.
    """
    if precision == "int8":
        loss = figures.get("auc_loss", 0.0)
        return f"loses {loss:.4f} of AUC, more than {INT8_LIMIT}" if loss > INT8_LIMIT else None
    far = figures["probability"]
    return f"is up to {far:.4f} of probability off, more than {FLOAT_LIMIT}" if far > FLOAT_LIMIT else None


def loss_in_words(figures: dict) -> str:
    """Writes the loss of AUC, such as "+0.0012"; a dash if it is not known."""
    if "auc_loss" not in figures:
        return NOT_MEASURED
    # Without the sign of what is rounded to nothing.
    return f"{round(figures['auc_loss'], 4) + 0.0:+.4f}"


def ask(run: Run, pixels: np.ndarray, name: str) -> np.ndarray:
    """Gives the logits of many crops, with a progress bar.

    Args:
        run: A runtime.
        pixels: uint8 RGB (faces, 256, 256, 3).
        name: What is asked, for the bar.

    Returns:
        float32 (faces,).

    Raises:
        ValueError: If an answer is not a number.
    """
    starts: Sequence[int] = range(0, len(pixels), _AT_ONCE)
    parts = [run(np.asarray(pixels[start : start + _AT_ONCE])) for start in tqdm(starts, desc=f"Asking {name}")]
    logits = np.concatenate(parts)
    if not np.isfinite(logits).all():
        raise ValueError(f"{name}: an answer is not a number, so nothing can be compared")
    return logits
