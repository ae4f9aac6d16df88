"""What was measured, beside what is promised."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """How a request ended.

    Attributes:
        kind: What was asked for.
        client: Who asked.
        seconds: How long they waited for the right answer, or until it was clear that none comes.
        busy: How often they were told before that too many people want something.
        wrong: What is wrong with the answer; empty if nothing is.
    """

    kind: str
    client: int
    seconds: float
    busy: int = 0
    wrong: str = ""


@dataclass(frozen=True)
class Promise:
    """A figure and what it may be at most.

    Attributes:
        name: What it is, with its unit.
        value: The figure.
        most: What is promised.
    """

    name: str
    value: float
    most: float

    @property
    def kept(self) -> bool:
        """Whether it is not exceeded; what is not a number never is."""
        return self.value <= self.most


def fairness(outcomes: Iterable[Outcome]) -> float:
    """Compares the client who waits longest with the others.

    Args:
        outcomes: Of clients who all ask for the same.

    Returns:
        The longest mean waiting of a client, as a multiple of the median client's; 1 if all wait the same.
    """
    waits: dict[int, list[float]] = {}
    for outcome in outcomes:
        waits.setdefault(outcome.client, []).append(outcome.seconds)
    means = [statistics.fmean(seconds) for seconds in waits.values()]
    return max(means) / statistics.median(means) if means else float("nan")


def growth(megabytes: Sequence[float]) -> float:
    """Says how much more memory the second half of a run took at most than the first."""
    half = (len(megabytes) + 1) // 2
    return max(megabytes[half:]) - max(megabytes[:half]) if len(megabytes) > 1 else float("nan")


def format_outcomes(outcomes: Sequence[Outcome]) -> str:
    """Lays out how long each kind of request took, and what was wrong.

    Args:
        outcomes: Of all requests.

    Returns:
        Lines of text.
    """
    lines = [f"{'':<24}{'requests':>9}{'median s':>10}{'95 % s':>9}{'busy':>7}{'wrong':>7}"]
    for kind in dict.fromkeys(outcome.kind for outcome in outcomes):
        some = [outcome for outcome in outcomes if outcome.kind == kind]
        middle, high = np.percentile([outcome.seconds for outcome in some], [50, 95])
        busy, wrong = sum(one.busy for one in some), sum(bool(one.wrong) for one in some)
        lines.append(f"{kind:<24}{len(some):>9}{middle:>10.2f}{high:>9.2f}{busy:>7}{wrong:>7}")
    reasons = dict.fromkeys(f"{one.kind}: {one.wrong}" for one in outcomes if one.wrong)
    return "\n".join([*lines, *(f"  wrong: {reason}" for reason in list(reasons)[:10])])


def format_promises(promises: Sequence[Promise]) -> str:
    """Lays out what is promised and whether it was kept."""
    lines = [f"{'':<72}{'figure':>8}{'at most':>9}"]
    for promise in promises:
        verdict = "kept" if promise.kept else "BROKEN"
        lines.append(f"{promise.name:<72}{promise.value:>8.4g}{promise.most:>9g}   {verdict}")
    return "\n".join(lines)
