"""The only thing these checks know of a network: that it scores pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Score = Callable[[np.ndarray], np.ndarray]
"""From float32 RGB (pictures, 256, 256, 3), 0..255, to float32 (pictures,), image logits, positive for fake."""


class NoNumberError(ValueError):
    """A network gave a logit that is not a finite number."""


def score_pictures(score: Score, pictures: list[np.ndarray]) -> np.ndarray:
    """Scores pictures and refuses answers that can't be compared.

    Args:
        score: The network.
        pictures: float32 RGB (256, 256, 3) each, 0..255.

    Returns:
        float64 (pictures,), image logits.

    Raises:
        NoNumberError: If a logit is not finite.
    """
    logits = np.asarray(score(np.stack(pictures)), np.float64)
    if not np.isfinite(logits).all():
        raise NoNumberError(f"`score` must give finite logits. Received: {logits}")
    return logits


def require_sign(sign: int) -> None:
    """Checks that a sign is +1, for an answer that leans towards fake, or -1, for real.

    Raises:
        ValueError: If it is not.
    """
    if sign not in (1, -1):
        raise ValueError(f"`sign` must be 1 (fake) or -1 (real). Received: sign={sign}")
