"""The table of faces: a row a face, the same whether the command line or the page writes it."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, TextIO

from explain.wording import NO_NUMBER

if TYPE_CHECKING:
    from explain.inspection import Inspection

COLUMNS = ["path", "face", "x", "y", "width", "height", "probability_fake", "verdict", "logit", "error"]
NO_FACE = "No face was found in this photo."
# OWASP, "CSV Injection": spreadsheets take what begins so for a formula. The last four are wide forms of the first.
_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Table:
    """A table that is being written as CSV.

    Args:
        file: Where to; an open text file without translation of line ends. Its first line is written at once.
    """

    def __init__(self, file: TextIO):
        self._writer = csv.DictWriter(file, COLUMNS)
        self._writer.writeheader()

    def add(self, row: Mapping[str, Any]) -> None:
        """Writes a row; columns that it lacks stay empty."""
        self._writer.writerow({column: _harmless(value) for column, value in row.items()})


def face_rows(path: str | PathLike, inspection: Inspection) -> Iterator[dict[str, Any]]:
    """Gives a photo's rows.

    Args:
        path: Where the photo is, as readers know it.
        inspection: What was found in it.

    Yields:
        A row a face by `COLUMNS`; for a photo without a face one that says so. Where the network's answer was not a
        number, none stands in the row, and `error` says so.
    """
    for number, face in enumerate(inspection.faces, 1):
        values = {"probability_fake": face.probability_fake, "verdict": face.verdict, "logit": face.logit, "error": ""}
        if not math.isfinite(face.probability_fake):
            values |= {"probability_fake": "", "logit": "", "error": NO_NUMBER}
        yield {"path": path, "face": number} | dict(zip(COLUMNS[2:6], face.box, strict=True)) | values
    if not inspection.faces:
        yield error_row(path, NO_FACE)


def error_row(path: str | PathLike, error: str) -> dict[str, Any]:
    """Gives the row of a file in which no face could be judged; `error` says why."""
    return {"path": path, "error": error}


def _harmless(value: Any) -> Any:
    """Puts an apostrophe before text that a spreadsheet would run as a formula; numbers stay as they are."""
    if not isinstance(value, str | PathLike):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_BEGIN_FORMULAS) else text
