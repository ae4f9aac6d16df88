"""`python -m train fit`: its options, and what it prints."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from train.failures import in_words
from train.numbers import whole_number
from train.options import add_training_options, settings_from

if TYPE_CHECKING:
    from train.settings import Settings


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
            "OUT/history.csv and OUT/curves.png grow with every epoch. "
            "Interrupted, the same command goes on after the last full epoch, and so does one with --resume, which "
            "remembers the settings by itself."
        ),
        epilog=(
            "Examples: python -m train fit --data faces --out run. "
            "By transfer learning: python -m train fit --data faces --out transfer --network vgg16 --frozen-epochs 2. "
            "To ship the result: cp run/detector.json run/lite0.weights.h5 model/weights"
        ),
    )
    add_fit_options(parser)
    parser.set_defaults(run=_run, defaults=lambda: _settings(_defaults(parser)))


def add_fit_options(parser: argparse.ArgumentParser) -> None:
    """Adds all options of the command.

    Args:
        parser: Its parser.
    """
    add_training_options(parser)
    parser.add_argument("--network", default="lite0", help="a name that `python -m train networks` lists")
    parser.add_argument(
        "--depth", type=whole_number(1), help="how deep, for networks that can be cut; their own default if not given"
    )
    parser.add_argument(
        "--weights",
        "--start",
        dest="start",
        metavar="imagenet|none|FILE",
        help="weights to start from: imagenet, which for lite0 are installed and for the networks of transfer learning "
        "are downloaded by Keras; none; a .weights.h5 file of this project; or a *_notop.h5 file of "
        "keras.applications. imagenet if not given, where the network has them",
    )
    parser.add_argument(
        "--frozen-epochs",
        type=whole_number(0),
        default=0,
        help="epochs before all others in which only the head learns, on features as they are",
    )
    parser.add_argument(
        "--epochs", type=whole_number(0), default=6, help="epochs on random 128 x 128 windows, 0 for none"
    )
    parser.add_argument(
        "--full-epochs", type=whole_number(0), default=5, help="epochs on whole 256 x 256 crops after that, 0 for none"
    )
    parser.add_argument(
        "--adapt-whole",
        action="store_true",
        help="let normalisation learn on whole crops, too: slow on a CPU, better for the large batches of a GPU",
    )
    parser.add_argument(
        "--learning-rate", type=float, default=1e-3, help="highest learning rate; half of it on whole crops"
    )
    parser.add_argument(
        "--augmentation",
        type=float,
        default=1.0,
        help="strength of the random changes, 0 (windows and mirroring alone) to 3",
    )
    parser.add_argument("--patience", type=int, default=6, help="stop a phase after so many epochs without improvement")
    parser.add_argument("--device", default="auto", help="auto, cpu, gpu, or one of several GPUs such as gpu:1")
    parser.add_argument(
        "--workers",
        type=whole_number(0),
        default=0,
        help="processes that make batches beside the one that trains: with a GPU, which takes them faster than one "
        "process makes them",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the training in OUT, by the settings that lie there; other options need not be given again",
    )
    parser.add_argument(
        "--tensorboard", action="store_true", help="also write OUT/tensorboard, for `tensorboard --logdir`"
    )


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import read_description
    from train.datasets import DataError
    from train.devices import on_device
    from train.export import metrics_table
    from train.fit import fit
    from train.tensorboard import TensorBoard

    try:
        settings = _settings(options)
        if options.resume:
            settings = _resumed(options, settings)
        detector = fit(
            options.data,
            options.out,
            options.cache or options.out / "crops",
            settings,
            device=on_device(options.device),
            workers=options.workers,
            callbacks=[TensorBoard(options.out)] if options.tensorboard else [],
        )
    except (DataError, ImportError, OSError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    print(metrics_table(read_description(detector)["metrics"]))
    print(f"Wrote {detector}")
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    from train.phase_plan import plan_phases

    phases = plan_phases(
        options.network,
        options.learning_rate,
        frozen_epochs=options.frozen_epochs,
        epochs=options.epochs,
        full_epochs=options.full_epochs,
        adapt_whole=options.adapt_whole,
    )
    return replace(
        settings_from(options, options.network, phases),
        depth=options.depth,
        start=options.start,
        augmentation=options.augmentation,
        patience=options.patience,
    )


def _defaults(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """What the options say if none is given."""
    return argparse.Namespace(**{action.dest: action.default for action in parser._actions})


def _resumed(options: argparse.Namespace, settings: Settings) -> Settings:
    """Takes the settings of the training in the folder; what was given on the command line stays and must agree."""
    from train.files import read_json
    from train.settings import settings_of

    there = read_json(options.out / "settings.json")
    if not there:
        raise ValueError(f"{options.out}: holds no training to go on with. Leave out --resume to begin one")
    default, given = asdict(options.defaults()), asdict(settings)
    return settings_of(there | {key: value for key, value in given.items() if value != default[key]})
