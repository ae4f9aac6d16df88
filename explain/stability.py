"""Does the answer hold? The same face again from copies of the photo as they go round: compressed, shrunk, cropped."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explain.check import NO_NUMBER
from explain.inspection import FaceInspection
from explain.wording import percent
from model.calibration import Verdict
from model.degradations import blur, compress, shrink
from model.detector import Detector
from model.faces import SMALL_FACE, crop_square, resize_square
from model.photo import Photo

TOO_SMALL = "This face is too small to judge, and so it is in changed copies."
# JPEG with halved colours works on blocks of 16 x 16 pixels.
_BLOCK = 16
# Pixels around a square that reach into it: JPEG smooths colours over the border of a block by one pixel, the blur
# reaches 3 pixels far and enlarging 4.
_REACH = 8
# From so many changed answers on, an answer should not be relied on. Measured on 1,203 answers, real or fake, on
# validation faces (`python -m benchmarks.stability`): of those that changed in no copy 2 % were wrong, in one or two
# 3 %, in three or more 13 %. Of the right answers 47 % changed in no copy, 40 % in one or two and 13 % in more. These
# photos are only 224 to 256 pixels large.
_MANY = 3
# Of the work, for the progress bar. In the largest photos the copies take more than half of the time, in small ones
# next to nothing beside the network.
_COPIES_SHARE = 0.5

Square = tuple[int, int, int]
"""(left, top, side) in pixels of the photo."""


@dataclass(frozen=True)
class Change:
    """Something that happens to photos and should not change the answer.

    Attributes:
        key: Its name in JSON.
        title: Plain words.
        cut: From the photo's pixels, uint8 RGB (height, width, 3), and the square around a face to that square of the
            changed photo, uint8 RGB (side, side, 3); None if the photo leaves no room for it.
    """

    key: str
    title: str
    cut: Callable[[np.ndarray, Square], np.ndarray | None]


@dataclass(frozen=True)
class Variant:
    """The answer for a changed copy.

    Attributes:
        key: Name of the change, as in `CHANGES`.
        title: The change in plain words.
        logit: Image logit before calibration.
        probability_fake: Calibrated probability of a fake, 0..1; NaN if the network's answer was not a number.
        verdict: "real", "uncertain" or "fake".
    """

    key: str
    title: str
    logit: float
    probability_fake: float
    verdict: Verdict


@dataclass(frozen=True)
class Stability:
    """How a face's answer fares when its photo is changed.

    Attributes:
        original: Calibrated probability of a fake of the face as it is, 0..1; NaN if it was not a number.
        verdict: The answer for the face as it is.
        variants: The answers for the changed copies, in the order of `CHANGES`.
        reason: Why they can't be compared, in plain words; otherwise empty.
    """

    original: float
    verdict: Verdict
    variants: tuple[Variant, ...]
    reason: str = ""

    @property
    def changed(self) -> tuple[Variant, ...]:
        """The copies that got another answer; no number is another answer too."""
        return tuple(
            variant
            for variant in self.variants
            if variant.verdict != self.verdict or not math.isfinite(variant.probability_fake)
        )

    @property
    def holds(self) -> bool:
        """Whether every copy got the original's answer; False where they can't be compared."""
        return not self.reason and not self.changed

    @property
    def spread(self) -> tuple[float, float] | None:
        """The lowest and the highest probability among the copies, 0..1; None if none has a number."""
        found = [variant.probability_fake for variant in self.variants if math.isfinite(variant.probability_fake)]
        return (min(found), max(found)) if found else None

    @property
    def sentence(self) -> str:
        """What was found and what follows from it, in plain words."""
        if self.reason:
            return self.reason
        count, changed = len(self.variants), self.changed
        if not changed:
            return f"The answer held in all {count} changed copies ({_between(self.spread)})."
        titles = ", ".join(variant.title for variant in changed)
        return f"The answer changed in {len(changed)} of {count} copies: {titles}. {self._advice(len(changed))}"

    def _advice(self, changed: int) -> str:
        if self.verdict == "uncertain":
            return "Leave it at can't tell."
        if changed >= _MANY:
            return "Treat it as can't tell."
        return "That happens to many right answers too; take it with more care."

    def to_dict(self) -> dict[str, Any]:
        """Gives what can be written as JSON; what is not a number becomes null."""
        return {
            "original": _finite(self.original),
            "verdict": self.verdict,
            "holds": self.holds,
            "spread": list(self.spread) if self.spread else None,
            "sentence": self.sentence,
            "variants": [
                {
                    "key": variant.key,
                    "title": variant.title,
                    "logit": _finite(variant.logit),
                    "probability_fake": _finite(variant.probability_fake),
                    "verdict": variant.verdict,
                }
                for variant in self.variants
            ],
        }


def check_stability(
    photo: Photo,
    face: FaceInspection,
    detector: Detector,
    *,
    report: Callable[[float], object] = lambda share: None,
) -> Stability:
    """Asks the detector again for copies of the photo that show the same.

    The photo is changed at its own resolution, as on its way through the world, and only around the face. The face is
    not searched again.

    Args:
        photo: The photo in which the face was found.
        face: The face.
        detector: The detector that judged it.
        report: Called with the share, 0..1, of the work that is done.

    Returns:
        The answers for the copies. A face too small to judge stays "uncertain" in all of them.
    """
    square = crop_square(face.box, *photo.pixels.shape[:2])
    changes, crops = [], []
    for done, change in enumerate(CHANGES, 1):
        cut = change.cut(photo.pixels, square)
        if cut is not None:
            changes.append(change)
            crops.append(resize_square(cut))
        report(_COPIES_SHARE * done / len(CHANGES))
    scores = detector.read_logits(detector.logits(np.stack(crops)))
    small = max(face.box[2:]) < SMALL_FACE
    variants = tuple(
        Variant(change.key, change.title, score.logit, score.probability_fake, "uncertain" if small else score.verdict)
        for change, score in zip(changes, scores, strict=True)
    )
    report(1)
    reason = NO_NUMBER if not math.isfinite(face.probability_fake) else TOO_SMALL if small else ""
    return Stability(face.probability_fake, face.verdict, variants, reason)


def _degraded(degrade: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray, Square], np.ndarray]:
    """Cuts a square out of a photo that a function has changed, but changes no more of it than needed."""

    def cut(pixels: np.ndarray, square: Square) -> np.ndarray:
        left, top, side = square
        # From the same corners of blocks as in the whole photo, or JPEG would lose other details.
        x, y = (max(0, (edge - _REACH) // _BLOCK * _BLOCK) for edge in (left, top))
        right, bottom = (-(-(edge + side + _REACH) // _BLOCK) * _BLOCK for edge in (left, top))
        changed = degrade(np.ascontiguousarray(pixels[y:bottom, x:right]))
        return changed[top - y : top - y + side, left - x : left - x + side]

    return cut


def _zoomed(factor: float) -> Callable[[np.ndarray, Square], np.ndarray | None]:
    """Cuts a larger or smaller square with the same middle, moved to stay inside the photo."""

    def cut(pixels: np.ndarray, square: Square) -> np.ndarray | None:
        left, top, side = square
        height, width = pixels.shape[:2]
        wanted = max(1, round(side * factor))
        if wanted > min(height, width):
            return None
        x = min(max(0, left + round((side - wanted) / 2)), width - wanted)
        y = min(max(0, top + round((side - wanted) / 2)), height - wanted)
        return pixels[y : y + wanted, x : x + wanted]

    return cut


def _mirrored(pixels: np.ndarray, square: Square) -> np.ndarray:
    left, top, side = square
    return pixels[top : top + side, left : left + side][:, ::-1]


CHANGES = (
    *(
        Change(f"jpeg-{quality}", f"JPEG quality {quality}", _degraded(functools.partial(compress, quality=quality)))
        for quality in (90, 70, 50, 30)
    ),
    Change("half-size", "half size and back", _degraded(functools.partial(shrink, scale=0.5))),
    # Halves details of four pixels, the finest that half the size keeps.
    Change("blur", "light blur", _degraded(functools.partial(blur, sigma=0.75))),
    Change("tighter", "10% tighter crop", _zoomed(0.9)),
    Change("wider", "10% wider crop", _zoomed(1.1)),
    Change("mirror", "mirrored", _mirrored),
)


def _between(spread: tuple[float, float] | None) -> str:
    low, high = map(percent, spread)
    return f"{low} fake in each" if low == high else f"between {low} and {high} fake"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
