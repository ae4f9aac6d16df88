"""`python -m train COMMAND`: makes the model."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path


def build_parser() -> argparse.ArgumentParser:
    """Builds the parser of all training commands."""
    parser = argparse.ArgumentParser(prog="python -m train", description="Trains the detector behind the page.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    fit = commands.add_parser(
        "fit",
        help="train on a folder of real and fake pictures",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Trains on a folder of real and fake pictures and writes a detector that the page can use. "
            "Folder layouts, upper or lower case: SOURCE/{train,validation}/{real,fake}, "
            "{Train,Validation,Test}/{Real,Fake}, {real,fake} or {real,df}. "
            "Interrupted, the same command goes on after the last full epoch."
        ),
        epilog=(
            "Example: python -m train fit --data faces --out run. "
            "To ship the result: cp run/detector.json run/lite0.weights.h5 model/weights"
        ),
    )
    fit.add_argument("--data", type=Path, required=True, help="folder with the pictures")
    fit.add_argument("--out", type=Path, required=True, help="folder for weights, detector.json, history and lists")
    fit.add_argument("--cache", type=Path, help="folder for face crops, 200 KB a picture; OUT/crops if not given")
    fit.add_argument("--epochs", type=int, default=6, help="epochs on random 128 x 128 windows, 0 for none")
    fit.add_argument(
        "--full-epochs", type=int, default=5, help="epochs on whole 256 x 256 crops after that, 0 for none"
    )
    fit.add_argument(
        "--learning-rate", type=float, default=1e-3, help="highest learning rate; half of it on whole crops"
    )
    fit.add_argument("--batch-size", type=int, default=32, help="crops in a batch, an even number")
    fit.add_argument(
        "--blend-share", type=float, default=0.15, help="share of pairs whose fake is a self-blend, 0 to 1"
    )
    fit.add_argument("--patience", type=int, default=6, help="stop a phase after so many epochs without improvement")
    fit.add_argument("--seed", type=int, default=0, help="seed of everything random")
    fit.set_defaults(run=_fit)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: Command line without the program's name; the process' own if None.

    Returns:
        Exit status: 0 done, 2 wrong use or unusable data, 130 interrupted.
    """
    options = build_parser().parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on after the last full epoch.", file=sys.stderr)
        return 130


def _fit(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import read_description
    from train.datasets import DataError
    from train.export import metrics_table
    from train.fit import Phase, Settings, fit

    rate = options.learning_rate
    phases = [Phase(128, options.epochs, rate, True), Phase(256, options.full_epochs, rate / 2, False)]
    settings = replace(
        Settings(),
        phases=[phase for phase in phases if phase.epochs],
        batch_size=options.batch_size,
        blend_share=options.blend_share,
        patience=options.patience,
        seed=options.seed,
    )
    try:
        detector = fit(options.data, options.out, options.cache or options.out / "crops", settings)
    except (DataError, ImportError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(metrics_table(read_description(detector)["metrics"]))
    print(f"Wrote {detector}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
