"""The shipped figures, if they are those of the detector in use."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.detector import DEFAULT_DETECTOR

FOLDER = DEFAULT_DETECTOR.parents[1] / "evaluation"
_FORMAT = 1

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Measured:
    """What was measured of a detector.

    Attributes:
        evaluation: The content of `evaluation.json`, written by `python -m train evaluate`.
        crossval: That of `crossval.json`, how well trainings do on a source they never saw; None if it is not there.
        folder: Where the files lie, with the plots beside them.
    """

    evaluation: dict[str, Any]
    crossval: dict[str, Any] | None
    folder: Path

    @property
    def row(self) -> dict[str, Any]:
        """The figures of all sources with both classes together."""
        return self.evaluation["all"]

    @property
    def sources(self) -> dict[str, dict[str, Any]]:
        """The figures of each source that has both classes."""
        return {name: self.evaluation["sources"][name] for name in self.evaluation["data"]["pooled"]}


def name_detector(description: dict[str, Any]) -> str:
    """Names a detector as `Detector.version` does, without loading it."""
    return f"{description.get('network')}-{description['weights']['sha256'][:12]}"


def read_measured(description: dict[str, Any], folder: Path = FOLDER) -> Measured | None:
    """Reads the figures of a detector.

    Args:
        description: The content of its `detector.json`.
        folder: Where the figures lie.

    Returns:
        The figures; None if there are none, or if they are about other weights: a page must not show figures that
        aren't its detector's own.
    """
    evaluation = _read(folder / "evaluation.json")
    if evaluation is None or evaluation.get("format") != _FORMAT:
        return None
    if evaluation["detector"]["weights_sha256"] != description["weights"]["sha256"]:
        return None
    return Measured(evaluation, _read(folder / "crossval.json"), folder)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        # The page must start all the same, without figures.
        _logger.warning("%s: these figures can't be read, the page goes without them: %s", path, error)
        return None
