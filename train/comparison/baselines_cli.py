"""`python -m train baselines`: its options, and what it prints."""

from __future__ import annotations

import argparse
import sys

from train.failures import in_words
from train.numbers import whole_number
from train.options import add_training_options, settings_from


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "baselines",
        help="train the small networks of the literature in the same way, to compare with",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Trains each network on whole crops of the training split, keeps the weights with the best validation AUC, "
            "and measures them on the validation split. Writes OUT/baselines.json after every network and prints a "
            "Markdown table. Interrupted, the same command goes on after the last full epoch."
        ),
        epilog="Example: python -m train baselines --data faces --out baselines --epochs 3 --epoch-crops 6400",
    )
    add_training_options(parser)
    parser.add_argument(
        "--networks",
        nargs="+",
        default=["meso4", "mesoinception4", "cnn4", "cnn-small"],
        metavar="NAME",
        help="networks to train, names that `python -m train networks` lists",
    )
    parser.add_argument("--epochs", type=whole_number(1), default=3, help="epochs of each training")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from train.comparison.baselines import baselines_table, train_baselines
    from train.crops import load_crops
    from train.datasets import DataError, read_samples
    from train.settings import Phase

    cache = options.cache or options.out / "crops"
    try:
        # The network of the settings is replaced by each of the networks in turn.
        settings = settings_from(options, "lite0", [Phase(256, options.epochs, 1e-3, True)])
        crops = load_crops(options.data, read_samples(options.data, seed=options.seed), cache)
        report = train_baselines(crops, options.out, cache, options.networks, settings)
    except (DataError, ImportError, OSError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    print(baselines_table(report))
    print(f"Wrote {options.out / 'baselines.json'}")
    return 0
