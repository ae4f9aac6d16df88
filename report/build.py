"""The whole way from a photo to a report, and the forms a report can take."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from evidence import FileEvidence, gather_evidence
from explain.inspection import DEFAULT_METHODS, Inspection, inspect_photo
from explain.methods import require_methods
from explain.stability import Stability, check_stability
from model.detector import Detector, load_detector
from model.photo import read_photo_file
from report.compose import compose
from report.data import report_data
from report.views import Content

# Of the work, for the progress bar: faces and heatmaps, then changed copies; the rest reads the file's own evidence.
_INSPECTION_SHARE, _STABILITY_SHARE = 0.6, 0.3


@dataclass(frozen=True)
class Report:
    """What there is to say of a photo. It holds no name, no metadata and no colour profile of the photo's file.

    Attributes:
        inspection: Faces, answers and heatmaps.
        detector: The detector that gave them.
        methods: The heatmaps shown, keys of `explain.METHODS`.
        stabilities: Of each face, whether its answer holds; None if that was not asked for.
        evidence: What the file itself tells, apart from the answers.
        made_at: When the report was made, with a time zone.
    """

    inspection: Inspection
    detector: Detector
    methods: tuple[str, ...]
    stabilities: tuple[Stability, ...] | None
    evidence: FileEvidence
    made_at: datetime

    @functools.cached_property
    def _content(self) -> Content:
        # Once for all forms: most of their time goes into drawing and encoding.
        return compose(self)

    def to_html(self) -> str:
        """Gives one page that needs no other file, no network and no script."""
        from report.page import render_page  # here, so that JSON needs no template

        return render_page(self._content)

    def to_pdf(self) -> bytes:
        """Gives an A4 document with searchable text; the same report gives the same bytes."""
        from report.document import render_document  # here, so that the page needs no ReportLab

        return render_document(self._content, self.made_at)

    def to_json(self) -> str:
        """Gives the figures as JSON text, without pictures."""
        return json.dumps(report_data(self), allow_nan=False, indent=1)


def build_report(
    source: str | os.PathLike | bytes | BinaryIO,
    *,
    methods: Iterable[str] = DEFAULT_METHODS,
    detector: Detector | None = None,
    stability: bool = True,
    made_at: datetime | None = None,
    report: Callable[[float], object] = lambda share: None,
) -> Report:
    """Inspects a photo and gathers all that a report says.

    Args:
        source: A path, the file's bytes, or a binary file object.
        methods: Names of the heatmaps wanted, keys of `explain.METHODS`; may be empty.
        detector: The detector; the shipped one if None.
        stability: Whether to ask again for changed copies of the photo.
        made_at: The time that the report states, with a time zone; now if None.
        report: Called with the share, 0..1, of the work that is done.

    Returns:
        The report. A photo without a face has one too, which says so.

    Raises:
        PhotoError: If the photo can't be used; the message says why in plain words.
        ValueError: If a method is unknown or `made_at` has no time zone.
        DetectorError: If the shipped detector can't be loaded.

    Example:
        >>> report = build_report("examples/astronaut.jpg")
        >>> Path("report.html").write_text(report.to_html(), encoding="utf-8")
    """
    made_at = made_at or datetime.now().astimezone()
    if made_at.utcoffset() is None:
        raise ValueError(f"`made_at` must have a time zone. Received: {made_at!r}")
    # Once, so that pixels and file evidence are those of one file.
    data = read_photo_file(source)
    methods, detector = require_methods(methods), detector or load_detector()
    inspection = inspect_photo(data, methods, detector=detector, report=lambda share: report(_INSPECTION_SHARE * share))
    stabilities = _check_faces(inspection, detector, report) if stability else None
    evidence = gather_evidence(data)
    report(1)
    return Report(inspection, detector, methods, stabilities, evidence, made_at)


def _check_faces(
    inspection: Inspection, detector: Detector, report: Callable[[float], object]
) -> tuple[Stability, ...]:
    count = len(inspection.faces)
    return tuple(
        check_stability(
            inspection.photo,
            face,
            detector,
            report=lambda share, done=done: report(_INSPECTION_SHARE + _STABILITY_SHARE * (done + share) / count),
        )
        for done, face in enumerate(inspection.faces)
    )
