"""Runs through files: makes a report of each and writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tqdm import tqdm

from model.detector import Detector
from model.files import write_whole
from model.photo import PhotoError
from report.build import Report, build_report
from report.compose import summarise

_WRITERS: dict[str, Callable[[Report], bytes]] = {
    "html": lambda report: report.to_html().encode(),
    "pdf": Report.to_pdf,
    "json": lambda report: f"{report.to_json()}\n".encode(),
}


def run(
    files: Sequence[tuple[Path, Path]],
    out: Path,
    methods: tuple[str, ...],
    detector: Detector,
    *,
    formats: Sequence[str],
    stability: bool,
) -> int:
    """Writes reports.

    Args:
        files: Photos, each with the name that its report gets before the format's.
        out: The folder to write to.
        methods: Keys of `explain.METHODS`.
        detector: The detector.
        formats: "html", "pdf" and "json", or some of them.
        stability: Whether to ask again for changed copies of each photo.

    Returns:
        0 if every file was read, 1 if some could not be.
    """
    failed = 0
    with tqdm(total=len(files), unit="photo", leave=False) as bar:
        for number, (path, name) in enumerate(files):
            try:
                report = build_report(
                    path,
                    methods=methods,
                    detector=detector,
                    stability=stability,
                    report=lambda share, number=number: bar.update(round(number + 0.9 * share, 2) - bar.n),
                )
            except PhotoError as error:
                failed += 1
                tqdm.write(f"{path}: {error}")
            else:
                for form in dict.fromkeys(formats):
                    write_whole(out / name.with_name(f"{name.name}.{form}"), _WRITERS[form](report))
                tqdm.write(f"{path}: {summarise(report.inspection.faces, detector.calibration)}")
            bar.update(number + 1 - bar.n)
    return 1 if failed else 0
