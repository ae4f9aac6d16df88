"""How to read a heatmap: three worked examples."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from explain.methods import METHODS
from explain.wording import VERDICT_WORDS, percent

FOLDER = Path(__file__).parent / "pictures"
RECORD = "examples.json"
METHOD = "grad-cam"


@dataclass(frozen=True)
class Photo:
    """An example that may be shown.

    Attributes:
        name: Of its file in `examples/`, without the ending.
        fake: Whether it was changed.
        what: What it shows and what was done to it.
    """

    name: str
    fake: bool
    what: str

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.name}.jpg"


PHOTOS = (
    Photo("astronaut_face_swap", True, "The inner face of another woman was warped onto this portrait."),
    Photo("hopper_self_blend", True, "The face was blended with a changed copy of itself."),
    Photo(
        "astronaut_mouth_edit", True, "The mouth was enlarged, mirrored and set in without a seam; the rest is real."
    ),
    Photo("astronaut", False, "An official NASA portrait of Eileen Collins. Nothing was changed."),
    Photo("hopper", False, "An official US Navy portrait of Grace Hopper. Nothing was changed."),
)

# By what the face is and what was answered: a heading, what can be concluded and what can't.
_LESSONS = {
    (True, "fake"): (
        "A fake that it finds",
        "Red places moved the answer towards fake, blue ones towards real. Red inside what was changed is a good sign: "
        "the answer rests on the part that is false.",
        "The red does not outline the change, and it is no proof. Real faces can get red places, too.",
    ),
    (False, "real"): (
        "A real face that it calls real",
        "Blue places spoke for real. A map that is blue or pale all over says that nothing this detector has learnt to "
        "look for was found.",
        "That is not a certificate. A kind of fake that it doesn't know looks just the same.",
    ),
    (False, "fake"): (
        "A mistake: a real face that it calls fake",
        "The map shows where the detector was misled, not where somebody edited: nobody did. It is the reason to look "
        "at the places yourself.",
        "A map looks as convincing when the answer is wrong as when it is right. Never accuse anybody on the strength "
        "of one.",
    ),
    (True, "real"): (
        "A mistake: a fake that it calls real",
        "The map shows what the detector took for real. What was changed left no trace that it knows.",
        'Small edits are often missed. "Probably real" with a calm map does not mean that nothing was changed.',
    ),
    (True, "uncertain"): (
        "A fake that it isn't sure of",
        "Red and blue places nearly cancel out, so there is no answer. The red ones are where to look more closely.",
        "Don't read an answer into the colours that the detector itself didn't give.",
    ),
    (False, "uncertain"): (
        "A real face that it isn't sure of",
        "Red and blue places nearly cancel out, so there is no answer. The red ones need not mean anything.",
        "Don't read an answer into the colours that the detector itself didn't give.",
    ),
}


def read_record(folder: Path = FOLDER) -> dict[str, Any]:
    """Reads what `python -m web.about.make_pictures` wrote about the examples.

    Its `legend` is HTML, ready-made, since the first use of OpenCV's colour tables takes longer than all the page.
    """
    return json.loads((folder / RECORD).read_text(encoding="utf-8"))


def worked_examples(sha256: str, folder: Path = FOLDER) -> str:
    """Builds the examples.

    Args:
        sha256: Of the weights in use. If the examples were made with others, that is said.
        folder: Where the pictures lie.

    Returns:
        HTML.
    """
    record = read_record(folder)
    note = ""
    if record["weights_sha256"] != sha256:
        note = (
            f'<p class="note">These examples were made with the detector {escape(record["detector"])}, not with the '
            "one in use here, which may answer otherwise.</p>"
        )
    examples = "".join(_example(one, folder) for one in record["examples"])
    return f'{note}{record["legend"]}<div class="examples">{examples}</div>'


def _example(said: dict[str, Any], folder: Path) -> str:
    photo = next(photo for photo in PHOTOS if photo.name == said["name"])
    heading, can, cannot = _LESSONS[photo.fake, said["verdict"]]
    answer = f"{VERDICT_WORDS[said['verdict']]}, {percent(said['probability_fake'])} fake."
    finding = said["finding"]
    return (
        f'<article class="example {said["verdict"]}"><h3>{escape(heading)}</h3>'
        f'<div class="pair">{_picture(photo, "crop", "As it was", f"Portrait. {photo.what}", folder)}'
        f"{_picture(photo, 'heat', f'{METHODS[METHOD].title} heatmap', f'Heatmap. {finding}', folder)}</div>"
        f'<dl><dt>What it is</dt><dd>{escape(photo.what)}</dd><dt>Answer</dt><dd class="answer">{escape(answer)} '
        f"{escape(finding)}</dd><dt>You can conclude</dt><dd>{escape(can)}</dd>"
        f"<dt>You can't conclude</dt><dd>{escape(cannot)}</dd></dl></article>"
    )


def _picture(photo: Photo, kind: str, caption: str, alt: str, folder: Path) -> str:
    data = base64.b64encode((folder / f"{photo.name}-{kind}.webp").read_bytes()).decode("ascii")
    return (
        f'<figure><img src="data:image/webp;base64,{data}" alt="{escape(alt)}" width="256" height="256">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
