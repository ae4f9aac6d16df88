from __future__ import annotations

import json

import numpy as np
import pytest

from explain.faithfulness.trust import measure_trust
from explain.heatmap import Heatmap
from model.calibration import Calibration


def heatmap(values: np.ndarray, signed: bool = True) -> Heatmap:
    return Heatmap(values.astype(np.float32), "toy", signed, np.eye(2, 3))


@pytest.fixture(scope="module")
def lit(picture) -> np.ndarray:
    """The white region on dark texture, so that filling and transplanting bring something dark."""
    return np.maximum(picture, np.random.default_rng(0).integers(0, 60, picture.shape).astype(np.uint8))


@pytest.fixture(scope="module")
def wide(true_map) -> np.ndarray:
    """A fifth of the crop, the region in its middle: float32 (256, 256)."""
    heat = true_map.copy()
    heat[40:152, 8:124] += 1
    return heat


@pytest.fixture(scope="module")
def trust(score, lit, wide):
    return measure_trust(score, lit, heatmap(wide), 1)


def test_a_true_map_is_trusted(trust):
    assert trust.hiding.supports == "yes"
    assert trust.deletion_advantage > 1
    assert trust.insertion_advantage > 1
    assert "so this region mattered" in trust.hiding.sentence(Calibration(1.0, 0.3, 0.7))


@pytest.mark.parametrize("broken", ["shifted", "flipped"])
def test_a_false_map_is_not(broken, score, lit, wide):
    values = np.roll(wide, (128, 128), (0, 1)) if broken == "shifted" else -wide
    trust = measure_trust(score, lit, heatmap(values), 1)
    assert trust.hiding.supports == "no"
    assert trust.deletion_advantage < 0.5
    assert trust.insertion_advantage < 0.5


def test_a_signed_map_is_turned_for_a_real_answer(trust, score, lit, wide):
    mirrored = measure_trust(lambda pictures: -score(pictures), lit, heatmap(-wide), -1)
    assert mirrored.hiding.effects == pytest.approx(trust.hiding.effects)
    assert mirrored.deletion_advantage == pytest.approx(trust.deletion_advantage)
    assert mirrored.insertion_advantage == pytest.approx(trust.insertion_advantage)


def test_an_unsigned_map_is_not_turned(trust, score, lit, wide):
    unsigned = measure_trust(lambda pictures: -score(pictures), lit, heatmap(wide, signed=False), -1)
    assert unsigned.hiding.effects == pytest.approx(trust.hiding.effects)


def test_a_flat_map_has_no_advantage(score, lit):
    trust = measure_trust(score, lit, heatmap(np.zeros((256, 256))), 1)
    assert trust.deletion_advantage == trust.insertion_advantage == 0


def test_curves_run_between_picture_and_baseline(score, lit, wide):
    before = lit // 2
    trust = measure_trust(score, lit, heatmap(wide), 1, baseline=before)
    ends = score(np.stack([lit, before]).astype(np.float32))
    np.testing.assert_allclose(trust.deletion.logits[[0, -1]], ends)
    np.testing.assert_allclose(trust.insertion.logits[[-1, 0]], ends)


def test_it_costs_at_most_a_hundred_passes_and_says_how_far_it_is(score, lit, wide):
    passes, shares = [], []

    def counted(pictures):
        passes.append(len(pictures))
        return score(pictures)

    measure_trust(counted, lit, heatmap(wide), 1, report=shares.append)
    assert sum(passes) <= 100
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_json_holds_it_and_the_seed_decides(trust, score, lit, wide):
    figures = json.dumps(trust.to_dict(), allow_nan=False)
    assert figures == json.dumps(measure_trust(score, lit, heatmap(wide), 1).to_dict())
    assert figures != json.dumps(measure_trust(score, lit, heatmap(wide), 1, seed=1).to_dict())
