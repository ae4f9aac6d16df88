"""What was found so far: rows for the screen and for the file, and a line that sums them up."""

from __future__ import annotations

import io
from collections import Counter

from explain.inspection import Inspection
from explain.table import NO_FACE, Table, error_row, face_rows
from model.calibration import Calibration
from web.many_photos.rows import error_row_html, face_row_html


class Findings:
    """Grows photo by photo; each text only gets longer, so that Gradio sends what is new.

    Args:
        calibration: That of the detector.
    """

    def __init__(self, calibration: Calibration):
        self._calibration = calibration
        self._text = io.StringIO(newline="")
        self._table = Table(self._text)
        self._rows: list[str] = []
        self._verdicts: Counter[str] = Counter()
        self._photos: Counter[str] = Counter()

    @property
    def rows(self) -> str:
        """The table's rows as HTML."""
        return "".join(self._rows)

    @property
    def csv(self) -> str:
        """The table as `python -m explain --csv` writes it."""
        return self._text.getvalue()

    def add(self, name: str, inspection: Inspection) -> None:
        """Adds the faces of a photo, or that there are none.

        Args:
            name: The photo's name, a stranger's text.
            inspection: What was found.
        """
        for row in face_rows(name, inspection):
            self._table.add(row)
        self._photos["with faces" if inspection.faces else "without"] += 1
        if not inspection.faces:
            self._rows.append(error_row_html(name, NO_FACE))
        for number, face in enumerate(inspection.faces, 1):
            self._verdicts[face.verdict] += 1
            self._rows.append(
                face_row_html(name, face, number, len(inspection.faces), inspection.notes, self._calibration)
            )

    def add_error(self, name: str, error: str) -> None:
        """Adds a file that could not be read.

        Args:
            name: The file's name, a stranger's text.
            error: Why, in plain words.
        """
        self._table.add(error_row(name, error))
        self._photos["unreadable"] += 1
        self._rows.append(error_row_html(name, error))

    def summary(self) -> str:
        """Sums up what was found.

        Example:
            "31 faces in 28 photos: 12 probably fake, 15 probably real, 4 can't tell; 2 files could not be read"

        Returns:
            Plain text; empty before the first photo.
        """
        found, verdicts = self._photos, self._verdicts
        parts = []
        if found["with faces"]:
            faces = f"{_count(verdicts.total(), 'face')} in {_count(found['with faces'], 'photo')}"
            answers = f"{verdicts['fake']} probably fake, {verdicts['real']} probably real"
            parts.append(f"{faces}: {answers}, {verdicts['uncertain']} can't tell")
        if found["without"]:
            parts.append(f"no face found in {_count(found['without'], 'photo')}")
        if found["unreadable"]:
            parts.append(f"{_count(found['unreadable'], 'file')} could not be read")
        return "; ".join(parts)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
