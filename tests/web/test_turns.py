"""What a visitor no longer waits for is given up; other visitors don't notice."""

from types import SimpleNamespace

import gradio as gr
import pytest

from web.turns import Turns

ANNA, BORIS = (SimpleNamespace(session_hash=name) for name in ("anna", "boris"))


def test_a_new_photo_ends_what_belongs_to_the_photo_before_and_to_its_maps():
    turns = Turns()
    turns.begin(ANNA, "1.1")
    turns.begin(ANNA, "2.2")

    assert turns.over(ANNA, "1.1", "photo") and turns.over(ANNA, "1.1", "map")
    assert not turns.over(ANNA, "2.2", "photo") and not turns.over(ANNA, "2.2", "map")


def test_a_new_map_ends_the_map_before_but_not_what_belongs_to_the_photo():
    turns = Turns()
    turns.begin(ANNA, "1.1")
    turns.begin(ANNA, "1.2")

    assert turns.over(ANNA, "1.1", "map")
    assert not turns.over(ANNA, "1.1", "photo")


def test_turns_that_arrive_late_change_nothing():
    turns = Turns()
    turns.begin(ANNA, "3.7")
    turns.begin(ANNA, "2.9")

    assert turns.over(ANNA, "2.9", "photo")
    assert not turns.over(ANNA, "3.9", "photo")


def test_one_visitor_does_not_end_what_another_asked_for():
    turns = Turns()
    turns.begin(ANNA, "1.1")
    turns.begin(BORIS, "5.5")

    assert not turns.over(ANNA, "1.1", "map")


def test_an_event_ends_in_the_middle_when_it_is_out_of_date():
    turns, closed = Turns(), []

    def event(word):
        try:
            yield word
            turns.begin(ANNA, "2.2")
            yield "out of date"
            yield "never reached"
        finally:
            closed.append(word)

    assert list(turns.while_wanted("photo", event)(ANNA, "1.1", "first")) == ["first"]
    assert closed == ["first"]


def test_an_event_that_waited_too_long_does_not_even_start():
    turns = Turns()
    turns.begin(ANNA, "2.2")

    def event():
        raise AssertionError
        yield

    assert list(turns.while_wanted("map", event)(ANNA, "1.1")) == []


def test_an_event_tells_its_own_turn_even_if_nobody_announced_it():
    turns = Turns()

    assert list(turns.while_wanted("map", lambda: iter("ab"))(ANNA, "4.4"))[:2] == ["a", "b"]
    assert turns.over(ANNA, "3.4", "photo")


def test_what_was_shown_last_is_not_sent_again():
    *_, last = Turns().while_wanted("map", lambda: iter(["a large picture"]))(ANNA, "1.1")

    assert last == gr.skip()


@pytest.mark.parametrize("turn", ["", "nonsense", "1", "1.2.3", "1.x", None])
def test_what_is_no_turn_is_older_than_all_and_no_error(turn):
    turns = Turns()
    turns.begin(ANNA, turn)
    assert not turns.over(ANNA, turn, "photo")

    turns.begin(ANNA, "1.1")
    assert turns.over(ANNA, turn, "photo")


def test_only_so_many_visitors_are_remembered():
    turns = Turns(visitors=2)
    for name in ("anna", "boris", "anna", "clara"):
        turns.begin(SimpleNamespace(session_hash=name), "2.2")

    assert turns.over(ANNA, "1.1", "photo")
    assert not turns.over(BORIS, "1.1", "photo")
