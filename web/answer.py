"""From an uploaded file to everything that the page shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from explain.inspection import Inspection, inspect_photo
from explain.methods import METHODS
from model.detector import Detector
from model.photo import PhotoError
from web.card import VERDICT_WORDS, has_number, percent, verdict_card
from web.states import NO_FACE, refusal
from web.views import cautions, data_uri, face_chooser, heat_layers, method_view, photo_view


@dataclass(frozen=True)
class Answer:
    """What the page shows of a photo, as HTML.

    Attributes:
        card: The verdict of each face, or why there is none.
        views: What each method's tab shows; empty if there is no face.
        photo: What the tab with the whole photo shows.
        cautions: What the answer is not.
    """

    card: str
    views: dict[str, str] = field(default_factory=dict)
    photo: str = ""
    cautions: str = ""


def answer_photo(path: str, detector: Detector) -> Answer:
    """Inspects a photo and draws what there is to show.

    Args:
        path: The uploaded file.
        detector: The detector.

    Returns:
        The answer; for a photo that can't be used, or that shows no face, just a card that says so.
    """
    try:
        inspection = inspect_photo(path, METHODS, detector=detector)
    except PhotoError as error:
        return Answer(refusal(str(error)))
    return _draw(inspection, detector) if inspection.faces else Answer(NO_FACE)


def _draw(inspection: Inspection, detector: Detector) -> Answer:
    faces, calibration = inspection.faces, detector.calibration
    metrics = detector.description.get("metrics", {})
    cards = [verdict_card(face, i, len(faces), calibration, metrics) for i, face in enumerate(faces, 1)]
    captions = [
        f"{percent(face.probability_fake)} fake" if has_number(face, calibration) else VERDICT_WORDS[face.verdict]
        for face in faces
    ]
    crops = [data_uri(face.crop, "jpeg") for face in faces]
    layers = {method: heat_layers(inspection, method) for method in METHODS}
    return Answer(
        card="".join(cards) + face_chooser(crops, captions),
        views={
            name: method_view(inspection, name, method.title, crops, layers[name]) for name, method in METHODS.items()
        },
        photo=photo_view(inspection, layers),
        cautions=cautions(inspection),
    )
