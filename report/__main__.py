"""`python -m report PATH...`: a report for each photo."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from model.files import list_photos

FORMATS = ("html", "pdf", "json")

_EPILOG = """\
methods, for --methods:
  grad-cam grad-cam++ layercam score-cam patch-evidence
  saliency smoothgrad integrated-gradients occlusion
  Score-CAM, SmoothGrad, integrated gradients and occlusion take up to two seconds a face.

The report of DIR/photo.jpg is photo.jpg.html and so on. No file name and no metadata such as the place or the
photographer's name come into it, so it can be passed on.

exit status: 0 if every file was read, 1 if some could not be, 2 for wrong use

examples:
  python -m report photo.jpg --out reports
  python -m report examples --out reports --formats pdf
"""


def build_parser() -> argparse.ArgumentParser:
    """Builds the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python -m report",
        description="Writes a report for each photo: answers, heatmaps, whether the answers hold, and other evidence.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EPILOG,
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="photos, or folders searched for photos")
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="folder to write the reports to")
    parser.add_argument(
        "--methods",
        nargs="*",
        metavar="METHOD",
        help="heatmaps, all, or nothing for none (default: grad-cam saliency); see below",
    )
    parser.add_argument(
        "--formats",
        nargs="+",
        choices=FORMATS,
        default=FORMATS,
        metavar="FORMAT",
        help="html, pdf, json (default: all)",
    )
    parser.add_argument("--no-stability", action="store_true", help="don't ask again for changed copies of each photo")
    parser.add_argument("--detector", type=Path, metavar="FILE", help="another detector.json than the shipped one")
    return parser


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
        files = _apart(list(list_photos(options.paths)))
    except (FileNotFoundError, ValueError) as error:
        parser.error(str(error))
    # Here, not above: --help and wrong use must not wait for TensorFlow.
    from explain.inspection import DEFAULT_METHODS
    from explain.methods import METHODS, require_methods
    from model.detector import DetectorError, load_detector
    from report.folder import run

    chosen = DEFAULT_METHODS if options.methods is None else options.methods
    try:
        methods = tuple(METHODS) if chosen == ["all"] else require_methods(chosen)
        detector = load_detector(options.detector)
    except (ValueError, DetectorError) as error:
        parser.error(str(error))
    try:
        return run(files, options.out, methods, detector, formats=options.formats, stability=not options.no_stability)
    except KeyboardInterrupt:
        print("\nStopped; what was written so far is complete.", file=sys.stderr)
        return 130


def _apart(files: list[tuple[Path, Path]]) -> list[tuple[Path, Path]]:
    """Leaves out files given twice, and refuses different ones whose reports would overwrite each other."""
    taken: dict[Path, Path] = {}
    for path, name in files:
        first = taken.setdefault(name, path)
        if first.resolve() != path.resolve():
            raise ValueError(
                f"{first} and {path} would get the same report, {name}.html. Write them to different folders, or give "
                "the folder above both"
            )
    return [(path, name) for name, path in taken.items()]


if __name__ == "__main__":
    sys.exit(main())
