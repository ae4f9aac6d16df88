"""From what was found to what a report shows of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explain.inspection import FaceInspection
from explain.legend import contour_sentence, legend_stops, legend_words, scale_sentence
from explain.methods import METHODS
from explain.overlay import shared_peak
from explain.regions import describe, face_shares
from explain.stability import Stability
from explain.wording import NO_NUMBER, VERDICT_WORDS, has_number, meaning, zones_sentence
from model.calibration import Calibration, Verdict
from report.pictures import crop_picture, map_picture, photo_picture
from report.text import dated, printable
from report.views import Answer, Content, FaceView, Facts, MapView, StabilityView
from report.words import NO_FACE, limits

if TYPE_CHECKING:
    from evidence import FileEvidence
    from report.build import Report

# Enough for a colour bar without visible steps.
_STOPS = 65


def compose(report: Report) -> Content:
    """Puts into words and pictures what a report found.

    Args:
        report: The report.

    Returns:
        What to show. Text from the photo's file holds printable characters only.
    """
    inspection, evidence, detector = report.inspection, report.evidence, report.detector
    stabilities = report.stabilities or (None,) * len(inspection.faces)
    faces = tuple(
        _face_view(report, face, number, stability)
        for number, (face, stability) in enumerate(zip(inspection.faces, stabilities, strict=True), 1)
    )
    return Content(
        made_at=dated(report.made_at),
        summary=summarise(inspection.faces, detector.calibration),
        photo=photo_picture(inspection),
        calibration=detector.calibration,
        zones=zones_sentence(detector.calibration),
        faces=faces,
        # That no face was found stands in the summary.
        notes=inspection.notes if faces else inspection.photo.notes,
        evidence=tuple(printable(text) for text in dict.fromkeys((evidence.sentence, evidence.credentials.sentence))),
        findings=_findings(evidence),
        facts=_facts(report),
        limits=limits(detector.description.get("metrics", {})),
        command=reproduction(report),
    )


def reproduction(report: Report) -> str:
    """Gives the command that makes a report of the same photo again."""
    stability = [] if report.stabilities is not None else ["--no-stability"]
    return " ".join(["python -m report PHOTO --out DIR", *stability, "--methods", *report.methods])


def face_texts(face: FaceInspection, report: Report) -> tuple[str, ...]:
    """Says what a face's number means, or why it has none."""
    calibration = report.detector.calibration
    if not has_number(face, calibration):
        return face.notes or (NO_NUMBER,)
    metrics = report.detector.description.get("metrics", {})
    return (meaning(face.probability_fake, calibration, metrics), *face.notes)


def summarise(faces: Sequence[FaceInspection], calibration: Calibration) -> str:
    """Says in one sentence what was found.

    Args:
        faces: The faces.
        calibration: That of the detector.
    """
    if not faces:
        return NO_FACE
    answers = [_answer(face.verdict, face.probability_fake, calibration) for face in faces]
    if len(answers) == 1:
        figure = f" ({answers[0].figure})" if answers[0].figure else ""
        return f"One face: {answers[0].word.lower()}{figure}."
    counts = {word: sum(answer.word == word for answer in answers) for word in VERDICT_WORDS.values()}
    listed = ", ".join(f"{count} {word.lower()}" for word, count in counts.items() if count)
    return f"{len(faces)} faces: {listed}."


def _answer(verdict: Verdict, probability: float, calibration: Calibration) -> Answer:
    # A number that the verdict overrules would be read as the answer.
    shown = math.isfinite(probability) and calibration.verdict(probability) == verdict
    return Answer(verdict, VERDICT_WORDS[verdict], probability if shown else None)


def _face_view(report: Report, face: FaceInspection, number: int, stability: Stability | None) -> FaceView:
    calibration = report.detector.calibration
    x, y, width, height = face.box
    return FaceView(
        number=number,
        answer=_answer(face.verdict, face.probability_fake, calibration),
        texts=face_texts(face, report),
        crop=crop_picture(face, number),
        facts=(
            ("Logit", f"{face.logit:.3f}" if math.isfinite(face.logit) else "not a number"),
            ("Box", f"{width} × {height} pixels, {x} from the left and {y} from the top"),
            ("Confidence of the face search", f"{100 * face.confidence:.0f}%"),
        ),
        maps=tuple(_map_view(report, face, number, method) for method in report.methods),
        stability=stability and _stability_view(stability, calibration),
    )


def _map_view(report: Report, face: FaceInspection, number: int, method: str) -> MapView:
    # One scale for all faces, so that their colours can be compared.
    scale = shared_peak(report.inspection.faces, method)
    title, finding, shares = METHODS[method].title, describe(face, method), face_shares(face, method)
    return MapView(
        title=title,
        description=METHODS[method].description,
        picture=map_picture(face, method, scale, f"{title} heatmap of face {number}. {finding}"),
        finding=finding,
        shares=tuple(shares.items()) if any(shares.values()) else (),
        ends=legend_words(method),
        stops=legend_stops(method, _STOPS),
        notes=f"{scale_sentence(method, scale)} {contour_sentence(method)}",
    )


def _stability_view(stability: Stability, calibration: Calibration) -> StabilityView:
    rows = [("Unchanged", _answer(stability.verdict, stability.original, calibration))]
    for variant in stability.variants:
        title = variant.title[0].upper() + variant.title[1:]
        rows.append((title, _answer(variant.verdict, variant.probability_fake, calibration)))
    return StabilityView(stability.sentence, tuple(rows))


def _findings(evidence: FileEvidence) -> Facts:
    found = [(finding.label, finding.text) for finding in evidence.findings]
    credentials = evidence.credentials
    if credentials.software:
        found.append(("Credentials written by", credentials.software))
    if credentials.actions:
        found.append(("Credentials say", ", ".join(credentials.actions)))
    return tuple((printable(label), printable(text)) for label, text in found)


def _facts(report: Report) -> Facts:
    height, width = report.inspection.photo.pixels.shape[:2]
    detector, calibration = report.detector, report.detector.calibration
    return (
        ("Photo", f"{width} × {height} pixels"),
        ("Photo's SHA-256", report.inspection.photo.sha256),
        ("Detector", report.inspection.detector),
        ("Weights' SHA-256", detector.description["weights"]["sha256"]),
        ("Temperature", f"{calibration.temperature:.4f}: the logit is divided by it to get the probability"),
        ("Thresholds", f"real below {calibration.real_below:.4f}, fake above {calibration.fake_above:.4f}"),
    )
