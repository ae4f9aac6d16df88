"""`python -m explain PATH...`: verdicts and heatmaps for files and folders."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from explain.colours import DEFAULT_PALETTE, PALETTES
from model.files import list_photos

_MOST_WORKERS = 64

_EPILOG = """\
methods, for --methods:
  grad-cam grad-cam++ layercam score-cam patch-evidence
  saliency smoothgrad integrated-gradients occlusion
  Score-CAM, SmoothGrad, integrated gradients and occlusion take up to two seconds a face.

--check prints for each map what hiding its hottest fifth did, and a table of means at the end: by how many logits the
answer gave way, when the marked fifth was hidden and when as much elsewhere was; how often the marked region mattered
more than all others tried; and by how many logits deletion and insertion beat orders drawn by chance.

exit status: 0 if every file was read, 1 if some could not be, 2 for wrong use

examples:
  python -m explain examples --csv out.csv --out maps
  python -m explain photo.jpg --methods all --out maps
  python -m explain examples --methods grad-cam occlusion --check
"""


def build_parser() -> argparse.ArgumentParser:
    """Builds the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python -m explain",
        description="Says of every face in photos how likely it is fake, and draws where the evidence lies.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EPILOG,
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="photos, or folders searched for photos")
    parser.add_argument(
        "--methods", nargs="+", metavar="METHOD", help="heatmaps, or all (default: grad-cam saliency); see below"
    )
    parser.add_argument(
        "--layer", metavar="NAME", help="layer whose map the CAM methods explain (default: the last before the answer)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the heatmaps as PNG to this folder")
    parser.add_argument(
        "--colours", choices=PALETTES, default=DEFAULT_PALETTE, help="of the heatmaps (default: %(default)s)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="hide what each heatmap marks, ask again, and say whether the answer gave way more than elsewhere",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write everything as JSON, a list with an object a file"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a table with a row a face")
    parser.add_argument("--detector", type=Path, metavar="FILE", help="another detector.json than the shipped one")
    parser.add_argument(
        "--workers",
        type=_count,
        metavar="NUMBER",
        help="photos looked at at the same time (default: as many as there are processors; 1 for slow methods)",
    )
    return parser


def _count(text: str) -> int:
    count = int(text) if text.isdecimal() else 0
    if not 1 <= count <= _MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {_MOST_WORKERS}. Received: {text!r}")
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0 if every file was read, 1 if some could not be, 2 for wrong use, 130 if interrupted.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        files = list(list_photos(options.paths))
    except FileNotFoundError as error:
        parser.error(str(error))
    # Here, not above: --help and wrong use must not wait for TensorFlow.
    from explain.folder import run
    from explain.inspection import DEFAULT_METHODS
    from explain.methods import METHODS, require_methods
    from explain.probe import require_layer
    from model.detector import DetectorError, load_detector
    from model.layer_names import FEATURES_LAYER

    options.layer = options.layer or FEATURES_LAYER
    try:
        methods = tuple(METHODS) if options.methods == ["all"] else require_methods(options.methods or DEFAULT_METHODS)
        detector = load_detector(options.detector)
        require_layer(detector, options.layer)
    except (ValueError, DetectorError) as error:
        parser.error(str(error))
    try:
        return run(files, methods, detector, options)
    except KeyboardInterrupt:
        print("\nStopped; what was written so far is complete.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
