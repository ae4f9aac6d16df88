"""What a report shows, in the order in which it shows it: words, numbers and pictures, but neither HTML nor PDF."""

from __future__ import annotations

from dataclasses import dataclass

from explain.wording import percent
from model.calibration import Calibration, Verdict
from report.pictures import Picture

Facts = tuple[tuple[str, str], ...]
"""Labels and what there is to say of each."""


@dataclass(frozen=True)
class Answer:
    """A verdict with its number.

    Attributes:
        verdict: "real", "uncertain" or "fake".
        word: The verdict as readers see it.
        probability: Calibrated probability of a fake, 0..1; None if no number may be shown.
    """

    verdict: Verdict
    word: str
    probability: float | None

    @property
    def figure(self) -> str:
        """The probability in words; empty if no number may be shown."""
        return "" if self.probability is None else f"{self.percent} fake"

    @property
    def percent(self) -> str:
        """The probability as a percentage; a dash if no number may be shown."""
        return "–" if self.probability is None else percent(self.probability)


@dataclass(frozen=True)
class MapView:
    """A face's map.

    Attributes:
        title: The method's name.
        description: What the method shows.
        picture: The map over the face.
        finding: Where the evidence lies.
        shares: Regions and their shares of the evidence, 0..1; empty if nothing stands out.
        ends: Words for the two ends of the colour bar.
        stops: RGB colours, 0..255, at equal distances along it.
        notes: Which value full colour stands for, and what the line surrounds.
    """

    title: str
    description: str
    picture: Picture
    finding: str
    shares: tuple[tuple[str, float], ...]
    ends: tuple[str, str]
    stops: list[tuple[int, int, int]]
    notes: str


@dataclass(frozen=True)
class StabilityView:
    """Whether a face's answer holds.

    Attributes:
        sentence: What was found.
        rows: What was done to the photo and the answer then; the first is the unchanged photo.
    """

    sentence: str
    rows: tuple[tuple[str, Answer], ...]


@dataclass(frozen=True)
class FaceView:
    """All of one face.

    Attributes:
        number: From 1, from left to right.
        answer: The verdict.
        texts: What the number means, or why there is none.
        crop: The face as the network saw it.
        facts: Logit, box and confidence of the search.
        maps: Its heatmaps.
        stability: Whether the answer holds; None if that was not asked for.
    """

    number: int
    answer: Answer
    texts: tuple[str, ...]
    crop: Picture
    facts: Facts
    maps: tuple[MapView, ...]
    stability: StabilityView | None


@dataclass(frozen=True)
class Content:
    """All of a report.

    Attributes:
        made_at: When it was made.
        summary: What was found, in one sentence.
        photo: The photo with numbered boxes.
        calibration: Where the zones of the answers meet.
        zones: The same in words.
        faces: Each face.
        notes: What a reader should know of the photo.
        evidence: What the file itself tells: sentences.
        findings: The same in detail.
        facts: What is needed to get the same figures again.
        limits: What the answers are not.
        command: How to make this report again.
    """

    made_at: str
    summary: str
    photo: Picture
    calibration: Calibration
    zones: str
    faces: tuple[FaceView, ...]
    notes: tuple[str, ...]
    evidence: tuple[str, ...]
    findings: Facts
    facts: Facts
    limits: tuple[str, ...]
    command: str
