"""What happens when a map is checked: is it true, and do other methods say the same?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from explain.check import check_map
from explain.inspection import FaceInspection, inspect_photo
from model.detector import Detector
from web.errors import require_upload, with_cards
from web.one_photo.trust import measuring, trust_figures, trust_panels
from web.operation.requests import saw
from web.progress import finish, follow
from web.warmup import Warmup


def build_measure(warmup: Warmup) -> Callable[[str | None, str, float], Iterator[str]]:
    """Builds the function behind "Check this map".

    Args:
        warmup: Where the detector comes from.

    Returns:
        A generator function from an uploaded file, a key of `METHODS` and the number of a face, from 1, to the HTML
        of the panels. It never raises.
    """

    def measure(path: str | None, method: str, number: float) -> Iterator[str]:
        yield from with_cards("measure", _measure(path, method, number, warmup), lambda card: card)

    return measure


def choose_face(path: str, number: int, detector: Detector) -> tuple[FaceInspection, int]:
    """Finds the faces of a photo again.

    Args:
        path: The uploaded file.
        number: Which face is wanted, from 1.
        detector: The detector.

    Returns:
        The face, and how many there are.

    Raises:
        ValueError: If there is no such face.
    """
    faces = finish(lambda report: saw(inspect_photo(path, (), detector=detector, report=report))).faces
    if not 1 <= number <= len(faces):
        raise ValueError(f"`number` must be from 1 to {len(faces)}. Received: {number}")
    return faces[number - 1], len(faces)


def _measure(path: str | None, method: str, number: float, warmup: Warmup) -> Iterator[str]:
    path, detector, number = require_upload(path), warmup.detector(), int(number)
    face, count = choose_face(path, number, detector)

    def panels(figures: str) -> str:
        return trust_panels(method, count, {number: figures})

    yield panels(measuring(0.0))
    figures = yield from follow(
        lambda report: _figures(face, method, detector, report), lambda share: panels(measuring(share))
    )
    yield panels(figures)


def _figures(face: FaceInspection, method: str, detector: Detector, report: Callable[[float], object]) -> str:
    check = check_map(face, method, detector, report=report)
    if check.trust is None:
        return f"<p>{escape(check.reason)}</p>"
    return trust_figures(check.trust, check.agreements, detector.calibration)
