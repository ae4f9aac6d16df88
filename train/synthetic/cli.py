"""`python -m train synthesise`: the command line of `train.synthetic.synthesise`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from train.failures import in_words
from train.numbers import whole_number

# `train.synthetic.synthesise.KINDS` by name: --help must not wait for OpenCV and Keras.
_KINDS = ("self-blend", "swap", "resynthesis", "held-out-decoder")
_DEFAULT_KINDS = _KINDS[:3]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "synthesise",
        help="make fakes with masks from real faces",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Makes fakes from the real faces of a data set and writes each with its real partner and a mask.\n\n"
            "kinds:\n"
            "  self-blend  a slightly changed copy of a face, or of a part of it, blended onto itself: shows the\n"
            "              seam of a forgery and nothing else (Shiohara & Yamasaki 2022)\n"
            "  swap        the face of another photo, or an eye, the nose, the mouth ..., bent into place and\n"
            "              blended in\n"
            "  resynthesis the whole face, sent through one of four small autoencoders, which are trained first\n"
            "  held-out-decoder\n"
            "              the same by a fifth, which `fit` never sees: to test with\n\n"
            "written:\n"
            "  OUT/KIND/SPLIT/real/000000.jpg  the real partner: same augmentation, same JPEG quality\n"
            "  OUT/KIND/SPLIT/fake/000000.jpg  the fake\n"
            "  OUT/KIND/SPLIT/mask/000000.png  how much of each pixel was replaced, 0 to 255\n"
            "  OUT/manifest.csv  path, source, split, label, group, kind, mask and made_from: paths in\n"
            "                    DATA, joined by ;\n"
            "For fit and evaluate each kind is a source."
        ),
        epilog=(
            "example:\n"
            "  python -m train synthesise --data faces --out out-fakes --count 1000\n"
            "  python -m train fit --data out-fakes --out run\n"
            "how well does a detector find fakes of a kind, and of a decoder that it never saw?\n"
            "  python -m train synthesise --data faces --out made --split validation --kind swap held-out-decoder\n"
            "  python -m train evaluate --data made --out report --no-robustness\n\n"
            "Stopped with Ctrl-C, it leaves no OUT behind; the face crops stay in the cache for the next time."
        ),
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with pictures, as for fit; fakes are ignored")
    parser.add_argument("--out", type=Path, required=True, help="folder to write, new or empty")
    parser.add_argument("--cache", type=Path, help="folder for face crops, 200 KB a picture; OUT-crops if not given")
    parser.add_argument(
        "--kind", nargs="+", choices=_KINDS, default=list(_DEFAULT_KINDS), help="default: all but the last"
    )
    parser.add_argument("--count", type=whole_number(1), help="number of fakes; one for each real face if not given")
    parser.add_argument("--seed", type=whole_number(0), default=0, help="seed of everything random (default: 0)")
    parser.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        default="train",
        help="part of DATA whose faces are used (default: train)",
    )
    parser.set_defaults(run=_synthesise)


def _synthesise(options: argparse.Namespace) -> int:
    from train.datasets import DataError
    from train.synthetic.synthesise import synthesise

    try:
        synthesise(
            options.data,
            options.out,
            cache=options.cache or options.out.with_name(f"{options.out.name}-crops"),
            kinds=options.kind,
            count=options.count,
            seed=options.seed,
            split=options.split,
        )
    except (DataError, OSError, ValueError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nStopped. {options.out} was not written.", file=sys.stderr)
        return 130
    print(f"Wrote {options.out}")
    return 0
