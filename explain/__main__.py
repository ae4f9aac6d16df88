"""`python -m explain PATH...`: verdicts and heatmaps for files and folders."""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from tqdm import tqdm

from model.photo import PhotoError

if TYPE_CHECKING:
    from explain.inspection import Inspection
    from model.detector import Detector

EXTENSIONS = {".jpg", ".jpeg", ".png", ".webp"}
COLUMNS = ["path", "face", "x", "y", "width", "height", "probability_fake", "verdict", "logit", "error"]
NO_FACE = "No face was found in this photo."


def build_parser() -> argparse.ArgumentParser:
    """Builds the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python -m explain",
        description="Says of every face in photos how likely it is fake, and draws where the evidence lies.",
        epilog=(
            "Exit status: 0 if every file was read, 1 if some could not be, 2 for wrong use. "
            "Example: python -m explain examples --csv out.csv --out maps"
        ),
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="photos, or folders searched for photos")
    parser.add_argument("--methods", nargs="+", metavar="METHOD", help="heatmaps: grad-cam, saliency (both if not given)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the heatmaps as PNG to this folder")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write everything as JSON, a list with an object a file"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a table with a row a face")
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
        files = list(_files(options.paths))
    except FileNotFoundError as error:
        parser.error(str(error))
    # Here, not above: --help and wrong use must not wait for TensorFlow.
    from explain.inspection import DEFAULT_METHODS
    from explain.methods import require_methods
    from model.detector import DetectorError, load_detector

    try:
        methods = require_methods(options.methods or DEFAULT_METHODS)
        detector = load_detector(options.detector)
    except (ValueError, DetectorError) as error:
        parser.error(str(error))
    try:
        return _run(files, methods, detector, options)
    except KeyboardInterrupt:
        print("\nStopped; what was written so far is complete.", file=sys.stderr)
        return 130


def _run(
    files: list[tuple[Path, Path]], methods: tuple[str, ...], detector: Detector, options: argparse.Namespace
) -> int:
    from explain.inspection import inspect_photo

    drawn = methods if options.out or options.json else ()
    failed, results = 0, []
    with contextlib.ExitStack() as stack:
        table = _open_table(options.csv, stack)
        for path, relative in tqdm(files, unit="photo", disable=len(files) < 2):
            try:
                inspection = inspect_photo(path, drawn, detector=detector)
            except PhotoError as error:
                failed += 1
                rows = [{"path": path, "error": str(error)}]
                results.append({"path": str(path), "error": str(error)})
            else:
                rows = list(_rows(path, inspection))
                results.append({"path": str(path), **inspection.to_dict()})
                if options.out:
                    _draw(inspection, methods, options.out / relative)
            for row in rows:
                tqdm.write(_sentence(row))
                if table:
                    table.writerow(row)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(results, allow_nan=False, indent=1) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Lists photos, each with the name its drawings get: for those in a folder, the path below it."""
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix.lower() in EXTENSIONS and file.is_file())
            yield from ((file, file.relative_to(path)) for file in found)
        elif path.exists():
            yield path, Path(path.name)
        else:
            raise FileNotFoundError(f"{path}: there is no such file or folder")


def _open_table(path: Path | None, stack: contextlib.ExitStack) -> csv.DictWriter | None:
    if path is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    # A line at a time: what was found so far survives an interruption.
    table = csv.DictWriter(stack.enter_context(path.open("w", newline="", encoding="utf-8", buffering=1)), COLUMNS)
    table.writeheader()
    return table


def _rows(path: Path, inspection: Inspection) -> Iterator[dict[str, Any]]:
    for number, face in enumerate(inspection.faces, 1):
        values = {"probability_fake": face.probability_fake, "verdict": face.verdict, "logit": face.logit, "error": ""}
        yield {"path": path, "face": number} | dict(zip(COLUMNS[2:6], face.box, strict=True)) | values
    if not inspection.faces:
        yield {"path": path, "error": NO_FACE}


def _sentence(row: dict[str, Any]) -> str:
    if row["error"]:
        return f"{row['path']}: {row['error']}"
    return f"{row['path']}: face {row['face']}: {row['verdict']}, {row['probability_fake']:.1%} fake"


def _draw(inspection: Inspection, methods: Sequence[str], name: Path) -> None:
    """Writes `NAME/METHOD.png`, the whole photo, and `NAME/face1-METHOD.png` and so on."""
    from explain.overlay import draw_face, draw_photo, shared_peak, with_legend

    # The suffix stays in the folder's name, so that a.jpg and a.png don't share one.
    name.mkdir(parents=True, exist_ok=True)
    for method in methods if inspection.faces else ():
        scale = shared_peak(inspection.faces, method)
        pictures = {method: draw_photo(inspection, method)}
        for number, face in enumerate(inspection.faces, 1):
            pictures[f"face{number}-{method}"] = draw_face(face, method, scale=scale)
        for stem, picture in pictures.items():
            Image.fromarray(with_legend(picture, method, scale)).save(name / f"{stem}.png")


if __name__ == "__main__":
    sys.exit(main())
