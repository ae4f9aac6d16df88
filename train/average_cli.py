"""`python -m train average`: the command line of `train.average.average`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from train.failures import in_words
from train.numbers import whole_number


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "average",
        help="average the weights of a training and of the one it started from",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Averages weights of trainings that started from one another, calibrates the result on the validation "
            "part of the data and writes a detector (Wortsman et al. 2022, WiSE-FT). It keeps what the later training "
            "gained and what the earlier one knew better."
        ),
        epilog=(
            "Example: python -m train average --data faces --weights old.weights.h5 run/lite0.weights.h5 "
            "--shares 0.5 0.5 --out averaged"
        ),
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pictures, as for fit")
    parser.add_argument("--weights", type=Path, nargs="+", required=True, metavar="FILE", help=".weights.h5 files")
    parser.add_argument("--shares", type=float, nargs="+", required=True, metavar="SHARE", help="what each file counts")
    parser.add_argument("--out", type=Path, required=True, help="folder for detector.json and the weights")
    parser.add_argument("--cache", type=Path, help="folder for face crops; OUT/crops if not given")
    parser.add_argument("--network", default="lite0", help="a name that `python -m train networks` lists")
    parser.add_argument("--depth", type=whole_number(1), help="how deep, as the trainings were; if it is not the usual")
    parser.add_argument(
        "--seed", type=whole_number(0), default=0, help="seed of the trainings, which divides undivided data"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import read_description
    from train.average import average
    from train.datasets import DataError
    from train.export import metrics_table

    try:
        detector = average(
            options.data,
            options.out,
            options.cache or options.out / "crops",
            options.weights,
            options.shares,
            network=options.network,
            depth=options.depth,
            seed=options.seed,
        )
    except (DataError, OSError, KeyError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; no detector was written.", file=sys.stderr)
        return 130
    print(metrics_table(read_description(detector)["metrics"]))
    print(f"Wrote {detector}")
    return 0
