from __future__ import annotations

import numpy as np
import pytest

from explain.faithfulness.areas import hottest, random_areas, random_moves


def test_exactly_the_hottest_share_is_marked():
    heat = np.random.default_rng(0).normal(size=(256, 256))
    marked = hottest(heat, 0.2)
    assert marked.sum() == round(0.2 * 256 * 256)
    assert heat[marked].min() > heat[~marked].max()


def test_heat_and_not_its_magnitude_counts():
    heat = np.array([[-9.0, 1.0], [2.0, 0.0]])
    np.testing.assert_array_equal(hottest(heat, 0.25), [[False, False], [True, False]])


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_a_flat_map_still_gives_the_share(share):
    flat = np.full((256, 256), 3.0)
    assert hottest(flat, share).sum() == round(share * flat.size)
    np.testing.assert_array_equal(hottest(flat, share), hottest(flat, share))


def test_ties_go_to_the_hotter_surroundings():
    heat = np.zeros((256, 256))
    heat[200:210, 200:210] = 1
    rows, columns = np.nonzero(hottest(heat, 0.02))
    assert np.hypot(rows - 204.5, columns - 204.5).max() < 30


@pytest.mark.parametrize("bad", [np.full((4, 4), np.nan), np.zeros(16)])
def test_what_is_no_map_is_refused(bad):
    with pytest.raises(ValueError, match="`heat` must be a map"):
        hottest(bad, 0.5)


def test_a_share_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"share=1\.5"):
        hottest(np.zeros((4, 4)), 1.5)


@pytest.fixture(scope="module")
def area() -> np.ndarray:
    """An L, so that mirroring shows."""
    mask = np.zeros((256, 256), bool)
    mask[20:120, 30:60] = True
    mask[90:120, 30:130] = True
    return mask


def test_random_areas_are_as_large_and_elsewhere(area):
    others = random_areas(area, 50, np.random.default_rng(0))
    chance = area.mean() ** 2 * area.size
    assert len(others) == 50
    for other in others:
        assert other.dtype == bool
        assert other.sum() == area.sum()
        assert (area & other).sum() <= chance + 0.5
    assert len({other.tobytes() for other in others}) > 45


def test_random_areas_have_the_same_outline(area):
    """The number of changes from row to row and from column to column, around as on a torus, is that of the area."""

    def outline(mask):
        return [int((mask != np.roll(mask, 1, axis)).sum()) for axis in (0, 1)]

    assert all(outline(other) == outline(area) for other in random_areas(area, 10, np.random.default_rng(0)))


def test_random_areas_reach_all_of_the_rest(area):
    covered = np.mean(random_areas(area, 1000, np.random.default_rng(0)), axis=0)
    assert (covered[~area] > 0).all()


@pytest.mark.parametrize("whole", [True, False])
def test_what_can_not_go_elsewhere_stays(whole):
    area = np.full((256, 256), whole)
    (other,) = random_areas(area, 1, np.random.default_rng(0))
    np.testing.assert_array_equal(other, area)


def test_moves_repeat_with_their_generator(area):
    first, again = (random_moves(area, 5, np.random.default_rng(4)) for _ in range(2))
    assert first == again
