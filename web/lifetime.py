"""How long files of visitors stay on the server, for Gradio and in words."""

from __future__ import annotations

import math

# How much later what is too old is found, as a share of its age; by us as much again, where Gradio overlooks it.
DELAY = 0.25
_PROMISE = 1.5


def delete_cache(seconds: float) -> tuple[int, int]:
    """Gives how often Gradio is to look for files that are too old, and when they are, in seconds."""
    return max(1, math.floor(DELAY * seconds)), max(1, round(seconds))


def lifetime_words(seconds: float) -> str:
    """Says after what time a file is certainly gone.

    Example:
        >>> lifetime_words(600)
        '15 minutes'
    """
    within = math.ceil(_PROMISE * seconds)
    count, unit = (within, "second") if within < 120 else (math.ceil(within / 60), "minute")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def privacy_sentence(lifetime: str) -> str:
    """Says what becomes of photos; `lifetime` as `lifetime_words` gives it."""
    return f"Photos are used for this answer only and removed within {lifetime}. Nothing else is kept."
