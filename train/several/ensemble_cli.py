"""`python -m train ensemble`: its options, and what it prints."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from train.failures import in_words
from train.numbers import whole_number

if TYPE_CHECKING:
    from train.several.ensemble import Joined


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "ensemble",
        help="join several detectors to one that adds up what they say",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Joins detectors to one whose logit is the weighted sum of theirs, and calibrates it on the validation "
            "part of the data. The result is used like any other detector, on the page, on the command line and for "
            "heatmaps. It takes as much time as all members together, so the command also "
            "says, by cross-validation over groups of pictures, whether it beats the best single one."
        ),
        epilog=(
            "Example: python -m train ensemble --data faces --detectors model/weights/detector.json run/detector.json "
            "--out joined --how stack. To look at a photo with it: python -m explain photo.jpg --detector "
            "joined/detector.json"
        ),
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pictures, as for fit")
    parser.add_argument(
        "--detectors", type=Path, nargs="+", required=True, metavar="FILE", help="two to eight detector.json files"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for detector.json and copies of the weights")
    parser.add_argument(
        "--how",
        choices=["average", "stack"],
        default="average",
        help="average the calibrated logits, or weigh them by a logistic regression without negative weights",
    )
    parser.add_argument("--cache", type=Path, help="folder for face crops, shared with fit; OUT/crops if not given")
    parser.add_argument(
        "--seed", type=whole_number(0), default=0, help="seed of folds and intervals; divides undivided data"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import DetectorError
    from train.datasets import DataError
    from train.evaluation.wording import markdown
    from train.export import metrics_table
    from train.several.ensemble import join_detectors
    from train.several.stacking import judge

    cache = options.cache or options.out / "crops"
    try:
        joined = join_detectors(options.data, options.detectors, options.out, cache, how=options.how, seed=options.seed)
    except (DataError, DetectorError, ValueError, OSError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; no ensemble was written.", file=sys.stderr)
        return 130
    print(metrics_table(joined.metrics), end="\n\n")
    print(f"On faces left out, {joined.found['folds']} folds of whole groups:\n")
    print(markdown(_table(joined)), end="\n\n")
    print(judge(joined.found))
    unused = [name for name, share in joined.shares.items() if share == 0]
    if unused:
        print(f"Left out, because it adds nothing to the others: {', '.join(unused)}.")
    print(f"Wrote {joined.file}")
    return 0


def _table(joined: Joined) -> list[list[str]]:
    """A row a member and one for the ensemble."""
    from train.evaluation.wording import figure
    from train.several.words import signed

    table = [["detector", "counts", "AUC", "AUC, mean of the sources", "gain of the ensemble in AUC"]]
    for row in joined.found["singles"]:
        counts = f"{joined.shares[row['name']]:.3f}"
        table.append([row["name"], counts, figure(row["auc"]), figure(row["mean_auc"]), signed(row["gain"]["auc"])])
    return [*table, ["ensemble", "", figure(joined.found["auc"]), figure(joined.found["mean_auc"]), ""]]
