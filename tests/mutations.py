"""Breaks ten central lines, one at a time, and sees whether the tests notice: `python -m tests.mutations`.

Each mistake is one that a project like this really makes, and that leaves everything running. The work is done in a
copy of the repository; nothing here is changed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]


class MutationError(Exception):
    """What makes the answer worthless: a line that is not there, or tests that fail in any case."""


@dataclass(frozen=True)
class Mutation:
    """A line, what it is broken into, and the test that must notice.

    Attributes:
        name: What goes wrong.
        file: The file, from the project's root.
        line: The line without its indentation; it stands in the file once.
        broken: What is put in its place.
        test: File or node that must fail then.
    """

    name: str
    file: str
    line: str
    broken: str
    test: str

    def apply(self, root: Path) -> str:
        """Breaks the line in a copy of the project, and gives the file's text as it was."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        path.write_text(self.mutated(text), encoding="utf-8")
        return text

    def mutated(self, text: str) -> str:
        """The text of the file with the line broken."""
        line = re.compile(rf"^( *){re.escape(self.line)}$", re.MULTILINE)
        changed, count = line.subn(lambda found: found[1] + self.broken, text)
        if count != 1:
            raise MutationError(f"{self.file}: this line must be there once. Received {count} times: {self.line}")
        return changed


MUTATIONS = (
    Mutation(
        "label order",
        "train/datasets.py",
        "label = LABELS[folders[at].casefold()]",
        "label = 1 - LABELS[folders[at].casefold()]",
        "tests/train/test_datasets.py::test_the_layout_of_source_split_and_label",
    ),
    Mutation(
        "channel order",
        "model/photo.py",
        'return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))',
        'return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))[..., ::-1]',
        "tests/model/test_photo.py::test_each_format_gives_rgb_in_this_order_and_no_note",
    ),
    Mutation(
        "sign",
        "model/calibration.py",
        "return 1 / (1 + odds) if scaled >= 0 else odds / (1 + odds)",
        "return 1 / (1 + odds) if scaled < 0 else odds / (1 + odds)",
        "tests/model/test_calibration.py::test_a_higher_logit_never_gives_a_lower_probability",
    ),
    Mutation(
        "scale",
        "model/lite0.py",
        'x = layers.Rescaling(1 / 128, offset=-127 / 128, name="preprocessing")(pixels)',
        'x = layers.Rescaling(1 / 255, name="preprocessing")(pixels)',
        "tests/model/test_networks.py::test_preprocessing_is_the_first_layer_and_maps_127_to_zero",
    ),
    Mutation(
        "threshold",
        "model/calibration.py",
        'return "fake" if probability_fake > self.fake_above else "uncertain"',
        'return "fake" if probability_fake >= self.fake_above else "uncertain"',
        "tests/model/test_calibration.py::test_verdicts_follow_the_thresholds_and_doubt_is_uncertain",
    ),
    Mutation(
        "box order",
        "model/faces.py",
        "x, y, box_width, box_height = box",
        "y, x, box_width, box_height = box",
        "tests/model/test_faces.py::test_the_square_around_a_face_keeps_its_centre_as_far_as_the_photo_allows",
    ),
    Mutation(
        "temperature",
        "model/calibration.py",
        "scaled = float(logit) / self.temperature",
        "scaled = float(logit) * self.temperature",
        "tests/model/test_calibration.py::test_a_probability_worked_out_by_hand",
    ),
    Mutation(
        "crop map",
        "model/faces.py",
        "shift = (scale - 1) / 2",
        "shift = 0.0",
        "tests/model/test_faces.py::test_crop_to_photo_leads_from_a_dot_in_the_crop_to_the_dot_in_the_photo",
    ),
    Mutation(
        "ReLU",
        "explain/methods/grad_cam.py",
        "return Maps((weights * gradients.features).sum(axis=-1), probe.to_crop)",
        "return Maps((weights * gradients.features).sum(axis=-1).clip(min=0), probe.to_crop)",
        "tests/explain/methods/test_grad_cam.py::test_two_cells_two_channels_by_hand",
    ),
    Mutation(
        "digest",
        "model/detector.py",
        'if digest != stated["sha256"]:',
        "if not digest:",
        "tests/model/test_detector.py::test_weights_with_another_digest_are_refused",
    ),
)
"""What decides whether an answer is right, and whether a map lies where it should and has both signs."""


def copy_project(target: Path) -> None:
    """Copies what git knows or would take, as it is now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in names:
        # What was deleted but not committed is still listed.
        if name and (PROJECT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, target / name)


def failing(root: Path, tests: Sequence[str]) -> str | None:
    """Runs tests until one fails, and gives the name of that; None if all pass."""
    # The bytecode of a file is known by its time and size alone, and a broken one may have both.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    result = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    if result.returncode == 0:
        return None
    found = re.search(r"^FAILED (.+?)(?: - |$)", result.stdout, re.MULTILINE)
    if result.returncode != 1 or not found:
        raise MutationError(f"{' '.join(tests)} could not be run:\n{result.stdout}{result.stderr}")
    return found[1]


def run(mutations: Sequence[Mutation], root: Path) -> list[tuple[Mutation, str | None]]:
    """Breaks one line after the other in a copy of the project, and gives for each the test that noticed."""
    copy_project(root)
    _show("the tests as they are")
    broken = failing(root, sorted({mutation.test for mutation in mutations}))
    if broken:
        raise MutationError(f"{broken} fails although nothing is broken")
    results = []
    for number, mutation in enumerate(mutations, start=1):
        _show(f"{number}/{len(mutations)} {mutation.name}")
        text = mutation.apply(root)
        results.append((mutation, failing(root, [mutation.test])))
        (root / mutation.file).write_text(text, encoding="utf-8")
    return results


def _show(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words} ...", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and gives its exit status: 0 if every mistake was noticed, 1 if one was not."""
    names = [mutation.name for mutation in MUTATIONS]
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutations",
        description="Breaks ten central lines, one at a time, in a copy of the project, and says which test notices.",
        epilog="Exit status: 0 if each is noticed, 1 if one survives, 2 if that can't be said. Takes some minutes.",
    )
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    chosen = parser.parse_args(arguments).only
    try:
        with tempfile.TemporaryDirectory(prefix="mutations-") as root:
            results = run([mutation for mutation in MUTATIONS if mutation.name in chosen], Path(root))
    except MutationError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Nothing was changed.", file=sys.stderr)
        return 130
    print("| what is broken | file | caught by |\n|---|---|---|")
    for mutation, test in results:
        print(f"| {mutation.name} | {mutation.file} | {test or 'SURVIVED'} |")
    return int(any(test is None for _, test in results))


if __name__ == "__main__":
    sys.exit(main())
