"""The few numbers that a visitor gets are counted by hand here."""

import pytest

from web.about.rates import cannot_tell, false_alarms, hardest, of_100, wrong_when_clear

RATES = ("reals_called_real", "reals_called_uncertain", "reals_called_fake")
RATES += ("fakes_called_real", "fakes_called_uncertain", "fakes_called_fake")


def row(real, fake, *rates):
    metrics = {name: None if rate is None else {"value": rate} for name, rate in zip(RATES, rates, strict=True)}
    return {"real": real, "fake": fake, "metrics": metrics}


# 100 reals: 60, 30, 10; 50 fakes: 5, 20, 25.
MIXED = row(100, 50, 0.6, 0.3, 0.1, 0.1, 0.4, 0.5)
ONLY_REAL = row(50, 0, 0.9, 0.1, 0.0, None, None, None)
SILENT = row(10, 10, 0, 1, 0, 0, 1, 0)


def test_of_clear_answers_those_that_were_wrong_count():
    assert wrong_when_clear(MIXED) == pytest.approx(15 / 100)
    assert wrong_when_clear(ONLY_REAL) == 0
    assert wrong_when_clear(SILENT) is None


def test_faces_without_a_clear_answer_are_a_share_of_all():
    assert cannot_tell(MIXED) == pytest.approx(50 / 150)
    assert cannot_tell(ONLY_REAL) == pytest.approx(0.1)
    assert cannot_tell(SILENT) == 1


def test_the_hardest_source_has_most_wrong_among_its_clear_answers():
    assert hardest({"easy": ONLY_REAL, "hard": MIXED, "silent": SILENT}) == ("hard", pytest.approx(0.15))
    assert hardest({"silent": SILENT}) is None


def test_where_fakes_are_rare_most_alarms_are_false():
    # Of 1000 faces 10 are fake, of which 5 are found; of 990 real ones 99 are called fake.
    assert false_alarms(MIXED, 0.01) == pytest.approx(99 / 104)
    assert false_alarms(SILENT, 0.01) is None


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 of 100"),
        (0.004, "fewer than 1 of 100"),
        (0.0436, "4 of 100"),
        (0.998, "more than 99 of 100"),
        (1, "100 of 100"),
    ],
)
def test_shares_become_counts_of_a_hundred_and_never_certain_by_rounding(share, words):
    assert of_100(share) == words
