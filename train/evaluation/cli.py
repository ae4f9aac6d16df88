"""The commands `python -m train evaluate` and `python -m train card`."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from train.failures import in_words

CARD = Path(__file__).parents[2] / "model" / "CARD.md"
RESULTS = Path(__file__).parents[2] / "model" / "evaluation"


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds both commands.

    Args:
        commands: What `add_subparsers` of the main parser returned.
    """
    _add_evaluate(commands)
    _add_card(commands)


def _add_evaluate(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="measure a detector on a folder of real and fake pictures",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Measures a detector and writes evaluation.json, metrics.csv, scores.csv, left_out.csv, plots and "
            "report.html: metrics with bootstrap intervals, by source; what the detector withstands; how far shortcuts "
            "get; and whether the face decides. Folder layouts as for fit."
        ),
        epilog="Example: python -m train evaluate --data faces --out evaluation",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pictures")
    parser.add_argument(
        "--detector", type=Path, help="a detector.json, its weights beside it; the shipped one if not given"
    )
    parser.add_argument("--out", type=Path, default=Path("evaluation"), help="folder for the report")
    parser.add_argument("--cache", type=Path, help="folder for face crops, shared with fit; OUT/crops if not given")
    parser.add_argument(
        "--split",
        choices=["train", "validation", "test", "all"],
        help="part of the data; if not given, validation where there is one, else test, else all",
    )
    parser.add_argument(
        "--robustness",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="measure degraded pictures, which takes longest",
    )
    parser.add_argument(
        "--robustness-faces",
        type=int,
        metavar="N",
        help="for that at most N faces of each source and class; all if not given",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of everything random")
    parser.set_defaults(run=_evaluate)


def _add_card(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "card",
        help="write the measured figures into the model card",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Rewrites the front matter and the parts between markers of the model card from evaluation.json and, where "
            "they exist, crossval.json, baselines.json and made.json (an evaluation.json of synthesised fakes). "
            "All other text stays."
        ),
        epilog="Example: python -m train card --results evaluation. With --check it says only whether there is news",
    )
    parser.add_argument("--card", type=Path, default=CARD, help="the model card")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder with the JSON files")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the card is not up to date")
    parser.set_defaults(run=_card)


def _evaluate(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import DetectorError
    from train.datasets import DataError
    from train.evaluation import wording
    from train.evaluation.evaluate import Settings, evaluate

    try:
        settings = Settings(
            options.split, options.robustness, options.robustness_faces, options.seed, _command(options)
        )
        result = evaluate(options.data, options.detector, options.out, options.cache or options.out / "crops", settings)
    except (DataError, DetectorError, ValueError, OSError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; no report was written.", file=sys.stderr)
        return 130
    print(wording.markdown(wording.metric_table(result, ("auc", "accuracy", "reals_called_fake", "fakes_called_fake"))))
    print(f"AUC, mean of the sources: {wording.figure(result['mean_auc'])}")
    for note in result["data"]["notes"]:
        print(f"Note: {note}")
    left_out = sum(row["pictures"] for row in result["data"]["left_out"])
    if left_out:
        print(f"Pictures that can't be read or show no face: {left_out}; {options.out / 'left_out.csv'} lists them.")
    print(f"Wrote {options.out / 'report.html'}")
    return 0


def _command(options: argparse.Namespace) -> str:
    """Gives the command again, without the way to the data and without what does not change the figures."""
    words = ["python", "-m", "train", "evaluate", "--data", options.data.resolve().name]
    if options.detector:
        words += ["--detector", options.detector.name]
    words += ["--out", options.out.name if options.out.is_absolute() else str(options.out)]
    if options.split:
        words += ["--split", options.split]
    if not options.robustness:
        words += ["--no-robustness"]
    if options.robustness_faces is not None:
        words += ["--robustness-faces", str(options.robustness_faces)]
    if options.seed:
        words += ["--seed", str(options.seed)]
    return shlex.join(words)


def _card(options: argparse.Namespace) -> int:
    from train.dataset.output import whole_text
    from train.evaluation.card import CardError, render_card

    try:
        old = options.card.read_text(encoding="utf-8")
        new = render_card(old, options.results)
        if old == new:
            print(f"{options.card} is up to date.")
            return 0
        if options.check:
            print(
                f"{options.card} is not what {options.results} gives. `python -m train card` rewrites it.",
                file=sys.stderr,
            )
            return 1
        with whole_text(options.card) as file:
            file.write(new)
    except (CardError, OSError) as error:
        print(f"error: {options.card} was not rewritten: {in_words(error, options.card)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nStopped; {options.card} is as it was.", file=sys.stderr)
        return 130
    print(f"Wrote {options.card}")
    return 0
