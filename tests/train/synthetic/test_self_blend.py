"""A self-blended fake differs from its real twin in the blend, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from train.synthetic.self_blend import self_blend

Portrait = Callable[[str], tuple[np.ndarray, np.ndarray]]
Blend = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module", params=["astronaut", "hopper"])
def blends(request: pytest.FixtureRequest, portrait: Portrait) -> list[Blend]:
    crop, landmarks = portrait(request.param)
    return [self_blend(crop, landmarks, np.random.default_rng(seed)) for seed in range(120)]


def test_shapes_and_ranges(blends: list[Blend]):
    for real, fake, mask in blends:
        assert real.shape == fake.shape == (256, 256, 3)
        assert real.dtype == fake.dtype == np.uint8
        assert mask.shape == (256, 256)
        assert mask.min() >= 0
        assert mask.max() <= 1 + 1e-6


def test_outside_the_mask_the_fake_equals_the_real(blends: list[Blend]):
    for real, fake, mask in blends:
        np.testing.assert_array_equal(fake[mask == 0], real[mask == 0])


def test_every_fake_really_differs_inside(blends: list[Blend]):
    # A mask that came out empty would teach that a real face is fake.
    for real, fake, mask in blends:
        assert (mask > 0.2).sum() > 100
        assert np.abs(fake.astype(int) - real)[mask > 0.2].mean() > 0.4


def test_the_paste_covers_part_of_the_face_and_not_the_picture(blends: list[Blend]):
    shares = [(mask > 0.01).mean() for _, _, mask in blends]
    assert max(shares) < 0.75
    assert np.ptp(shares) > 0.2  # whole faces and single features


def test_the_mask_lies_on_the_face(blends: list[Blend], portrait: Portrait):
    for _, _, mask in blends:
        rows, columns = np.nonzero(mask > 0.1)
        assert 60 < columns.mean() < 196
        assert 60 < rows.mean() < 220


def test_the_edge_is_soft(blends: list[Blend]):
    for _, _, mask in blends:
        assert np.abs(np.diff(mask, axis=1)).max() < 0.5


def test_the_real_one_carries_the_change_in_about_half_of_the_pairs(portrait: Portrait):
    # Otherwise sharpness or colour of the whole picture would tell the classes apart, and not the blend.
    crop, landmarks = portrait("hopper")
    same = [np.array_equal(self_blend(crop, landmarks, np.random.default_rng(seed))[0], crop) for seed in range(120)]
    assert 0.3 < np.mean(same) < 0.7


def test_the_seed_decides_everything_and_the_crop_is_left_alone(portrait: Portrait):
    crop, landmarks = portrait("astronaut")
    before = crop.copy()
    first = self_blend(crop, landmarks, np.random.default_rng(5))
    again = self_blend(crop, landmarks, np.random.default_rng(5))
    other = self_blend(crop, landmarks, np.random.default_rng(6))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[1], other[1])
    np.testing.assert_array_equal(crop, before)


def test_a_face_seen_from_the_side_can_be_blended_too(portrait: Portrait):
    # Eyes one behind the other, and a mouth to match.
    crop, _ = portrait("astronaut")
    landmarks = np.array([[120, 100], [124, 100], [90, 140], [112, 180], [116, 180]], np.float64)
    for seed in range(60):
        real, fake, mask = self_blend(crop, landmarks, np.random.default_rng(seed))
        assert mask.max() > 0.2
        assert not np.array_equal(real, fake)


def flat_blend(seed: int) -> Blend:
    crop = np.full((256, 256, 3), (150, 120, 100), np.uint8)
    landmarks = np.array([[87, 98], [171, 98], [128, 141], [93, 181], [166, 181]], np.float32)
    return self_blend(crop, landmarks, np.random.default_rng(seed))


def test_the_fake_is_source_times_mask_plus_target_times_the_rest():
    # Flat pictures stay flat when moved, so the source's colour can be read off and every other pixel foretold.
    whole = 0
    for seed in range(60):
        real, fake, mask = flat_blend(seed)
        assert (real == real[0, 0]).all()
        target, (row, column) = real[0, 0].astype(float), np.unravel_index(mask.argmax(), mask.shape)
        weight = mask[..., None].astype(float)
        source = target + (fake[row, column] - target) / weight.max()
        np.testing.assert_allclose(fake, source * weight + target * (1 - weight), atol=1.1 / weight.max())
        if mask.max() > 0.999 and not np.array_equal(real[0, 0], (150, 120, 100)):
            whole += 1
            assert (fake[mask > 0.9999] == (150, 120, 100)).all()  # the unchanged copy, pasted onto the changed one
    assert whole > 5


def test_the_strongest_weight_of_a_mask_is_one_of_the_papers_ratios():
    strengths = {round(float(flat_blend(seed)[2].max()), 3) for seed in range(80)}
    assert strengths == {0.25, 0.5, 0.75, 1.0}


def test_the_source_is_moved_by_3_percent_and_scaled_by_5_percent_at_most():
    # On a ramp of half a level a pixel, a shift shows as a level: (0.03 * 256 + 0.053 * 128) / 2 = 7.2 at the most.
    ramp = np.repeat((np.arange(256) // 2 + 60).astype(np.uint8)[None, :, None], 256, 0).repeat(3, 2)
    landmarks = np.array([[87, 98], [171, 98], [128, 141], [93, 181], [166, 181]], np.float32)
    moves = []
    for seed in range(150):
        real, fake, mask = self_blend(ramp, landmarks, np.random.default_rng(seed))
        core = mask > 0.9999
        if core.any() and not np.array_equal(real, ramp):
            moves.append(np.abs(fake.astype(int) - ramp)[core].max())
    assert len(moves) > 10
    assert 3 <= max(moves) <= 8


def test_single_features_are_a_minority(blends: list[Blend]):
    shares = np.array([(mask > 0.01).mean() for _, _, mask in blends])
    assert 0.05 < (shares < np.median(shares) / 3).mean() < 0.45


@pytest.mark.parametrize(
    "landmarks",
    [np.full((5, 2), 128.0), np.full((5, 2), np.nan), np.full((5, 2), -900.0)],
    ids=["one place", "not a number", "outside"],
)
def test_landmarks_that_fit_no_face_still_give_a_fake(portrait: Portrait, landmarks: np.ndarray):
    crop, _ = portrait("astronaut")
    for seed in range(20):
        real, fake, mask = self_blend(crop, landmarks, np.random.default_rng(seed))
        assert np.isfinite(mask).all()
        assert mask.max() > 0.2
        assert not np.array_equal(real, fake)
