"""What the game shows, as HTML."""

from __future__ import annotations

from html import escape

from explain.inspection import Inspection
from model.detector import Detector
from web import states
from web.card import verdict_card
from web.guess.game import Game
from web.guess.pictures import Picture, Truth
from web.one_photo.face_view import face_view
from web.pictures import color_heat

METHOD = "grad-cam"

_STUDY = (
    '<a href="https://doi.org/10.1073/pnas.2120481119" target="_blank" rel="noopener">Nightingale and Farid 2022, '
    "PNAS 119(8) e2120481119</a>"
)
_FACTS = (
    "<p>How good are others? In a study, 315 people judged faces made by the generator StyleGAN2 and photos of real "
    "faces. They were right 48.2% of the time, where tossing a coin is right 50% of the time. Another 219 people, who "
    "were trained and told the truth after each face, were right 59.0% of the time. "
    f"({_STUDY})</p><p>The fakes of this game are of another kind: photos in which a part was exchanged or drawn anew. "
    "So your score can't be compared with theirs.</p>"
)
ASKING = states.card("working", "working", "Asking the detector", "Your guess counts. The truth comes in a moment.")
WARMING_UP = states.card(
    "working",
    "working",
    "Warming up",
    "The detector is still loading. Your guess counts; the truth comes soon.",
)
UNTOLD = (
    f'<section class="card empty"><h2>{states.icon("photo")}The truth appears here</h2><p>Guess first. Then you see '
    "how the picture came about, what the detector says of it and where it looked.</p></section>"
)
FORGOTTEN = states.card("refused", "photo", "This game is gone", "Nobody played it for an hour. Please begin again.")
NO_PICTURES = states.card("refused", "photo", "There are no pictures", "This copy of the page came without examples.")


def round_view(game: Game, picture: Picture) -> str:
    """Builds the picture that is to be judged; nothing in it tells the truth."""
    return (
        f'<h2 tabindex="-1">Picture {game.position + 1} of {game.rounds}</h2>'
        f'<img src="{picture.data_uri()}" alt="The picture to judge: a person\'s portrait">'
    )


def score_view(game: Game) -> str:
    """Builds the line with both scores."""
    if not game.told:
        return '<p class="score">No guess yet</p>'
    return (
        f'<p class="score"><span>You <b>{game.visitor} of {game.told}</b></span>'
        f"<span>Detector <b>{game.detector} of {game.told}</b></span></p>"
    )


def result_view(guess: Truth, picture: Picture, verdict: str) -> str:
    """Builds the truth about a picture.

    Args:
        guess: What the visitor said.
        picture: The picture.
        verdict: What the detector says: "real", "uncertain" or "fake".

    Returns:
        HTML; its title can take the focus.
    """
    right = guess == picture.truth
    title = f"{'Right' if right else 'Wrong'}: this one is {picture.truth}"
    icon = states.icon("check" if right else "refused")
    if verdict == "uncertain":
        detector = "The detector can't tell, which gives it no point."
    else:
        detector = f"The detector is {'right' if verdict == picture.truth else 'wrong'}."
    return (
        f'<section class="card truth {picture.truth}" role="status"><h2 tabindex="-1">{icon}{title}</h2>'
        f"<p>{escape(picture.how)} {detector}</p><small>Photo: {escape(picture.source)}</small></section>"
    )


def evidence_view(inspection: Inspection, detector: Detector) -> str:
    """Builds the detector's answer and its heatmap for the one face of a picture."""
    (face,) = inspection.faces
    (heat,) = color_heat(inspection, METHOD)
    metrics = detector.description.get("metrics", {})
    return (
        f"<h3>What the detector says</h3>{verdict_card(face, 1, 1, detector.calibration, metrics)}"
        f"<h3>Where it looked</h3>{face_view(face, 1, METHOD, heat)}"
    )


def summary_view(game: Game) -> str:
    """Builds the end of a game, with what a study measured."""
    return (
        '<section class="card summary-card" role="status"><h2 tabindex="-1">You were right '
        f"{game.visitor} of {game.rounds} times</h2><p>The detector was right {game.detector} of {game.rounds} times. "
        f'A "can\'t tell" counts as not right.</p>{_FACTS}</section>'
    )
