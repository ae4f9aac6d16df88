"""Words for answers say no more than the detector knows."""

from __future__ import annotations

import pytest

from explain.wording import meaning, percent, zones_sentence
from model.calibration import Calibration

CALIBRATION = Calibration(temperature=1.0, real_below=0.12, fake_above=0.85)
METRICS = {"accepted_error": 0.03}


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "<1%"), (0.009, "<1%"), (0.01, "1%"), (0.934, "93%"), (0.99, "99%"), (0.9999, ">99%")]
)
def test_a_percentage_never_claims_certainty(share, words):
    assert percent(share) == words


def test_the_number_is_explained_with_the_error_that_validation_accepted():
    words = meaning(0.93, CALIBRATION, METRICS)

    assert "about 93" in words
    assert "12%" in words and "85%" in words
    assert "at most 3%" in words


def test_without_a_measured_error_none_is_stated():
    assert "at most" not in meaning(0.93, CALIBRATION, {})


def test_the_zones_are_those_of_the_detector():
    assert zones_sentence(CALIBRATION) == "Below 12% the answer is real, above 85% fake, in between can't tell."
