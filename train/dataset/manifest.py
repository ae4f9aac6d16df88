"""The inspection as CSV: one row a file."""

from __future__ import annotations

import csv
from pathlib import Path

from train.dataset.inspection import Entry, Inspection
from train.dataset.output import whole_text

COLUMNS = (
    "path",
    "source",
    "split",
    "label",
    "group",
    "format",
    "width",
    "height",
    "mode",
    "bytes",
    "quality",
    "sha256",
    "phash",
    "faces",
    "problems",
    "copy_of",
    "looks_like",
    "reason",
)


def write_inspection(inspection: Inspection, path: Path) -> None:
    """Writes a row for every file, with the columns of `COLUMNS`.

    `copy_of` names the first file of the same bytes, `looks_like` the first of the pictures that look the same.
    `read_samples` takes the file as a manifest, too.

    Args:
        inspection: What `inspect_folder` returned.
        path: The CSV file.
    """
    originals = {entry.facts.path: family[0].facts.path for family in inspection.exact for entry in family[1:]}
    similar = {entry.facts.path: family[0].facts.path for family in inspection.near for entry in family[1:]}
    with whole_text(path) as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for entry in inspection.entries:
            path_of = entry.facts.path
            writer.writerow(_row(entry) | {"copy_of": originals.get(path_of), "looks_like": similar.get(path_of)})


def _row(entry: Entry) -> dict[str, object]:
    facts, sample = entry.facts, entry.sample
    row: dict[str, object] = {"path": facts.path, "group": entry.group, "bytes": facts.bytes, "reason": facts.reason}
    if sample:
        row |= {"source": sample.source, "split": sample.split, "label": "fake" if sample.label else "real"}
    row |= {"format": facts.format, "width": facts.width or "", "height": facts.height or "", "mode": facts.mode}
    row |= {"quality": facts.quality, "sha256": facts.sha256, "phash": facts.phash.hex(), "faces": entry.faces}
    return row | {"problems": ";".join(entry.problems)}
