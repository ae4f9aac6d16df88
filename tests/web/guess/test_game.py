"""The rules: each picture once, in an order nobody knows, and one answer a round."""

from web.guess.game import Game, deal


def test_every_picture_is_shown_once_and_games_differ():
    orders = {deal(12).order for _ in range(20)}

    assert all(sorted(order) == list(range(12)) for order in orders)
    assert len(orders) > 1


def test_scores_count_who_was_right():
    game = Game((0, 1, 2))
    for visitor, detector in ((True, False), (True, True), (False, False)):
        game = game.answer(visitor, detector).go_on()

    assert (game.visitor, game.detector, game.told) == (2, 1, 3)
    assert game.over


def test_a_round_is_answered_once():
    game = Game((0, 1)).answer(True, True)

    assert game.answer(True, True) == game
    assert (game.told, game.visitor) == (1, 1)


def test_nobody_goes_on_without_an_answer_nor_beyond_the_end():
    game = Game((0,))

    assert game.go_on() == game
    over = game.answer(False, True).go_on()
    assert over.over and over.go_on() == over and over.answer(True, True) == over


def test_the_last_round_knows_that_it_is():
    game = Game((4, 2))

    assert not game.last
    assert game.answer(True, True).go_on().last
