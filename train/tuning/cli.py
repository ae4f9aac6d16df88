"""`python -m train tune`: its options, and what it prints."""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from train.failures import in_words
from train.numbers import minutes, whole_number
from train.options import add_training_options, settings_from

if TYPE_CHECKING:
    from train.tuning.rows import Row
    from train.tuning.search import Search

# Numbers that are searched: what is tried by default, and what it is.
_NUMBERS = {
    "--learning-rate": ([3e-4, 3e-3], "highest learning rate; half of it with --size 256, as for fit"),
    "--augmentation": ([0.5, 2.0], "strength of the random changes, 0 (windows and mirroring alone) to 3"),
    "--patch-weight": ([0.5], "weight of the patches' loss beside the crop's, 0 for none"),
}


class _Formatter(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description, and adds the defaults."""


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "tune",
        help="search learning rate, augmentation, depth and network with Optuna",
        formatter_class=_Formatter,
        # All other trainings take one weight of the patches; here it may be searched.
        conflict_handler="resolve",
        description=(
            "Trains again and again, each time with other hyperparameters, and keeps what has the best validation AUC "
            "(mean\nof the sources, best epoch). Folder layouts as for fit.\n\n"
            "what is searched: --learning-rate, --augmentation, --patch-weight, --depth and --networks. One value "
            "stands still.\n"
            "  --sampler bayesian  two numbers are the ends of a range; ten random trials, then where it looks best\n"
            "  --sampler random    two numbers are the ends of a range; every trial is drawn from it\n"
            "  --sampler grid      the numbers are the values; each combination is tried once, in random order\n"
            "Learning rates are drawn by factors, all else evenly. Only networks that have a depth take one, and of "
            "those\ngiven each takes what it can.\n\n"
            "written:\n"
            "  OUT/tuning.html, tuning.json  the page with all figures, and the figures\n"
            "  OUT/trials.csv                a row a trial, after every trial\n"
            "  OUT/history.png, importance.png, slices.png\n"
            "  OUT/best                      the detector of the best trial, for the page and for explain\n"
            "  OUT/study.db                  Optuna's study\n\n"
            "Interrupted, or with the time up, the same command goes on after the last full epoch; with other --trials "
            "or\n--minutes it adds trials or writes what there is.\n\n"
            "The best of many trials on the same validation faces flatters itself: its AUC is partly luck. Measure it\n"
            "on faces that no trial has seen: python -m train evaluate --split test."
        ),
        epilog=(
            "examples: python -m train tune --data faces --out tuning --minutes 480\n"
            "  python -m train tune --data faces --out grid --sampler grid --learning-rate 3e-4 1e-3 3e-3 "
            "--augmentation 1\n"
            "  python -m train tune --data faces --out depths --networks lite0 patchres --depth 3 13 --epoch-crops 6400"
        ),
    )
    add_training_options(parser)
    for option, (default, what) in _NUMBERS.items():
        parser.add_argument(option, type=float, nargs="+", default=default, metavar="NUMBER", help=what)
    parser.add_argument(
        "--depth",
        type=whole_number(1),
        nargs="+",
        default=[],
        help="how deep, for lite0 and patchres; as by default if not given",
    )
    parser.add_argument(
        "--networks", nargs="+", default=["lite0"], metavar="NAME", help="names that `python -m train networks` lists"
    )
    parser.add_argument("--weights", choices=("imagenet", "none"), help="weights that all start from, as for fit")
    parser.add_argument("--sampler", choices=("bayesian", "random", "grid"), default="bayesian", help="how to search")
    parser.add_argument(
        "--no-pruning",
        action="store_true",
        help="train to the end even those that are below the median of the others after the same epoch, from the "
        "second epoch and the sixth trial on",
    )
    parser.add_argument("--epochs", type=whole_number(1), default=4, help="epochs of a trial")
    parser.add_argument(
        "--size", type=int, choices=(128, 256), default=128, help="side of the windows; 256 for whole crops"
    )
    parser.add_argument(
        "--trials",
        type=whole_number(1),
        help="stop after so many trials in all, pruned and failed ones among them; 20 if not given, but all "
        "combinations of a grid",
    )
    parser.add_argument(
        "--minutes",
        type=minutes,
        help="stop before a trial that would not fit into so many minutes if it took as long as the slowest one, and "
        "after the epoch in which they are over; no limit if not given",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, gpu, or one of several GPUs such as gpu:1")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    try:
        from optuna.exceptions import StorageInternalError
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError as error:
        print(f"error: {error}. `pip install -r requirements-dev.txt` has what tune needs", file=sys.stderr)
        return 2
    from train.datasets import DataError
    from train.devices import on_device
    from train.tuning.tune import Limits, tune

    # A network a trial is no mistake, as TensorFlow would have it.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    limits = Limits(options.trials, options.minutes)
    cache = options.cache or options.out / "crops"
    try:
        search = _search(options)
        with on_device(options.device):
            rows = tune(options.data, options.out, cache, search, limits)
    except (StorageInternalError, SQLAlchemyError) as error:
        # What SQLite said is within what SQLAlchemy says, and that is the cause of what Optuna says.
        said = getattr(error, "orig", None) or getattr(error.__cause__, "orig", error)
        print(f"error: {options.out / 'study.db'}: can't be read or written: {said}", file=sys.stderr)
        return 2
    except (DataError, ImportError, OSError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nStopped. The same command goes on after the last full epoch; with --trials and the number of those that "
            "are done, it writes what was found so far.",
            file=sys.stderr,
        )
        return 130
    return _tell(options, search, rows)


def _search(options: argparse.Namespace) -> Search:
    from train.tuning.dimensions import make_space
    from train.tuning.search import Search

    space = make_space(
        options.sampler,
        networks=options.networks,
        depth=options.depth,
        learning_rate=options.learning_rate,
        augmentation=options.augmentation,
        patch_weight=options.patch_weight,
    )
    # Network, weight of the patches and phases are replaced by those of each trial.
    base = replace(settings_from(options, options.networks[0], ()), patch_weight=0.0, start=options.weights)
    return Search(space, options.sampler, not options.no_pruning, options.size, options.epochs, base)


def _tell(options: argparse.Namespace, search: Search, rows: list[Row]) -> int:
    from train.evaluation.wording import markdown
    from train.tuning import words
    from train.tuning.command import fit_command
    from train.tuning.rows import FAILED

    best = words.best_rows(rows, words.BEST_ROWS)
    if not best:
        print(words.nothing_finished(rows))
        # What failed would fail again; what was interrupted goes on.
        return 2 if rows and all(row.state == FAILED for row in rows) else 0
    print(markdown(words.trials_table(best)), end="\n\n")
    print(words.compared(rows))
    cache = str(options.cache or options.out / "crops")
    places = {"data": str(options.data), "out": str(options.out / "fit"), "cache": cache}
    print(f"The best one once more, to be given more epochs:\n  {fit_command(search, best[0].point, **places)}")
    print(f"Wrote {options.out / 'tuning.html'} and {options.out / 'best' / 'detector.json'}")
    return 0
