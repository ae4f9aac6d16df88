"""An exported file is compared with its detector by numbers that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from train.shipping.parity import ask, compare_answers, objection


def test_the_largest_difference_is_that_of_calibrated_probabilities():
    figures = compare_answers(np.array([0.0, 8, -1]), np.array([0.0, 9, -1.2]), 2.0, None)
    assert figures["faces"] == 3
    assert figures["logit"] == pytest.approx(1)
    expected = 1 / (1 + math.exp(0.5)) - 1 / (1 + math.exp(0.6))
    assert figures["probability"] == pytest.approx(expected)
    assert "auc" not in figures


def test_the_loss_of_auc_is_what_the_file_ranks_worse():
    fake = np.array([True, True, False, False])
    before, after = np.array([3.0, 1, 0, -1]), np.array([3.0, -0.5, 0, -1])
    figures = compare_answers(before, after, 1.0, fake)
    assert figures["auc"] == roc_auc_score(fake, after) == 0.75
    assert figures["auc_loss"] == 0.25


@pytest.mark.parametrize(
    "precision, figures, words",
    [
        ("float32", {"probability": 0.0009}, None),
        ("float32", {"probability": 0.0011}, "is up to 0.0011 of probability off, more than 0.001"),
        ("float16", {"probability": 0.02}, "is up to 0.0200 of probability off"),
        ("int8", {"probability": 0.3, "auc_loss": 0.005}, None),
        ("int8", {"probability": 0.0, "auc_loss": 0.0061}, "loses 0.0061 of AUC, more than 0.005"),
    ],
)
def test_what_is_objected_to(precision: str, figures: dict, words: str | None):
    found = objection(precision, figures)
    assert found is None if words is None else found.startswith(words)


def test_all_crops_are_asked_about_in_order():
    pixels = np.arange(70, dtype=np.uint8)[:, None, None, None] * np.ones((1, 256, 256, 3), np.uint8)
    logits = ask(lambda crops: crops[:, 0, 0, 0].astype(np.float32), pixels, "levels")
    np.testing.assert_array_equal(logits, np.arange(70))


def test_an_answer_that_is_no_number_is_an_error():
    with pytest.raises(ValueError, match=r"broken\.onnx: an answer is not a number"):
        ask(lambda crops: np.full(len(crops), np.nan), np.zeros((2, 256, 256, 3), np.uint8), "broken.onnx")
