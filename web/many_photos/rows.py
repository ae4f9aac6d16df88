"""The table's rows as HTML."""

from __future__ import annotations

from html import escape
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

from explain.inspection import FaceInspection
from explain.wording import VERDICT_WORDS, has_number, percent
from model.calibration import Calibration, Verdict
from web.pictures import data_uri
from web.states import Icon, icon

_SIDE = 64
_LONGEST = 80
_ICONS: dict[Verdict, Icon] = {"real": "check", "uncertain": "question", "fake": "warning"}
# What the visitor looks for comes first.
_RANKS: dict[Verdict, int] = {"fake": 0, "uncertain": 1, "real": 2}
_RANK_OF_ERRORS = 3


def face_row_html(
    name: str, face: FaceInspection, number: int, count: int, notes: tuple[str, ...], calibration: Calibration
) -> str:
    """Builds the row of a face.

    Args:
        name: The photo's name, a stranger's text.
        face: The face.
        number: Which one it is, from 1.
        count: How many faces the photo has.
        notes: What a reader should know of the photo, in plain words.
        calibration: Where the three zones meet.

    Returns:
        HTML. What the browser sorts by stands in `data-` attributes: a probability 0..1, or nothing, and a rank.
    """
    shown = has_number(face, calibration)
    which = f"<small>Face {number} of {count}</small>" if count > 1 else ""
    remarks = "".join(f"<small>{escape(note)}</small>" for note in (*face.notes, *notes))
    return _row(
        picture=f'<img src="{_thumbnail(face.crop)}" alt="Face {number}" width="{_SIDE}" height="{_SIDE}">',
        photo=f"{_name(name)}{which}",
        answer=f'<b class="{face.verdict}">{icon(_ICONS[face.verdict])}{VERDICT_WORDS[face.verdict]}</b>{remarks}',
        figure=f'<b class="{face.verdict}">{escape(percent(face.probability_fake))}</b>' if shown else "–",
        probability=f"{face.probability_fake:.6f}" if shown else "",
        rank=_RANKS[face.verdict],
    )


def error_row_html(name: str, error: str) -> str:
    """Builds the row of a file without an answer.

    Args:
        name: The file's name, a stranger's text.
        error: Why, in plain words.

    Returns:
        HTML.
    """
    return _row("", _name(name), f"<small>{escape(error)}</small>", "–", "", _RANK_OF_ERRORS)


def _row(picture: str, photo: str, answer: str, figure: str, probability: str, rank: int) -> str:
    return (
        f'<tr data-probability="{probability}" data-rank="{rank}"><td class="picture">{picture}</td>'
        f'<th scope="row">{photo}</th><td>{answer}</td><td class="figure">{figure}</td></tr>'
    )


def _name(name: str) -> str:
    """The last part of a name; isolated, since names may hold marks that turn the direction of what follows."""
    short = " ".join(PurePosixPath(name).name.split())
    if len(short) > _LONGEST:
        short = f"{short[: _LONGEST // 2]}…{short[-_LONGEST // 2 :]}"
    return f"<bdi>{escape(short)}</bdi>"


def _thumbnail(crop: np.ndarray) -> str:
    return data_uri(np.asarray(Image.fromarray(crop).resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)), "jpeg")
