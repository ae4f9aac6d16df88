"""The load benchmark finds wrong answers, measures rightly, and says by its status whether promises were kept."""

import hashlib
import io
import itertools
import threading
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from benchmarks import load
from benchmarks.loading import visits
from benchmarks.loading.client import BrokenError, BusyError, Place, probabilities_on
from benchmarks.loading.figures import Outcome, Promise, fairness, format_outcomes, format_promises, growth
from benchmarks.loading.photos import NO_PHOTOS, Known, compose, know, look_alike
from benchmarks.loading.visits import KINDS, SLOW_KINDS, Visitor, at_once, plan
from model.calibration import Calibration
from model.photo import PhotoError, read_photo
from web.card import verdict_card
from web.states import BUSY

PHOTO = Known(b"photo", "aaaa", (0.25, 0.5))
PLACE = Place("127.0.0.1", 1, 0, 0)


def png(pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def outcomes(*seconds_of_clients):
    return [Outcome("inspect", client, one) for client, some in enumerate(seconds_of_clients) for one in some]


@pytest.fixture
def visitor(monkeypatch):
    """A visitor whose server answers as the test says, and who asks again without a pause."""
    monkeypatch.setattr(visits, "_AGAIN", 0)

    def make(ask, photos=(PHOTO,), refused=()):
        made = Visitor(PLACE, 3, photos, refused)
        monkeypatch.setattr(made, "_ask", lambda kind, known: ask())
        return made

    return make


def test_no_two_photos_are_alike_and_all_can_be_read():
    made = compose(40)

    assert len({hashlib.sha256(content).digest() for content in made}) == len(made) == 40
    sizes = [read_photo(content).pixels.shape[:2] for content in made]
    assert min(min(size) for size in sizes) > 200


def test_what_is_known_is_what_was_found_and_what_a_visitor_is_told():
    def inspect(content):
        if content == b"text":
            raise PhotoError("This is no photo.")
        faces = [SimpleNamespace(probability_fake=0.25), SimpleNamespace(probability_fake=0.5)]
        return SimpleNamespace(photo=SimpleNamespace(sha256="aaaa"), faces=faces)

    assert know([b"photo", b"text"], inspect) == [PHOTO, Known(b"text", refusal="This is no photo.")]


@pytest.mark.parametrize("content", NO_PHOTOS)
def test_what_is_sent_to_be_refused_is_refused(content):
    with pytest.raises(PhotoError):
        read_photo(content)


@pytest.mark.parametrize(
    "sha256, probabilities, words",
    [
        ("aaaa", [0.25, 0.5], ""),
        ("", [0.25009, 0.49991], ""),
        ("aaaa", [0.25, 0.5002], "away"),
        ("aaaa", [0.5, 0.25], "away"),
        ("bbbb", [0.25, 0.5], "another photo"),
        ("aaaa", [0.25], "1 faces instead of 2"),
        ("aaaa", [], "0 faces"),
        ("aaaa", [0.25, float("nan")], "away"),
    ],
)
def test_an_answer_to_another_photo_is_told_from_ones_own(sha256, probabilities, words):
    difference = PHOTO.difference(sha256, probabilities)
    assert words in difference and bool(difference) == bool(words)


def test_pictures_are_alike_but_for_rounding():
    pixels = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    rounded, other = pixels.copy(), pixels.copy()
    rounded[0, 0] += 1
    other[:8] = 128

    assert look_alike(png(pixels), png(rounded))
    assert not look_alike(png(pixels), png(other)) and not look_alike(png(pixels), png(pixels[:32]))


def test_probabilities_are_read_off_the_pages_own_cards():
    verdicts = {0.1234: "real", 0.98765: "fake"}
    faces = [SimpleNamespace(probability_fake=one, verdict=verdict, notes=()) for one, verdict in verdicts.items()]
    calibration = Calibration(temperature=1.0, real_below=0.2, fake_above=0.8)

    card = "".join(verdict_card(face, i, 2, calibration, {}) for i, face in enumerate(faces, 1))

    assert probabilities_on(card) == pytest.approx(list(verdicts), abs=6e-5)
    assert probabilities_on("<p>No face found</p>") == []


def test_every_client_asks_for_as_much_of_each_kind_in_an_order_of_its_own():
    plans = [plan(KINDS, client, 25) for client in range(5)]

    assert len({tuple(sorted(Counter(one).items())) for one in plans}) == 1
    assert all(one != other for one, other in itertools.combinations(plans, 2))
    assert set(plans[0]) == set(KINDS) and set(plan(SLOW_KINDS, 0, len(SLOW_KINDS))) == set(SLOW_KINDS)


def test_who_is_told_that_there_are_too_many_asks_again(visitor):
    said = iter([BusyError(BUSY), BusyError(BUSY), None])

    def ask():
        error = next(said)
        if error:
            raise error
        return ""

    outcome = visitor(ask).visit("inspect")
    assert (outcome.busy, outcome.wrong, outcome.client) == (2, "", 3)


@pytest.mark.parametrize(
    "error, words",
    [
        (BusyError("Queue is full"), "busy in other words: Queue is full"),
        (BrokenError("status 500"), "BrokenError: status 500"),
        (TimeoutError("timed out"), "TimeoutError"),
        (ValueError("No face found"), "ValueError: No face found"),
        (BusyError(BUSY), "busy for ever"),
    ],
)
def test_whatever_is_no_answer_is_wrong(visitor, error, words):
    def ask():
        raise error

    assert words in visitor(ask).visit("page").wrong


def test_all_visitors_come_at_the_same_time():
    barrier = threading.Barrier(5)
    at_once([Visitor(PLACE, number, [PHOTO], []) for number in range(5)], lambda visitor: barrier.wait(20))


def test_the_client_who_waits_longest_is_compared_with_the_median():
    assert fairness(outcomes([1, 3], [2, 2], [1, 9])) == 2.5
    assert fairness(outcomes([4], [4])) == 1


def test_memory_grows_when_the_second_half_needs_more_than_the_first():
    assert growth([900, 1000, 950, 980, 990]) == -10
    assert growth([900, 1000, 1050, 1100]) == 100
    assert not Promise("", growth([900]), 60).kept, "one figure promises nothing"


def test_the_table_has_median_and_95th_percentile_of_each_kind_and_says_what_was_wrong():
    waited = [Outcome("page", 0, seconds) for seconds in range(1, 102)]
    table = format_outcomes([*waited, Outcome("report", 1, 7.0, busy=3, wrong="another picture")]).splitlines()

    assert table[1].split() == ["page", "101", "51.00", "96.00", "0", "0"]
    assert table[2].split() == ["report", "1", "7.00", "7.00", "3", "1"]
    assert table[3:] == ["  wrong: report: another picture"]


def test_a_figure_at_its_bound_is_kept_and_one_beyond_is_not():
    table = format_promises([Promise("at", 5, 5), Promise("beyond", 5.1, 5), Promise("ever", float("inf"), 5)])

    assert [line.split()[-1] for line in table.splitlines()[1:]] == ["kept", "BROKEN", "BROKEN"]


@pytest.mark.parametrize("value, status", [(1, 0), (3, 1)])
def test_the_exit_status_says_whether_every_promise_was_kept(monkeypatch, capsys, value, status):
    monkeypatch.setattr(load, "measure", lambda *rest: [Promise("first", 0, 0), Promise("second", value, 2)])

    assert load.main([]) == status
    assert ("BROKEN" in capsys.readouterr().out) == bool(status)


def test_an_interrupt_ends_it_without_a_traceback(monkeypatch, capsys):
    def interrupt(*rest):
        raise KeyboardInterrupt

    monkeypatch.setattr(load, "measure", interrupt)
    assert load.main([]) == 130 and capsys.readouterr().out == ""


@pytest.mark.parametrize("option", ["--clients", "--requests", "--minutes"])
def test_wrong_use_is_explained(option, capsys):
    with pytest.raises(SystemExit) as error:
        load.main([option, "0"])
    assert error.value.code == 2 and option in capsys.readouterr().err
