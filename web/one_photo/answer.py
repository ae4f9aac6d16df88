"""From an uploaded file to everything that the page shows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explain.colours import DEFAULT_PALETTE
from explain.inspection import DEFAULT_METHODS, Inspection, inspect_photo
from explain.wording import VERDICT_WORDS, has_number, percent
from model.detector import Detector
from web.card import verdict_card
from web.faces import cautions, face_chooser
from web.one_photo.face_view import face_view
from web.one_photo.photo_view import photo_view
from web.operation.requests import saw
from web.pictures import color_heat, data_uri
from web.states import NO_FACE

FIRST_METHOD = DEFAULT_METHODS[0]


@dataclass(frozen=True)
class Evidence:
    """What the page shows of one method, as HTML.

    Attributes:
        faces: Each face with its map.
        photo: The whole photo with the maps of all faces.
        count: Number of faces.
    """

    faces: str
    photo: str
    count: int


@dataclass(frozen=True)
class Answer:
    """What the page shows of a photo, as HTML.

    Attributes:
        card: The verdict of each face, or why there is none.
        evidence: By `FIRST_METHOD`; None if there is no face.
        cautions: What the answer is not.
    """

    card: str
    evidence: Evidence | None = None
    cautions: str = ""


def answer_photo(
    path: str,
    detector: Detector,
    palette: str = DEFAULT_PALETTE,
    report: Callable[[float], object] = lambda share: None,
) -> Answer:
    """Inspects a photo and draws what there is to show.

    Args:
        path: The uploaded file.
        detector: The detector.
        palette: Of the heatmaps, a key of `explain.colours.PALETTES`.
        report: As for `inspect_photo`.

    Returns:
        The answer; for a photo that shows no face, just a card that says so.

    Raises:
        PhotoError: If the photo can't be used.
    """
    inspection = saw(inspect_photo(path, detector=detector, report=report))
    if not inspection.faces:
        return Answer(NO_FACE)
    evidence = draw_evidence(inspection, FIRST_METHOD, palette)
    return Answer(_verdicts(inspection, detector), evidence, cautions(inspection))


def draw_evidence(inspection: Inspection, method: str, palette: str = DEFAULT_PALETTE) -> Evidence:
    """Draws a method's maps.

    Args:
        inspection: The inspection, with at least one face.
        method: A key of its faces' heatmaps.
        palette: A key of `explain.colours.PALETTES`.

    Returns:
        What the page shows of them.
    """
    heats = color_heat(inspection, method, palette)
    faces = [
        face_view(face, number, method, heat)
        for number, (face, heat) in enumerate(zip(inspection.faces, heats, strict=True), 1)
    ]
    return Evidence("".join(faces), photo_view(inspection, method, heats), len(faces))


def _verdicts(inspection: Inspection, detector: Detector) -> str:
    faces, calibration = inspection.faces, detector.calibration
    metrics = detector.description.get("metrics", {})
    cards = [verdict_card(face, i, len(faces), calibration, metrics) for i, face in enumerate(faces, 1)]
    captions = [
        f"{percent(face.probability_fake)} fake" if has_number(face, calibration) else VERDICT_WORDS[face.verdict]
        for face in faces
    ]
    return "".join(cards) + face_chooser([data_uri(face.crop, "jpeg") for face in faces], captions)
