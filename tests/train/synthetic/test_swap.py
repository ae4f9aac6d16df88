"""A swap brings the donor's face onto the target's, and changes nothing outside its mask."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from train.synthetic.swap import match_colours, nearest_pose, paste_gradients, swap_face, warp_face

Portrait = Callable[[str], tuple[np.ndarray, np.ndarray]]

FRONTAL = np.array([[87, 98], [171, 98], [128, 141], [93, 181], [166, 181]], np.float64)
TURNED = np.array([[70, 110], [125, 95], [95, 145], [88, 185], [140, 172]], np.float64)
SHAPE = (256, 256)


def dots(landmarks: np.ndarray, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """A black picture with a soft white dot on each landmark."""
    rows, columns = np.indices(shape)
    bumps = [np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 3**2)) for x, y in landmarks]
    return np.rint(255 * np.max(bumps, axis=0)).astype(np.uint8)[..., None].repeat(3, 2)


def assert_dots_on(landmarks: np.ndarray, picture: np.ndarray) -> None:
    # A dot that is off by 2 pixels shows 204 at the landmark, one that is off by 6 shows 35.
    for x, y in np.rint(landmarks).astype(int):
        assert picture[y, x, 0] > 225


def noise(low: int, high: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(low, high, (256, 256, 3), np.uint8)


def disc(radius: int = 60) -> np.ndarray:
    return cv2.circle(np.zeros(SHAPE, np.float32), (128, 128), radius, 1.0, -1)


class TestWarp:
    @pytest.mark.parametrize("donor, target", [(FRONTAL, TURNED), (TURNED, FRONTAL), (FRONTAL / 2 + 60, FRONTAL)])
    def test_every_donor_landmark_comes_to_lie_on_the_targets(self, donor: np.ndarray, target: np.ndarray):
        assert_dots_on(target, warp_face(dots(donor), donor, target, SHAPE))

    def test_between_equal_landmarks_nothing_moves(self, portrait: Portrait):
        crop, landmarks = portrait("astronaut")
        difference = warp_face(crop, landmarks, landmarks, SHAPE).astype(int) - crop
        assert np.abs(difference).mean() < 0.5
        assert np.abs(difference).max() <= 6

    def test_a_scaled_and_moved_face_is_brought_back_as_a_whole(self, portrait: Portrait):
        crop, landmarks = portrait("hopper")
        matrix = np.array([[0.8, 0, 30], [0, 0.8, 20]])
        moved = cv2.warpAffine(crop, matrix, SHAPE, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT_101)
        back = warp_face(moved, landmarks * 0.8 + (30, 20), landmarks, SHAPE)
        inner = np.s_[40:-40, 40:-40]
        assert np.abs(back[inner].astype(int) - crop[inner]).mean() < 4

    def test_it_never_tears(self):
        # Neighbours in the result come from neighbours in the donor: a ramp stays without steps.
        ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 256, 0).repeat(3, 2)
        warped = warp_face(ramp, FRONTAL, TURNED, SHAPE).astype(int)
        inner = warped[60:220, 60:180]
        assert max(np.abs(np.diff(inner, axis=axis)).max() for axis in (0, 1)) <= 5

    def test_the_result_has_the_targets_size_not_the_donors(self):
        donor = dots(FRONTAL / 2, (128, 140))
        warped = warp_face(donor, FRONTAL / 2, FRONTAL, SHAPE)
        assert warped.shape == (256, 256, 3)
        assert warped.dtype == np.uint8
        assert_dots_on(FRONTAL, warped)


class TestColours:
    def test_full_strength_gives_the_targets_mean_and_spread(self):
        source, target = noise(90, 150, 0), noise(110, 200, 1)
        matched = match_colours(source, target, np.ones(SHAPE, np.float32), 1.0)
        np.testing.assert_allclose(matched.mean((0, 1)), target.mean((0, 1)), atol=3)
        np.testing.assert_allclose(matched.std((0, 1)), target.std((0, 1)), rtol=0.1)

    def test_half_strength_lies_half_way(self):
        # Of two greys, Lab's lightness is the middle: (60 + 160) / 2 is nearly right in levels too.
        source, target = np.full((256, 256, 3), 60, np.uint8), np.full((256, 256, 3), 160, np.uint8)
        matched = match_colours(source, target, np.ones(SHAPE, np.float32), 0.5)
        assert np.unique(matched).tolist() == pytest.approx([109], abs=3)

    def test_no_strength_or_no_mask_changes_nothing(self):
        source, target = noise(90, 150, 0), noise(110, 200, 1)
        np.testing.assert_array_equal(match_colours(source, target, disc(), 0.0), source)
        np.testing.assert_array_equal(match_colours(source, target, 0 * disc(), 1.0), source)

    def test_only_colours_under_the_mask_count(self):
        source, target = noise(90, 150, 0), noise(90, 150, 1)
        target[disc() == 0] = 255
        matched = match_colours(source, target, disc(), 1.0)
        assert np.abs(matched.mean((0, 1)) - 120).max() < 5


class TestGradientBlend:
    def test_a_flat_source_leaves_a_flat_target(self):
        # No steps to copy, and the edge has the target's colour: nothing may change.
        source, target = np.full((256, 256, 3), 30, np.uint8), np.full((256, 256, 3), 180, np.uint8)
        fake, mask = paste_gradients(source, target, disc())
        assert np.abs(fake.astype(int) - 180).max() <= 1
        np.testing.assert_array_equal(mask, disc())

    def test_the_sources_steps_appear_in_the_targets_colour(self):
        source, target = np.full((256, 256, 3), 30, np.uint8), np.full((256, 256, 3), 180, np.uint8)
        source[118:138, 118:138] = 60
        fake, _ = paste_gradients(source, target, disc())
        assert fake[128, 128, 0] == pytest.approx(210, abs=4)
        assert fake[128, 90, 0] == pytest.approx(180, abs=4)

    @pytest.mark.parametrize("centre", [(128, 128), (0, 128), (255, 255), (128, 4)])
    def test_outside_the_mask_every_pixel_is_the_targets_even_at_the_edge(self, centre: tuple[int, int]):
        source, target = noise(0, 255, 0), noise(0, 255, 1)
        mask = cv2.circle(np.zeros(SHAPE, np.float32), centre, 50, 1.0, -1)
        fake, changed = paste_gradients(source, target, mask)
        np.testing.assert_array_equal(fake[changed == 0], target[changed == 0])
        assert set(np.unique(changed)) == {0.0, 1.0}
        assert (changed <= mask).all()
        # The picture's own edge is never solved for: it gives the colour to what lies beside it.
        assert not any(edge.any() for edge in (changed[0], changed[-1], changed[:, 0], changed[:, -1]))
        assert not np.array_equal(fake, target)

    def test_the_content_stays_in_place(self):
        # OpenCV centres what it pastes; an odd mask must not shift it.
        source, target = noise(0, 255, 0), np.full((256, 256, 3), 128, np.uint8)
        source = cv2.GaussianBlur(source, (0, 0), 3)
        mask = np.zeros(SHAPE, np.float32)
        mask[61:150, 40:171] = 1
        fake, _ = paste_gradients(source, target, mask)
        inner = np.s_[75:136, 54:157]
        steps = [np.diff(picture[inner].astype(int), axis=1).ravel() for picture in (source, fake)]
        assert np.corrcoef(*steps)[0, 1] > 0.9

    def test_a_mask_too_small_to_solve_is_pasted_plainly(self):
        source, target = noise(0, 255, 0), noise(0, 255, 1)
        mask = np.zeros(SHAPE, np.float32)
        mask[100:103, 100:103] = 1
        fake, changed = paste_gradients(source, target, mask)
        np.testing.assert_array_equal(fake[mask == 1], source[mask == 1])
        np.testing.assert_array_equal(fake[changed == 0], target[changed == 0])


@pytest.fixture(scope="module")
def swaps(portrait: Portrait) -> list[tuple[np.ndarray, np.ndarray]]:
    target, donor = portrait("hopper"), portrait("astronaut")
    return [swap_face(*target, *donor, np.random.default_rng(seed)) for seed in range(80)]


class TestSwap:
    def test_shapes_and_ranges(self, swaps: list):
        for fake, mask in swaps:
            assert fake.shape == (256, 256, 3)
            assert fake.dtype == np.uint8
            assert mask.shape == (256, 256)
            assert mask.dtype == np.float32
            assert mask.min() >= 0
            assert 0.99 < mask.max() <= 1 + 1e-6

    def test_where_the_mask_is_zero_the_fake_is_the_target(self, swaps: list, portrait: Portrait):
        target, _ = portrait("hopper")
        for fake, mask in swaps:
            np.testing.assert_array_equal(fake[mask == 0], target[mask == 0])

    def test_where_the_mask_is_high_another_face_is_seen(self, swaps: list, portrait: Portrait):
        target, _ = portrait("hopper")
        for fake, mask in swaps:
            assert (mask > 0.5).sum() > 80
            assert np.abs(fake.astype(int) - target)[mask > 0.5].mean() > 2

    def test_regions_and_edges_vary(self, swaps: list):
        shares = [(mask > 0.5).mean() for _, mask in swaps]
        assert min(shares) < 0.03
        assert max(shares) > 0.2
        hardness = np.array([np.abs(np.diff(mask, axis=1)).max() for _, mask in swaps])
        assert 0.1 < (hardness == 1).mean() < 0.45  # Poisson blends: all or nothing
        assert (hardness < 0.3).mean() > 0.3

    def test_a_face_swapped_with_itself_stays_nearly_the_same(self, portrait: Portrait):
        crop, landmarks = portrait("astronaut")
        for seed in range(40):
            fake, mask = swap_face(crop, landmarks, crop, landmarks, np.random.default_rng(seed))
            assert np.abs(fake.astype(int) - crop)[mask > 0].mean() < 6

    def test_the_seed_decides_everything_and_both_photos_are_left_alone(self, portrait: Portrait):
        target, donor = portrait("hopper"), portrait("astronaut")
        before = [x.copy() for x in (*target, *donor)]
        first, again, other = (swap_face(*target, *donor, np.random.default_rng(seed)) for seed in (5, 5, 6))
        for a, b in zip(first, again, strict=True):
            np.testing.assert_array_equal(a, b)
        assert not np.array_equal(first[0], other[0])
        for a, b in zip((*target, *donor), before, strict=True):
            np.testing.assert_array_equal(a, b)

    @pytest.mark.parametrize(
        "strange",
        [
            [[120, 100], [124, 100], [90, 140], [112, 180], [116, 180]],
            [[128, 128]] * 5,
            [[-300, 100], [-220, 100], [-260, 140], [-290, 180], [-230, 180]],
            [[np.nan, np.nan]] * 5,
        ],
        ids=["profile", "one place", "outside", "not a number"],
    )
    def test_strange_landmarks_of_either_face_do_no_harm(self, portrait: Portrait, strange: list):
        target, landmarks = portrait("hopper")
        donor, donor_landmarks = portrait("astronaut")
        strange = np.array(strange, np.float64)
        for seed in range(12):
            for pair in ((strange, donor_landmarks), (landmarks, strange), (strange, strange)):
                fake, mask = swap_face(target, pair[0], donor, pair[1], np.random.default_rng(seed))
                assert np.isfinite(mask).all()
                assert mask.max() > 0.9
                np.testing.assert_array_equal(fake[mask == 0], target[mask == 0])


def test_nearest_pose_looks_at_the_pose_and_not_at_size_or_place():
    candidates = np.stack([TURNED, FRONTAL * 0.4 + (90, 3), FRONTAL * (0.7, 1)])
    assert nearest_pose(FRONTAL, candidates) == 1
    assert nearest_pose(TURNED * 2 - 50, candidates) == 0
