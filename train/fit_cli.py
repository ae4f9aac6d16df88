"""`python -m train fit`: its options, and what it prints."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from train.numbers import whole_number
from train.options import add_training_options, settings_from


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
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
    add_training_options(parser)
    parser.add_argument("--network", default="lite0", help="lite0, meso4, mesoinception4, cnn4 or cnn2")
    parser.add_argument("--start", help="weights to start from, a .weights.h5 file; those of ImageNet if not given")
    parser.add_argument(
        "--epochs", type=whole_number(0), default=6, help="epochs on random 128 x 128 windows, 0 for none"
    )
    parser.add_argument(
        "--full-epochs", type=whole_number(0), default=5, help="epochs on whole 256 x 256 crops after that, 0 for none"
    )
    parser.add_argument(
        "--learning-rate", type=float, default=1e-3, help="highest learning rate; half of it on whole crops"
    )
    parser.add_argument("--patience", type=int, default=6, help="stop a phase after so many epochs without improvement")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import read_description
    from train.datasets import DataError
    from train.export import metrics_table
    from train.fit import Phase, fit

    rate = options.learning_rate
    phases = [Phase(128, options.epochs, rate, True), Phase(256, options.full_epochs, rate / 2, False)]
    try:
        settings = settings_from(options, options.network, [phase for phase in phases if phase.epochs])
        settings = replace(settings, start=options.start, patience=options.patience)
        detector = fit(options.data, options.out, options.cache or options.out / "crops", settings)
    except (DataError, ImportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(metrics_table(read_description(detector)["metrics"]))
    print(f"Wrote {detector}")
    return 0
