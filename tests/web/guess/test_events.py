"""A round: no truth before the guess, then the truth, what the detector says, and both scores."""

import os
import re

import pytest

from explain import inspect_photo
from model import load_detector
from web.card import verdict_card
from web.guess import views
from web.guess.events import OUTPUTS, build_go_on, build_guess_event
from web.guess.game import Game
from web.guess.pictures import load_pictures
from web.warmup import NotReadyError

PICTURES = load_pictures()
TELLING = "real|fake|swap|edit|blend|redrawn|crop|mirrored|dark|astronaut|hopper|jpg"


class Ready:
    """A warmed-up detector."""

    def __init__(self, detector, done=True):
        self.loaded, self.done = detector, done

    def detector(self):
        return self.loaded


class Failed:
    done = True

    def detector(self):
        raise NotReadyError("The detector could not be loaded.")


@pytest.fixture(scope="module")
def ready():
    return Ready(load_detector(os.environ.get("UNMASK_DETECTOR")))


def named(values):
    return dict(zip(OUTPUTS, values, strict=True))


def guess(what, game, warmup):
    return [named(values) for values in build_guess_event(what, PICTURES, warmup)(game)]


def text(html: str) -> str:
    return re.sub('data:[^"]*', "", html)


def test_a_game_begins_with_a_picture_two_answers_and_no_score():
    shown = named(build_go_on(PICTURES)(None))

    assert shown["game"].rounds == len(PICTURES)
    assert f"Picture 1 of {len(PICTURES)}" in shown["round"]
    assert PICTURES[shown["game"].order[0]].data_uri() in shown["round"]
    assert shown["choice"].visible and not shown["next"].visible
    assert "No guess yet" in shown["score"] and shown["evidence"] == ""


@pytest.mark.parametrize("position", range(len(PICTURES)))
def test_nothing_on_the_page_tells_the_truth_before_the_guess(position):
    game = Game(tuple(range(len(PICTURES))), position, visitor=0, detector=0)

    assert not re.search(TELLING, text(views.round_view(game, PICTURES[position])).lower())
    assert not re.search(TELLING, text(views.UNTOLD).lower())


def test_all_rounds_look_alike_but_for_number_and_picture():
    game = Game(tuple(range(len(PICTURES))))

    rounds = {text(views.round_view(game, picture)) for picture in PICTURES}

    assert len(rounds) == 1


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_the_answer_tells_the_truth_how_it_came_about_and_what_the_detector_says(ready, number):
    picture = PICTURES[number]
    (face,) = inspect_photo(picture.path, ("grad-cam",), detector=ready.loaded).faces
    metrics = ready.loaded.description.get("metrics", {})

    shown = guess("real", Game((number,)), ready)[-1]

    right = "Right" if picture.truth == "real" else "Wrong"
    assert f"{right}: this one is {picture.truth}</h2>" in shown["result"]
    assert picture.how.replace("'", "&#x27;") in shown["result"]
    assert verdict_card(face, 1, 1, ready.loaded.calibration, metrics) in shown["evidence"]
    assert "of-grad-cam" in shown["evidence"] and 'class="heat' in shown["evidence"]
    assert shown["game"].visitor == (picture.truth == "real")
    assert shown["game"].detector == (face.verdict == picture.truth)
    says = "can't tell" if face.verdict == "uncertain" else "right" if face.verdict == picture.truth else "wrong"
    assert re.search(rf"The detector( is)? {says}[.,]", shown["result"])


def test_both_scores_are_shown_after_each_round(ready):
    shown = guess("fake", Game((0, 1), position=1, visitor=1, detector=0), ready)[-1]

    game = shown["game"]
    assert f"You <b>{game.visitor} of 2</b>" in shown["score"]
    assert f"Detector <b>{game.detector} of 2</b>" in shown["score"]
    assert (shown["next"].visible, shown["next"].value) == (True, "See the result")


def test_a_second_guess_changes_nothing(ready):
    (shown,) = guess("fake", Game((0, 1), answered=True, visitor=1), ready)

    assert all(value == {"__type__": "update"} for value in shown.values())


def test_while_the_detector_loads_the_guess_is_kept_and_said_so(ready):
    first, last = guess("real", Game((0, 1)), Ready(ready.loaded, done=False))

    assert "still loading" in first["result"] and first["choice"].visible is False
    assert last["game"].told == 1


def test_without_a_detector_the_visitor_may_guess_again():
    (shown,) = guess("real", Game((0, 1)), Failed())

    assert "could not be loaded" in shown["result"]
    assert shown["choice"].visible is True
    assert shown["game"] == {"__type__": "update"}
    assert not re.search("this one is", str(shown))


def test_a_game_that_the_server_forgot_can_be_begun_again(ready):
    (shown,) = guess("real", None, ready)

    assert "begin again" in shown["result"]
    assert (shown["next"].visible, shown["next"].value) == (True, "Play again")


def test_after_the_last_picture_comes_the_summary_with_its_source():
    shown = named(build_go_on(PICTURES)(Game((0, 1, 2), 2, True, visitor=1, detector=2)))

    words = re.sub("<[^>]*>", "", shown["result"])
    assert "You were right 1 of 3 times" in words and "The detector was right 2 of 3 times" in words
    assert all(fact in words for fact in ("315 people", "48.2%", "50%", "219 people", "59.0%", "2120481119"))
    assert "https://doi.org/10.1073/pnas.2120481119" in shown["result"]
    assert shown["next"].value == "Play again" and shown["question"].visible is False


def test_playing_again_begins_at_nought():
    over = Game((0, 1), 2, visitor=2, detector=1)

    game = named(build_go_on(PICTURES)(over))["game"]

    assert (game.position, game.visitor, game.detector, game.rounds) == (0, 0, 0, len(PICTURES))


def test_without_pictures_the_page_says_so():
    shown = named(build_go_on([])(None))

    assert "no pictures" in shown["result"]
    assert shown["choice"].visible is False and shown["next"].visible is False
