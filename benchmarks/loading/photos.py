"""Photos that differ from each other, each with the answer that is right for it."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_FACES = ("astronaut", "hopper", "three_faces", "astronaut_face_swap", "hopper_self_blend", "astronaut_mouth_edit")
_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Known:
    """A file and what the right answer to it says.

    Attributes:
        content: The file's bytes.
        sha256: Of the file; empty for one that is to be refused.
        probabilities: Of its faces from left to right.
        refusal: What is said instead; empty if there is an answer.
    """

    content: bytes
    sha256: str = ""
    probabilities: tuple[float, ...] = ()
    refusal: str = ""

    def difference(self, sha256: str, probabilities: list[float]) -> str:
        """Says how an answer differs from the right one; nothing if it doesn't.

        Args:
            sha256: The photo's, as the answer names it; empty if it names none.
            probabilities: Those of the answer's faces.
        """
        if sha256 and sha256 != self.sha256:
            return f"an answer to another photo, {sha256[:12]} instead of {self.sha256[:12]}"
        if len(probabilities) != len(self.probabilities):
            return f"{len(probabilities)} faces instead of {len(self.probabilities)}"
        apart = [abs(given - right) for given, right in zip(probabilities, self.probabilities, strict=True)]
        # What is not a number is not near either.
        far = [one for one in apart if not one <= _TOLERANCE]
        return f"a probability that is {far[0]:.4f} away" if far else ""


NO_PHOTOS = (b"This is a text and no photo.", b"", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
"""Files that are refused, each with words of its own."""


def compose(count: int) -> list[bytes]:
    """Makes photos out of the examples: mirrored, cropped and made brighter or darker.

    Args:
        count: How many.

    Returns:
        As many JPEG files, no two of which are alike.
    """
    made = []
    for number, name in zip(range(count), itertools.cycle(_FACES), strict=False):
        with Image.open(EXAMPLES / f"{name}.jpg") as example:
            photo = example.convert("RGB")
        if number // len(_FACES) % 2:
            photo = ImageOps.mirror(photo)
        cut = number % 7
        photo = photo.crop((cut, cut, photo.width - 2 * cut, photo.height - cut))
        photo = ImageEnhance.Brightness(photo).enhance(0.8 + 0.4 * (number + 1) / (count + 1))
        buffer = io.BytesIO()
        photo.save(buffer, "JPEG", quality=92)
        made.append(buffer.getvalue())
    return made


def know(files: list[bytes], inspect: Callable[[bytes], object]) -> list[Known]:
    """Finds out what is right for each file.

    Args:
        files: The files.
        inspect: As `explain.inspect_photo`; a `ValueError` that it raises is what the visitor must be told.

    Returns:
        What is known of each.
    """
    known = []
    for content in files:
        try:
            found = inspect(content)
        except ValueError as error:
            known.append(Known(content, refusal=str(error)))
            continue
        probabilities = tuple(float(face.probability_fake) for face in found.faces)
        known.append(Known(content, found.photo.sha256, probabilities))
    return known


def look_alike(one: bytes, other: bytes) -> bool:
    """Says whether two PNG files show the same, but for what rounding may do to single pixels."""
    first, second = (np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float) for data in (one, other))
    return first.shape == second.shape and float(np.abs(first - second).mean()) < 0.1
