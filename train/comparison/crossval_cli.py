"""`python -m train crossval`: its options, and what it prints."""

from __future__ import annotations

import argparse
import sys

from train.failures import in_words
from train.numbers import whole_number
from train.options import add_training_options, settings_from


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "crossval",
        help="train without each source in turn and test on it: how good on fakes of a kind never seen?",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Leave-one-source-out cross-validation. For each source with real and fake pictures, trains on the "
            "training split of all others, chooses the weights on their validation split, and tests on the source "
            "left out. "
            "Writes OUT/crossval.json after every fold and prints a Markdown table. "
            "Interrupted, the same command goes on after the last full epoch."
        ),
        epilog=(
            "Example: python -m train crossval --data faces --out folds --together stylegan_ffhq studio_stylegan. "
            "Sources are the folders above train and validation. A source that is left out together with others and "
            "has a single class gets no AUC but the share on the right side of probability 0.5."
        ),
    )
    add_training_options(parser)
    parser.add_argument("--by", choices=["source"], default="source", help="what is left out")
    parser.add_argument(
        "--together",
        action="append",
        nargs="+",
        default=[],
        metavar="SOURCE",
        help="sources to leave out at once, such as those of one generator; can be given several times",
    )
    parser.add_argument(
        "--sources",
        nargs="+",
        default=[],
        metavar="SOURCE",
        help="run only the folds that leave one of these out; the same command with others adds theirs",
    )
    parser.add_argument("--network", default="lite0", help="a name that `python -m train networks` lists")
    parser.add_argument("--epochs", type=whole_number(1), default=2, help="epochs of each training")
    parser.add_argument(
        "--faces", type=whole_number(1), default=1000, help="test on at most so many faces of each class and source"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from train.comparison.crossval import cross_validate, crossval_table, window_side
    from train.crops import load_crops
    from train.datasets import DataError, read_samples
    from train.settings import Phase

    cache = options.cache or options.out / "crops"
    try:
        phase = Phase(window_side(options.network), options.epochs, 1e-3, True)
        settings = settings_from(options, options.network, [phase])
        crops = load_crops(options.data, read_samples(options.data, seed=options.seed), cache)
        report = cross_validate(
            crops,
            options.out,
            cache,
            settings,
            together=options.together,
            only=options.sources,
            faces=options.faces,
        )
    except (DataError, ImportError, OSError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    print(crossval_table(report))
    print(f"Wrote {options.out / 'crossval.json'}")
    return 0
