"""`python -m train generate`: the command line of `train.generating.generate`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from train.failures import in_words
from train.numbers import minutes, whole_number


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "generate",
        help="train a small generator on real faces and make new fakes",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Trains a generator on the real faces of a data set and writes faces of people who don't exist.\n\n"
            "networks:\n"
            "  gan  a generator against a discriminator: sharper, with the traces that such networks leave\n"
            "  vae  a variational autoencoder: sooner, but blurred\n\n"
            "written:\n"
            "  OUT/generated/train/fake/000000.png  the fakes, and OUT/manifest.csv\n"
            "  OUT/grids/epoch-0001.png             after each epoch, what becomes of the same 48 points\n"
            "  OUT/history.csv, OUT/curves.png      losses and times\n"
            "  OUT/generator.json                   how the fakes were made\n"
            "  OUT/training                         weights, and what it takes to go on\n\n"
            "Small networks, small pictures: fakes like those of 2016, which nobody would take for photos. A detector\n"
            "that finds them all needn't find those of today. 128 pixels take about three times as long as 64."
        ),
        epilog=(
            "example:\n"
            "  python -m train generate --data faces --out made --minutes 60\n"
            "  cp -r made/generated faces/\n"
            "  python -m train fit --data faces --out run\n\n"
            "Interrupted, the same command with --resume goes on after the last full epoch."
        ),
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with pictures, as for fit; fakes are ignored")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder to write, new or empty unless --resume is given"
    )
    parser.add_argument("--cache", type=Path, help="folder for face crops, shared with fit; OUT-crops if not given")
    parser.add_argument("--network", choices=("gan", "vae"), default="gan", help="what is trained (default: gan)")
    parser.add_argument("--size", type=int, choices=(64, 128), default=64, help="side of the faces (default: 64)")
    parser.add_argument("--epochs", type=whole_number(1), default=100, help="epochs in all (default: 100)")
    parser.add_argument(
        "--minutes",
        type=minutes,
        help="stop after the last epoch that fits into so many minutes; no limit if not given",
    )
    parser.add_argument("--samples", type=whole_number(1), default=1000, help="fakes to write (default: 1000)")
    parser.add_argument("--sources", nargs="+", default=[], help="sources to learn from; all if not given")
    parser.add_argument(
        "--faces", type=whole_number(2), help="pictures to learn from, drawn at random; all if not given"
    )
    parser.add_argument("--batch-size", type=whole_number(2), default=16, help="faces in a batch (default: 16)")
    parser.add_argument("--seed", type=whole_number(0), default=0, help="seed of everything random (default: 0)")
    parser.add_argument("--resume", action="store_true", help="go on with the training in OUT, if there is one")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from train.datasets import DataError
    from train.generating.generate import Settings, generate

    settings = Settings(
        network=options.network,
        size=options.size,
        sources=tuple(sorted(set(options.sources))),
        faces=options.faces,
        batch_size=options.batch_size,
        seed=options.seed,
    )
    try:
        about = generate(
            options.data,
            options.out,
            options.cache or options.out.with_name(f"{options.out.name}-crops"),
            settings,
            epochs=options.epochs,
            minutes=options.minutes,
            samples=options.samples,
            resume=options.resume,
        )
    except (DataError, OSError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The same command with --resume goes on after the last full epoch.", file=sys.stderr)
        return 130
    print(
        f"{about['fakes']['count']} fakes after {about['epochs']} epochs, {about['seconds'] / 60:.0f} min of training"
    )
    print(f"Wrote {options.out}")
    return 0
