"""Every state has a card of its own, and nothing in it is markup that a stranger wrote."""

import pytest

from web import states


@pytest.mark.parametrize("build", [states.refusal, states.failure])
def test_text_is_escaped(build):
    html = build('<script>alert("1")</script>')

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_states_can_be_told_apart_by_their_words():
    cards = [states.EMPTY, states.WORKING, states.WARMING_UP, states.NO_PHOTO, states.NO_FACE]

    assert len(set(cards)) == len(cards)


def test_without_a_face_there_is_no_probability():
    assert "No face found" in states.NO_FACE
    assert "%" not in states.NO_FACE


def test_states_are_announced_to_screen_readers_and_their_icons_are_not():
    for html in (states.WORKING, states.WARMING_UP, states.NO_FACE, states.refusal("Too small.")):
        assert 'role="status"' in html
        assert 'aria-hidden="true"' in html
