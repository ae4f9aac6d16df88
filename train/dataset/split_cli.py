"""`python -m train split`: its options, and what it prints."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from train.failures import in_words
from train.numbers import whole_number

if TYPE_CHECKING:
    from train.datasets import Sample

_SHARES = (0.8, 0.1, 0.1)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "split",
        help="divide a folder of pictures into training, validation and test",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Divides pictures into training, validation and test, each source and class in the same shares, and\n"
            "writes a manifest. Pictures of one group of DATA/manifest.csv, copies, and pictures that look the same\n"
            "(as `inspect` finds them) stay on one side. Splits in the names of folders are overruled.\n\n"
            "A family's side follows from its name and the seed alone: pictures that are added later move no others,\n"
            "unless they look like some, or a source's class is so small that it would lack a side."
        ),
        epilog=(
            "examples:\n"
            "  python -m train split --data faces --out faces/manifest.csv\n"
            "  python -m train fit --data faces --out run     takes the manifest in its data folder\n"
            "  python -m train split --data faces --out division.csv --copy divided\n"
            "  python -m train fit --data divided --out run"
        ),
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pictures, as for fit")
    parser.add_argument("--out", type=Path, required=True, help="CSV file to write")
    parser.add_argument("--replace", action="store_true", help="overwrite OUT; its groups and other columns are kept")
    parser.add_argument(
        "--shares",
        type=float,
        nargs=3,
        default=_SHARES,
        metavar=("TRAIN", "VALIDATION", "TEST"),
        help="shares that add up to 1 (default: 0.8 0.1 0.1)",
    )
    parser.add_argument("--seed", type=whole_number(0), default=0, help="seed of the division (default: 0)")
    parser.add_argument(
        "--ignore-duplicates", action="store_true", help="go by groups alone; opens no picture, so it takes seconds"
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--copy", type=Path, metavar="DIR", help="also copy the pictures to DIR/SOURCE/SPLIT/LABEL")
    place.add_argument("--link", type=Path, metavar="DIR", help="the same with symbolic links")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from train.datasets import DataError

    try:
        samples = _split(options)
    except (DataError, OSError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.", file=sys.stderr)
        return 130
    _print(samples, options.shares)
    print(f"Wrote {options.out}")
    return 0


def _split(options: argparse.Namespace) -> list[Sample]:
    # Here, not above: --help must not wait for SciPy.
    from train.dataset.division import divide, join_groups
    from train.dataset.division_files import place_files, require_new_folder, write_division
    from train.dataset.listing import scan_files
    from train.dataset.similar import exact_copies, near_copies
    from train.datasets import DataError, read_manifest, read_samples

    if options.out.exists() and not options.replace:
        raise DataError(f"{options.out}: exists already. Name another file, or add --replace")
    manifest = read_manifest(options.data / "manifest.csv")
    samples = read_samples(options.data, divide=False)
    if options.copy or options.link:
        require_new_folder(options.data, options.copy or options.link)
    divide(samples, options.shares, options.seed)  # wrong shares are refused before minutes of reading
    if not options.ignore_duplicates:
        files = scan_files(options.data, [sample.path for sample in samples])
        samples = join_groups(samples, [*exact_copies(files), *near_copies(files)])
    samples = divide(samples, options.shares, options.seed)
    target = options.copy or options.link
    if target:
        place_files(options.data, samples, target, "copy" if options.copy else "link")
    try:
        write_division(options.out, samples, manifest)
    except BaseException:
        if target:  # it would be in the way of the next try
            shutil.rmtree(target)
        raise
    return samples


def _print(samples: Sequence[Sample], shares: Sequence[float]) -> None:
    from train.dataset.division import SPLITS, missed_shares
    from train.dataset.wording import printable
    from train.evaluation.wording import markdown

    missed = missed_shares(samples, shares)
    rows = [["source", "class", *(f"{split} ({share:.0%})" for split, share in zip(SPLITS, shares, strict=True))]]
    for (source, label), parts in missed.items():
        cells = [f"{count} ({100 * off:+.1f})" for count, off in parts]
        rows.append([printable(source), "fake" if label else "real", *cells])
    counts = [sum(sample.split == split for sample in samples) for split in SPLITS]
    whole = [
        f"{count} ({100 * (count / len(samples) - share):+.1f})" for count, share in zip(counts, shares, strict=True)
    ]
    print(markdown([*rows, ["all", "both", *whole]]))
    worst = max(abs(off) for parts in missed.values() for _, off in parts)
    groups = len({sample.group for sample in samples})
    print(
        f"\nPictures, and in brackets by how many points the share is missed: at most {100 * worst:.1f}. "
        f"{len(samples)} pictures are {groups} families; none is divided."
    )
