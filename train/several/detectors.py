"""Several detectors by name, and what each of them says of the same faces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from model.detector import Detector, load_detector
from model.ensemble import MAX_MEMBERS
from train.evaluation.faces import Faces
from train.evaluation.metrics import Scores
from train.evaluation.scoring import score_crops


@dataclass(frozen=True)
class Named:
    """A detector and what it is called in tables.

    Attributes:
        name: Name of the folder it lies in, with a number if that is not enough.
        file: Its `detector.json`.
        detector: The detector.
    """

    name: str
    file: Path
    detector: Detector


def load_several(files: Sequence[Path]) -> list[Named]:
    """Loads detectors that are to be compared or joined.

    Args:
        files: 2 to 8 `detector.json` files.

    Returns:
        The detectors, in the same order.

    Raises:
        DetectorError: If one can't be loaded.
        ValueError: If there are too few or too many, or two have the same weights and are read in the same way.
    """
    if not 2 <= len(files) <= MAX_MEMBERS:
        raise ValueError(f"`--detectors` takes 2 to {MAX_MEMBERS} files named detector.json. Received: {len(files)}")
    detectors = [load_detector(file) for file in files]
    seen: dict[tuple, Path] = {}
    for file, detector in zip(files, detectors, strict=True):
        key = (detector.version, detector.calibration)
        if key in seen:
            raise ValueError(
                f"two of `--detectors` are the same, {detector.version}: leave one out. "
                f"Received: {seen[key]} and {file}"
            )
        seen[key] = file
    return [Named(*parts) for parts in zip(names_of(files), files, detectors, strict=True)]


def names_of(files: Sequence[Path]) -> list[str]:
    """Names files by their folders, those of one name with a number: "run", "old (1)", "old (2)"."""
    folders = [file.resolve().parent.name or "root" for file in files]
    counts, numbers = Counter(folders), Counter()
    names = []
    for folder in folders:
        numbers[folder] += 1
        names.append(folder if counts[folder] == 1 else f"{folder} ({numbers[folder]})")
    return names


def score_faces(detectors: Sequence[Named], faces: Faces) -> list[Scores]:
    """Asks every detector about the same faces.

    Args:
        detectors: The detectors.
        faces: The faces.

    Returns:
        What each of them said, in the order of the detectors.

    Raises:
        DataError: If an answer is not a number.
    """
    fake, scores = faces.crops.labels > 0.5, []
    with tqdm(total=len(detectors) * len(fake), desc="Scoring", unit="face") as bar:
        for named in detectors:
            logits = score_crops(named.detector, faces.crops, bar)
            verdicts = np.array([answer.verdict for answer in named.detector.read_logits(logits)])
            scores.append(Scores(fake, logits, named.detector.calibration.temperature, verdicts))
    return scores
