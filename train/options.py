"""Options that all trainings share, and the settings they make."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from train.numbers import whole_number

if TYPE_CHECKING:
    from train.settings import Phase, Settings

# `train.settings.PRECISIONS`: --help must not wait for Keras.
PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
# What the fake of each kind of pairs is, and the share of these pairs.
_KINDS = {
    "self-blended": (0.12, "is the real face blended with itself"),
    "swapped": (0.1, "carries the face, or a part of it, of another real picture"),
    "resynthesised": (0.08, "is the real face after an autoencoder"),
    "across": (0.2, "is of any source, and the real one of any other"),
}


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Adds data, folders and everything that the settings of any training need.

    Args:
        parser: Parser of a command.
    """
    parser.add_argument("--data", type=Path, required=True, help="folder with the pictures")
    parser.add_argument("--out", type=Path, required=True, help="folder for all results")
    parser.add_argument("--cache", type=Path, help="folder for face crops, 200 KB a picture; OUT/crops if not given")
    parser.add_argument("--batch-size", type=int, default=32, help="crops in a batch, an even number")
    parser.add_argument(
        "--epoch-crops", type=whole_number(1), help="crops in an epoch; as many as there are to train on if not given"
    )
    parser.add_argument(
        "--whole",
        nargs="+",
        default=[],
        metavar="SOURCE",
        help="sources whose fakes are generated as a whole, so that every patch of them is taught to be fake",
    )
    parser.add_argument(
        "--patch-weight", type=float, default=0.5, help="weight of the patches' loss beside the crop's, 0 for none"
    )
    for kind, (share, fake) in _KINDS.items():
        parser.add_argument(f"--{kind}", type=float, default=share, help=f"share of pairs whose fake {fake}, 0 to 1")
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=PRECISIONS[0],
        help="how the network computes while it learns: 16 bits save time on a GPU; the result is float32 in any case",
    )
    parser.add_argument("--seed", type=whole_number(0), default=0, help="seed of everything random")


def settings_from(options: argparse.Namespace, network: str, phases: Sequence[Phase]) -> Settings:
    """Makes settings of parsed options.

    Args:
        options: What the parser with these options returned.
        network: Name of the network.
        phases: The phases of the training.

    Returns:
        The settings; what no shared option says has its default.

    Raises:
        ValueError: If the shares of the pairs are impossible.
    """
    from train.pairs import Mixture
    from train.settings import Settings

    return Settings(
        network=network,
        phases=tuple(phases),
        batch_size=options.batch_size,
        epoch_crops=options.epoch_crops,
        mixture=Mixture(options.self_blended, options.swapped, options.resynthesised, options.across),
        whole=tuple(options.whole),
        patch_weight=options.patch_weight,
        precision=options.precision,
        seed=options.seed,
    )
