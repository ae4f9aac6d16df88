"""A report as data, without pictures: what `to_json` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explain.inspection import FaceInspection
from explain.regions import describe, face_shares
from explain.stability import Stability
from explain.wording import VERDICT_WORDS
from report.compose import face_texts, reproduction
from report.words import KEPT_APART, TITLE, limits

if TYPE_CHECKING:
    from report.build import Report


def report_data(report: Report) -> dict[str, Any]:
    """Gives what can be written as JSON; what is not a number is null.

    Args:
        report: The report.

    Returns:
        All figures and sentences of the report. `evidence` is kept apart from `faces`.
    """
    detector = report.detector
    stabilities = report.stabilities or (None,) * len(report.inspection.faces)
    inspection = report.inspection.to_dict()
    inspection["faces"] = [
        _face_data(report, face, stability)
        for face, stability in zip(report.inspection.faces, stabilities, strict=True)
    ]
    return {
        "title": TITLE,
        "made_at": report.made_at.isoformat(),
        "methods": list(report.methods),
        **inspection,
        "detector": {
            "version": report.inspection.detector,
            "weights_sha256": detector.description["weights"]["sha256"],
            "temperature": detector.calibration.temperature,
            "real_below": detector.calibration.real_below,
            "fake_above": detector.calibration.fake_above,
        },
        "evidence": {"about": KEPT_APART, **report.evidence.to_dict()},
        "limits": list(limits(detector.description.get("metrics", {}))),
        "reproduce": reproduction(report),
    }


def _face_data(report: Report, face: FaceInspection, stability: Stability | None) -> dict[str, Any]:
    return {
        "answer": VERDICT_WORDS[face.verdict],
        "meaning": " ".join(face_texts(face, report)),
        **face.to_dict(),
        "findings": {
            method: {"sentence": describe(face, method), "shares": face_shares(face, method)}
            for method in report.methods
        },
        "stability": stability and stability.to_dict(),
    }
