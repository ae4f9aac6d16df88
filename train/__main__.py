"""`python -m train COMMAND`: makes the model."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from train.average_cli import add_parser as add_average
from train.comparison.baselines_cli import add_parser as add_baselines
from train.comparison.crossval_cli import add_parser as add_crossval
from train.dataset.inspect_cli import add_parser as add_inspect
from train.dataset.split_cli import add_parser as add_split
from train.enlarging.cli import add_parser as add_augment
from train.evaluation.cli import add_parser as add_evaluation
from train.fit_cli import add_parser as add_fit
from train.generating.cli import add_parser as add_generate
from train.looks.cli import add_parser as add_explore
from train.networks_cli import add_parser as add_networks
from train.several.compare_cli import add_parser as add_compare
from train.several.ensemble_cli import add_parser as add_ensemble
from train.shipping.export_cli import add_parser as add_export
from train.shipping.publish_cli import add_parser as add_publish
from train.synthetic.cli import add_parser as add_synthesise
from train.tuning.cli import add_parser as add_tune


def build_parser() -> argparse.ArgumentParser:
    """Builds the parser of all training commands, in the order in which somebody with a new data set needs them."""
    parser = argparse.ArgumentParser(
        prog="python -m train",
        description="Makes the detector behind the page, from a folder of real and fake faces to weights that ship.",
        epilog="docs/train.md goes all the way with an example. COMMAND --help says what a command does and writes.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add_data in (add_inspect, add_explore, add_split, add_augment, add_synthesise, add_generate):
        add_data(commands)
    for add_training in (add_networks, add_fit, add_tune, add_average, add_ensemble):
        add_training(commands)
    for add_measuring in (add_evaluation, add_compare, add_crossval, add_baselines):
        add_measuring(commands)
    for add_shipping in (add_export, add_publish):
        add_shipping(commands)
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


if __name__ == "__main__":
    sys.exit(main())
