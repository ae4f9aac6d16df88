"""Are answers that hold in changed copies more often right? `python -m benchmarks.stability --data faces`.

Every photo of the validation part is inspected, and its largest face asked about again in the copies that the page
makes. An answer of "can't tell" is neither right nor wrong, and not counted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from explain import inspect_photo
from explain.stability import CHANGES, check_stability
from model.detector import Detector, load_detector
from model.photo import PhotoError
from train.datasets import DataError, Sample, read_samples

_ROWS = {"none": (0, 0), "one or two": (1, 2), "three or more": (3, len(CHANGES))}


@dataclass(frozen=True)
class Answer:
    """One answer that says real or fake.

    Attributes:
        right: Whether it is right.
        changed: In how many copies there was another one.
    """

    right: bool
    changed: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints the table.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0; wrong use ends the program with 2.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stability", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled pictures, as for `train fit`")
    parser.add_argument("--pictures", type=int, default=10_000, help="at most so many (default: all)")
    parser.add_argument("--detector", type=Path, help="another detector.json than the shipped one")
    options = parser.parse_args(arguments)
    try:
        samples = [sample for sample in read_samples(options.data) if sample.split == "validation"]
    except DataError as error:
        parser.error(str(error))
    detector = load_detector(options.detector)
    chosen = sorted(np.random.default_rng(0).permutation(len(samples))[: options.pictures])
    asked = (ask(options.data, samples[place], detector) for place in tqdm(chosen, unit="photo"))
    print(table([answer for answer in asked if answer]))
    return 0


def ask(data: Path, sample: Sample, detector: Detector) -> Answer | None:
    """Asks about the largest face of a photo and its changed copies.

    Args:
        data: The folder that the sample's path is relative to.
        sample: The photo.
        detector: The detector.

    Returns:
        The answer; None without one: no photo, no face, or "can't tell".
    """
    try:
        inspection = inspect_photo(data / sample.path, (), detector=detector)
    except PhotoError:
        return None
    face = max(inspection.faces, key=lambda face: face.box[2] * face.box[3], default=None)
    if face is None or face.verdict == "uncertain":
        return None
    stability = check_stability(inspection.photo, face, detector)
    return Answer((face.verdict == "fake") == bool(sample.label), len(stability.changed))


def table(answers: Sequence[Answer]) -> str:
    """Writes as Markdown how often answers were wrong, by how often they changed.

    Args:
        answers: The answers.

    Returns:
        The table.
    """
    wrong, count = sum(not answer.right for answer in answers), len(answers)
    lines = [
        f"{count} answers, {wrong} of them wrong",
        "",
        f"| changed in how many of {len(CHANGES)} copies | answers | of all | wrong | of the right answers |",
        "|---|---|---|---|---|",
    ]
    for name, (least, most) in _ROWS.items():
        group = [answer for answer in answers if least <= answer.changed <= most]
        mistakes = sum(not answer.right for answer in group)
        cells = (_share(len(group), count), _share(mistakes, len(group)), _share(len(group) - mistakes, count - wrong))
        lines.append(f"| {name} | {len(group)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""


if __name__ == "__main__":
    sys.exit(main())
