"""What happens when a game begins, when a visitor guesses, and when the next picture is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gradio as gr

from explain.inspection import inspect_photo
from web.errors import with_cards
from web.guess import views
from web.guess.game import Game, deal
from web.guess.pictures import Picture, Truth
from web.operation.requests import saw
from web.progress import finish
from web.warmup import Warmup

# The components that every event fills, by name, in the order of its outputs.
OUTPUTS = ("game", "question", "round", "choice", "score", "result", "next", "evidence")
NEXT, LAST, PLAY_AGAIN = "Next picture", "See the result", "Play again"


def build_go_on(pictures: Sequence[Picture]) -> Callable[[Game | None], list[Any]]:
    """Builds the function behind "Next picture", which also begins games.

    Args:
        pictures: All there are.

    Returns:
        A function from the game, None before the first, to values for `OUTPUTS`. It needs no detector.
    """

    def go_on(game: Game | None) -> list[Any]:
        if not pictures:
            return _show_card(views.NO_PICTURES, gr.Button(visible=False))
        if game is None or game.over:
            return _show_round(deal(len(pictures)), pictures)
        game = game.go_on()
        return _show_end(game) if game.over else _show_round(game, pictures)

    return go_on


def build_guess_event(
    guess: Truth, pictures: Sequence[Picture], warmup: Warmup
) -> Callable[[Game | None], Iterator[list[Any]]]:
    """Builds the function behind "Real" or "Fake".

    Args:
        guess: Which of them.
        pictures: All there are.
        warmup: Where the detector comes from.

    Returns:
        A generator function from the game to values for `OUTPUTS`. It never raises.
    """

    def event(game: Game | None) -> Iterator[list[Any]]:
        yield from with_cards("guess", _tell(guess, game, pictures, warmup), _refuse)

    return event


def _tell(guess: Truth, game: Game | None, pictures: Sequence[Picture], warmup: Warmup) -> Iterator[list[Any]]:
    if game is None:
        yield _show_card(views.FORGOTTEN, gr.Button(PLAY_AGAIN, visible=True))
        return
    if game.answered or game.over:
        # Both buttons were pressed before they could go.
        yield [gr.skip()] * len(OUTPUTS)
        return
    if not warmup.done:
        yield [*[gr.skip()] * 3, gr.Row(visible=False), gr.skip(), views.WARMING_UP, gr.skip(), ""]
    detector, picture = warmup.detector(), pictures[game.order[game.position]]
    inspection = finish(
        lambda report: saw(inspect_photo(picture.path, (views.METHOD,), detector=detector, report=report))
    )
    (face,) = inspection.faces
    game = game.answer(guess == picture.truth, face.verdict == picture.truth)
    yield [
        game,
        gr.skip(),
        gr.skip(),
        gr.Row(visible=False),
        views.score_view(game),
        views.result_view(guess, picture, face.verdict),
        gr.Button(LAST if game.last else NEXT, visible=True),
        views.evidence_view(inspection, detector),
    ]


def _refuse(card: str) -> list[Any]:
    """Shows why there is no answer, and lets the visitor guess again."""
    return [*[gr.skip()] * 3, gr.Row(visible=True), gr.skip(), card, gr.Button(visible=False), ""]


def _show_card(card: str, button: gr.Button) -> list[Any]:
    """Shows a card and no game."""
    return [None, gr.Column(visible=False), "", gr.Row(visible=False), "", card, button, ""]


def _show_round(game: Game, pictures: Sequence[Picture]) -> list[Any]:
    picture = views.round_view(game, pictures[game.order[game.position]])
    score, no_button = views.score_view(game), gr.Button(visible=False)
    return [game, gr.Column(visible=True), picture, gr.Row(visible=True), score, views.UNTOLD, no_button, ""]


def _show_end(game: Game) -> list[Any]:
    score, again = views.score_view(game), gr.Button(PLAY_AGAIN, visible=True)
    return [game, gr.Column(visible=False), "", gr.Row(visible=False), score, views.summary_view(game), again, ""]
