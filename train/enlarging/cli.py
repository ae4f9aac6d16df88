"""`python -m train augment`: the command line of `train.enlarging.enlarge`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from train.failures import in_words
from train.numbers import whole_number

if TYPE_CHECKING:
    from train.enlarging.enlarge import Enlarged

# `train.enlarging.changes.CHANGES`: --help must not wait for OpenCV.
_CHANGES = ("rotation", "shift", "zoom", "scale", "flip", "colour", "jpeg")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "augment",
        help="enlarge a data set by changed copies of its pictures",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Writes a data set again with changed copies of its training pictures: same class, split and group.\n"
            "`fit` makes such changes by itself, anew for every batch, so it gains little from copies made once.\n"
            "They are for other programs, which read folders, and for looking at what the changes do.\n\n"
            "changes, of which each copy gets about half, at strength 1:\n"
            "  rotation  by up to 10 degrees; what comes in from outside is the picture mirrored at its edge\n"
            "  shift     by up to 6 % of width and height\n"
            "  zoom      0.9 to 1.15 times as large in a frame of the same size\n"
            "  scale     the whole picture 0.75 to 1.25 times as large\n"
            "  flip      left to right\n"
            "  colour    contrast, brightness, saturation and hue\n"
            "  jpeg      compressed at quality 40 to 95\n\n"
            "written:\n"
            "  OUT/Augmented_Dataset/...          originals as they were and NAME-aug1, NAME-aug2 ... beside them\n"
            "  OUT/Augmented_Dataset/manifest.csv what was done to which: path, source, split, label, group,\n"
            "                                     made_from, changes with their numbers, saved how\n"
            "  OUT/examples.png, OUT/skipped.csv  a few to look at; pictures that can't be read\n"
            "A copy has its original's format; a JPEG's copies its quality, too, unless `jpeg` chose another."
        ),
        epilog=(
            "example:\n"
            "  python -m train augment --data faces --out larger --copies 3\n"
            "  python -m train fit --data larger/Augmented_Dataset --out run\n\n"
            "Interrupted, the same command goes on where it stopped."
        ),
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with pictures, as for fit")
    parser.add_argument("--out", type=Path, required=True, help="folder to write, outside of DATA")
    parser.add_argument("--copies", type=whole_number(1), default=3, help="copies of each picture (default: 3)")
    parser.add_argument("--seed", type=whole_number(0), default=0, help="seed of everything random (default: 0)")
    parser.add_argument(
        "--changes", nargs="+", choices=_CHANGES, default=list(_CHANGES), help="changes to draw from (default: all)"
    )
    parser.add_argument(
        "--strength", type=float, default=1.0, help="factor of the changes' ranges, over 0 to 3 (default: 1)"
    )
    parser.add_argument(
        "--splits",
        nargs="+",
        choices=("train", "validation", "test"),
        default=["train"],
        help="parts whose pictures are copied with changes (default: train; elsewhere they falsify what is measured)",
    )
    parser.add_argument(
        "--originals",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="put the originals of all parts beside the copies (default: yes)",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for OpenCV and Keras.
    from train.datasets import DataError
    from train.enlarging.copies import Settings
    from train.enlarging.enlarge import enlarge

    try:
        settings = Settings(
            copies=options.copies,
            seed=options.seed,
            changes=tuple(name for name in _CHANGES if name in options.changes),
            strength=options.strength,
            splits=tuple(options.splits),
            originals=options.originals,
        )
        enlarged = enlarge(options.data, options.out, settings)
    except (DataError, OSError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on where it stopped.", file=sys.stderr)
        return 130
    _report(enlarged, options)
    return 0


def _report(enlarged: Enlarged, options: argparse.Namespace) -> None:
    print(f"{'source':<24}{'split':<12}{'class':<8}{'originals':>10}{'copies':>10}")
    for (source, split, label), (originals, copies) in enlarged.counts.items():
        print(f"{source:<24}{split:<12}{'fake' if label else 'real':<8}{originals:>10}{copies:>10}")
    print(f"{enlarged.written} files written, {enlarged.kept} were already there.")
    if enlarged.skipped:
        print(
            f"Pictures that can't be read: {len(enlarged.skipped)}; {options.out / 'skipped.csv'} says which and why."
        )
    if set(options.splits) - {"train"}:
        print(
            "Note: what is measured on pictures that have copies in their own part counts each of them several times."
        )
    print(f"Wrote {enlarged.folder}")
