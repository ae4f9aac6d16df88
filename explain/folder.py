"""Runs through files: inspects each, writes table, drawings and JSON, checks the maps."""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from tqdm import tqdm

from explain.check import Check, check_map, summarise
from explain.inspection import Inspection, inspect_photo
from explain.legend import with_legend
from explain.methods import METHODS
from explain.overlay import draw_face, draw_photo, shared_peak
from explain.regions import describe
from explain.side_by_side import in_order
from explain.table import Table, error_row, face_rows
from model.detector import Detector
from model.photo import PhotoError
from model.sessions import count_processors

# Twice the crop, so that the words below have room.
_FACE_SIDE = 512


def run(
    files: list[tuple[Path, Path]], methods: tuple[str, ...], detector: Detector, options: argparse.Namespace
) -> int:
    """Inspects files and writes what was asked for.

    Args:
        files: Photos, each with the name that its drawings get.
        methods: Keys of `METHODS`.
        detector: The detector.
        options: What `explain.__main__` parsed: `out`, `colours`, `json`, `csv`, `check`, `layer` and `workers`.

    Returns:
        0 if every file was read, 1 if some could not be.
    """
    drawn = methods if options.out or options.json or options.check else ()
    slow = options.check or any(not METHODS[name].quick for name in drawn)
    # What takes long shows how far it is within a photo, which only one photo at a time can.
    workers = 1 if slow else options.workers or count_processors()
    failed, results = 0, []
    checks: dict[str, list[Check]] = {name: [] for name in methods}
    with contextlib.ExitStack() as stack:
        table = _open_table(options.csv, stack)
        bar = stack.enter_context(
            tqdm(total=len(files), unit="photo", disable=len(files) < 2 and not slow, leave=False)
        )

        def inspect(number: int) -> Inspection | PhotoError:
            report = _progress(bar, number, 0, 0.5 if options.check else 1) if slow else lambda share: None
            try:
                return inspect_photo(files[number][0], drawn, detector=detector, layer=options.layer, report=report)
            except PhotoError as error:
                return error

        inspections = stack.enter_context(contextlib.closing(in_order(inspect, len(files), workers)))
        for number, ((path, relative), inspection) in enumerate(zip(files, inspections, strict=True)):
            if isinstance(inspection, PhotoError):
                failed += 1
                rows = [error_row(path, str(inspection))]
                results.append({"path": str(path), "error": str(inspection)})
            else:
                rows = list(face_rows(path, inspection))
                results.append({"path": str(path), **inspection.to_dict()})
                if options.out:
                    _draw(inspection, methods, options.out / relative, options.colours)
            for row in rows:
                tqdm.write(_sentence(row))
                if table:
                    table.add(row)
            if options.check and "faces" in results[-1]:
                progress = _progress(bar, number, 0.5, 1)
                _check(inspection, methods, detector, options.layer, progress, checks, results[-1]["faces"])
            _progress(bar, number, 0, 1)(1)
    if options.check:
        print(f"\n{summarise(checks)}")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(results, allow_nan=False, indent=1) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _progress(bar: tqdm, number: int, first: float, last: float) -> Callable[[float], None]:
    """Moves the bar within a photo's part of it, from share `first` to share `last` of that part."""

    def report(share: float) -> None:
        bar.update(round(number + first + (last - first) * share, 2) - bar.n)

    return report


def _check(
    inspection: Inspection,
    methods: tuple[str, ...],
    detector: Detector,
    layer: str,
    report: Callable[[float], None],
    checks: dict[str, list[Check]],
    results: list[dict[str, Any]],
) -> None:
    """Checks the maps of all faces, prints what was found, and adds it to `checks` and to the faces of `results`."""
    done, total = 0, len(inspection.faces) * len(methods)
    for number, (face, result) in enumerate(zip(inspection.faces, results, strict=True), 1):
        for name in methods:
            check = check_map(
                face, name, detector, layer=layer, report=lambda share, done=done: report((done + share) / total)
            )
            done += 1
            checks[name].append(check)
            result.setdefault("checks", {})[name] = check.to_dict()
            words = check.trust.hiding.sentence(detector.calibration) if check.trust else check.reason
            tqdm.write(f"  face {number}, {name}: {words}")


def _open_table(path: Path | None, stack: contextlib.ExitStack) -> Table | None:
    if path is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    # A line at a time: what was found so far survives an interruption.
    return Table(stack.enter_context(path.open("w", newline="", encoding="utf-8", buffering=1)))


def _sentence(row: dict[str, Any]) -> str:
    if "face" not in row:
        return f"{row['path']}: {row['error']}"
    answer = f"{row['path']}: face {row['face']}: {row['verdict']}"
    return f"{answer}. {row['error']}" if row["error"] else f"{answer}, {row['probability_fake']:.1%} fake"


def _draw(inspection: Inspection, methods: Sequence[str], name: Path, palette: str) -> None:
    """Writes `NAME/METHOD.png`, the whole photo, and `NAME/face1-METHOD.png` and so on."""
    # The suffix stays in the folder's name, so that a.jpg and a.png don't share one.
    name.mkdir(parents=True, exist_ok=True)
    for method in methods if inspection.faces else ():
        scale = shared_peak(inspection.faces, method)
        pictures = [(method, draw_photo(inspection, method, scale=scale, palette=palette), "")]
        for number, face in enumerate(inspection.faces, 1):
            drawn = draw_face(face, method, scale=scale, side=_FACE_SIDE, palette=palette)
            pictures.append((f"face{number}-{method}", drawn, describe(face, method)))
        for stem, picture, finding in pictures:
            picture = with_legend(picture, method, scale, finding=finding, palette=palette)
            Image.fromarray(picture).save(name / f"{stem}.png")
