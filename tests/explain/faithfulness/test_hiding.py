from __future__ import annotations

import json

import numpy as np
import pytest

from explain.faithfulness.hiding import Hiding, hide_and_rescore
from explain.imputation import Imputation
from model.calibration import Calibration

CALIBRATION = Calibration(1.0, 0.3, 0.7)
BLACK = {"black": Imputation("black", lambda pixels, hidden, generator: np.where(hidden[..., None], 0, pixels))}
SHARE = 1 / 16


def hiding_of(score, picture, heat, sign=1, seed=0, imputations=BLACK) -> Hiding:
    generator = np.random.default_rng(seed)
    return hide_and_rescore(
        score, picture, heat, sign, generator=generator, share=SHARE, count=8, imputations=imputations
    )


def test_hiding_the_region_that_counts_by_hand(score, picture, true_map, region):
    """The region is white, logit 4. Blackened it gives -4: the answer gave way by 8."""
    hiding = hiding_of(score, picture, true_map)
    assert hiding.before == pytest.approx(4)
    assert hiding.marked == {"black": pytest.approx(-4)}
    assert hiding.effects == {"black": pytest.approx(8)}
    # Elsewhere at most a sixteenth of the region is hit by chance: at most half a logit.
    assert all(0 <= effect <= 0.5 + 1e-3 for effect in hiding.effects_elsewhere["black"])
    assert hiding.supports == "yes"


def test_a_shifted_map_is_found_out(score, picture, shifted_map):
    hiding = hiding_of(score, picture, shifted_map)
    assert hiding.effects["black"] == pytest.approx(0)
    assert hiding.supports == "no"


def test_a_map_of_the_wrong_sign_is_found_out(score, picture, true_map):
    hiding = hiding_of(score, picture, -true_map)
    assert hiding.effects["black"] < 1
    assert hiding.supports == "no"


def test_for_a_real_answer_giving_way_is_moving_towards_fake(score, picture, true_map):
    def negative(pictures):
        return -score(pictures)

    hiding = hiding_of(negative, picture, true_map, sign=-1)
    assert hiding.before == pytest.approx(-4)
    assert hiding.effects["black"] == pytest.approx(8)
    assert hiding.supports == "yes"
    # Told that the answer is fake, the same move makes it firmer.
    assert hiding_of(negative, picture, true_map, sign=1).effects["black"] == pytest.approx(-8)


def test_a_map_that_is_flat_says_nothing(score, picture):
    assert hiding_of(score, picture, np.zeros((256, 256))).supports == "no"


def test_an_answer_that_only_grows_firmer_is_no_support():
    """Hiding the marked part moved it least, but towards fake all the same: nothing was taken away."""
    hiding = Hiding(0.2, 1, 1.0, {"blur": 1.5}, {"blur": (3.0, 4.0)})
    assert hiding.effects["blur"] > max(hiding.effects_elsewhere["blur"])
    assert hiding.supports == "no"


@pytest.mark.parametrize(
    ("blurred", "filled", "expected"),
    [(-1.0, -2.0, "yes"), (-1.0, 1.8, "partly"), (1.8, 1.9, "no")],
)
def test_support_needs_every_imputation(blurred, filled, expected):
    elsewhere = (1.0, 1.5)
    hiding = Hiding(0.2, 1, 2.0, {"blur": blurred, "fill": filled}, {"blur": elsewhere, "fill": elsewhere})
    assert hiding.supports == expected


def test_mean_and_spread_elsewhere_by_hand():
    hiding = Hiding(0.2, -1, -3.0, {"blur": 1.0}, {"blur": (-2.0, 0.0)})
    # Effects for a real answer: 4 against 1 and 3.
    assert hiding.summary == {"blur": (4.0, 2.0, 1.0)}


def test_probabilities_by_hand():
    hiding = Hiding(0.2, 1, 2.0, {"blur": 0.0}, {"blur": (1.0, 3.0)})
    after, elsewhere = hiding.probabilities(CALIBRATION)["blur"]
    assert after == 0.5
    assert elsewhere == pytest.approx(1 / (1 + np.exp(-2)))


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def test_the_sentence_when_the_region_mattered():
    hiding = Hiding(0.2, 1, logit(0.93), {"blur": logit(0.41)}, {"blur": (logit(0.88), logit(0.88))})
    assert hiding.sentence(CALIBRATION) == (
        "Hiding the marked region moves the answer from 93% fake to 41%; hiding as much elsewhere, to 88%. "
        "The answer gave way, and more than for any other region tried, so this region mattered. "
        "It was hidden in one way only (blur)."
    )


def test_the_sentence_when_it_did_not():
    marked = {"smooth fill": logit(0.999), "blur": logit(0.75)}
    hiding = Hiding(0.2, 1, 8.0, marked, {name: (logit(0.7),) * 2 for name in marked})
    sentence = hiding.sentence(CALIBRATION)
    assert sentence.startswith("Hiding the marked region moves the answer from >99% fake to ")
    assert "no more than anywhere else: don't rely on this map" in sentence
    assert sentence.endswith("The 2 ways of hiding it (smooth fill, blur) lead to between 75% and >99%.")


def test_the_sentence_when_it_depends():
    elsewhere = (1.0, 1.5)
    hiding = Hiding(0.2, 1, 2.0, {"blur": 0.0, "fill": 1.8}, {"blur": elsewhere, "fill": elsewhere})
    assert "depends on how it is hidden" in hiding.sentence(CALIBRATION)


def test_all_imputations_meet_the_same_places(score, picture, true_map):
    twice = BLACK | {"black again": BLACK["black"]}
    elsewhere = hiding_of(score, picture, true_map, imputations=twice).elsewhere
    assert elsewhere["black"] == elsewhere["black again"]


def test_json_holds_it(score, picture, true_map):
    hiding = hiding_of(score, picture, true_map)
    assert json.loads(json.dumps(hiding.to_dict(), allow_nan=False))["supports"] == "yes"


def test_a_logit_that_is_no_number_is_refused(picture, true_map):
    with pytest.raises(ValueError, match="finite logits"):
        hiding_of(lambda pictures: np.full(len(pictures), np.nan), picture, true_map)


def test_a_map_of_another_size_is_refused(score, picture):
    with pytest.raises(ValueError, match="the size of `crop`"):
        hiding_of(score, picture, np.zeros((16, 16)))


@pytest.mark.parametrize("arguments", [{"share": 0.0}, {"share": 1.0}, {"count": 0}, {"imputations": {}}])
def test_arguments_out_of_range_are_refused(arguments, score, picture, true_map):
    with pytest.raises(ValueError, match="Received: share="):
        hide_and_rescore(score, picture, true_map, 1, generator=np.random.default_rng(0), **arguments)


def test_a_sign_is_plus_or_minus_one(score, picture, true_map):
    with pytest.raises(ValueError, match="sign=0"):
        hiding_of(score, picture, true_map, sign=0)
