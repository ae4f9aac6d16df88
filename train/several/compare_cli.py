"""`python -m train compare`: its options, and what it prints."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from train.failures import in_words
from train.numbers import whole_number


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "compare",
        help="compare several detectors on the same faces: which is better, and is it more than chance?",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Puts several detectors to the same faces and writes comparison.html, comparison.json, roc.png, "
            "disputed.png (the faces they disagree on most) and disputed.csv. AUC with bootstrap intervals by group, "
            "right answers at each detector's own thresholds, calibration, time of a forward pass, and p-values of the "
            "differences: DeLong's test and a bootstrap of whole groups. Folder layouts as for fit."
        ),
        epilog=(
            "Example: python -m train compare --data faces --detectors model/weights/detector.json run/detector.json "
            "--out comparison"
        ),
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pictures")
    parser.add_argument(
        "--detectors", type=Path, nargs="+", required=True, metavar="FILE", help="two or more detector.json files"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the comparison; it shows faces of the data")
    parser.add_argument("--cache", type=Path, help="folder for face crops, shared with fit; OUT/crops if not given")
    parser.add_argument(
        "--split",
        choices=["train", "validation", "test", "all"],
        help="part of the data; if not given, validation where there is one, else test, else all",
    )
    parser.add_argument("--faces", type=whole_number(1), default=24, help="how many disputed faces to show")
    parser.add_argument("--seed", type=whole_number(0), default=0, help="seed of the bootstrap")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import DetectorError
    from train.datasets import DataError
    from train.evaluation.wording import markdown
    from train.several import words
    from train.several.compare import Settings, compare

    settings = Settings(options.split, options.faces, options.seed, _command(options))
    try:
        result = compare(options.data, options.detectors, options.out, options.cache or options.out / "crops", settings)
    except (DataError, DetectorError, ValueError, OSError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; no comparison was written.", file=sys.stderr)
        return 130
    for table in (words.main_table, words.sources_table, words.differences_table):
        print(markdown(table(result)), end="\n\n")
    for note in result["data"]["notes"]:
        print(f"Note: {note}")
    print(f"Wrote {options.out / 'comparison.html'}")
    return 0


def _command(options: argparse.Namespace) -> str:
    """Gives the command again, without the way to the data on this machine."""
    words = ["python", "-m", "train", "compare", "--data", options.data.resolve().name, "--detectors"]
    words += [f"{file.resolve().parent.name}/{file.name}" for file in options.detectors]
    words += ["--out", options.out.name]
    if options.split:
        words += ["--split", options.split]
    if options.seed:
        words += ["--seed", str(options.seed)]
    return shlex.join(words)
