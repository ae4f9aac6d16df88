"""`python -m train explore`: its options, and what it prints."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from train.failures import in_words
from train.numbers import whole_number


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "explore",
        help="see what a folder of real and fake pictures looks like, and what gives the classes away",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Looks at every picture once and writes one page, OUT/explore.html, that needs no other file:\n\n"
            "  classes    how many pictures each source has, and samples of them\n"
            "  shortcuts  how well size, colour, sharpness and noise alone tell fakes from reals. If they do, a\n"
            "             network can learn these instead of forgeries, and its figures on such data are worth\n"
            "             little: mutual information, and what a gradient-boosted model needs most\n"
            "  means      mean faces of the classes and their difference, colour histograms\n"
            "  spectra    how much there is of each fineness of detail: what enlarged feature maps leave behind\n\n"
            "Beside it: the plots as PNG, explore.json, features.csv (a row a picture), left_out.csv. The pictures\n"
            "are taken as they are, no face is looked for. Folder layouts as for fit."
        ),
        epilog=(
            "examples:\n"
            "  python -m train explore --data faces --out looks\n"
            "  python -m train explore --data faces --out looks --limit 2000    a first impression"
        ),
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pictures")
    parser.add_argument("--out", type=Path, required=True, help="folder for the page, the plots and the numbers")
    parser.add_argument(
        "--limit",
        type=whole_number(2),
        metavar="N",
        help="look at N pictures at most, drawn from each source and class by its share; all if not given",
    )
    parser.add_argument("--seed", type=whole_number(0), default=0, help="seed of everything random (default: 0)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for OpenCV, SciPy and Matplotlib.
    from concurrent.futures import BrokenExecutor

    from train.datasets import DataError
    from train.looks.explore import explore

    try:
        report = explore(options.data, options.out, limit=options.limit, seed=options.seed)
    except (DataError, OSError, BrokenExecutor) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.", file=sys.stderr)
        return 130
    print(f"{report['pictures']} pictures: {report['real']} real, {report['fake']} fake")
    for note in report["notes"]:
        print(f"Note: {note}")
    print(report["verdict"])
    if report["left_out"]:
        print(f"Pictures that can't be read: {report['left_out']}; {options.out / 'left_out.csv'} lists them.")
    print(f"Wrote {options.out / 'explore.html'}")
    return 0
