"""Families are never divided, shares are kept on average, and what is added moves nothing."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from train.dataset.division import SPLITS, divide, join_groups, missed_shares
from train.datasets import Sample

SHARES = (0.8, 0.1, 0.1)


def sample(name: str, label: int = 0, source: str = "a", group: str | None = None) -> Sample:
    path = f"{source}/{'fake' if label else 'real'}/{name}"
    return Sample(path, source, "train", label, group or path)


def many(count: int, source: str = "a") -> list[Sample]:
    return [sample(f"{number}.jpg", label, source) for label in (0, 1) for number in range(count)]


def splits_of(samples: list[Sample]) -> dict[str, str]:
    return {each.path: each.split for each in samples}


def test_a_group_is_never_divided_even_across_classes_and_sources():
    samples = [
        sample(f"{person}-{number}.jpg", label, source, group=f"person {person}")
        for person in range(60)
        for source in "ab"
        for label in (0, 1)
        for number in range(3)
    ]
    sides = defaultdict(set)
    for each in divide(samples, SHARES, 0):
        sides[each.group].add(each.split)
    assert len(sides) == 60
    assert all(len(found) == 1 for found in sides.values())
    assert {split for found in sides.values() for split in found} == set(SPLITS)


@pytest.mark.parametrize("shares", [(0.8, 0.1, 0.1), (0.5, 0.2, 0.3), (0.7, 0.3, 0.0)])
def test_every_source_and_class_gets_the_shares_up_to_chance(shares: tuple[float, ...]):
    samples = divide([*many(2000), *many(2000, "b")], shares, 0)
    for parts in missed_shares(samples, shares).values():
        for (count, off), share in zip(parts, shares, strict=True):
            assert count == pytest.approx((share + off) * 2000)
            # Four standard errors of 2,000 draws.
            assert abs(off) <= 4 * (share * (1 - share) / 2000) ** 0.5
    assert ("test" in {each.split for each in samples}) == (shares[2] > 0)


def test_pictures_that_are_added_move_no_other():
    before = splits_of(divide(many(300), SHARES, 0))
    after = splits_of(divide([*many(500), *many(40, "new source")], SHARES, 0))
    assert {path: after[path] for path in before} == before


def test_the_order_does_not_matter_and_the_seed_does():
    samples = many(300)
    expected = splits_of(divide(samples, SHARES, 0))
    assert splits_of(divide(samples[::-1], SHARES, 0)) == expected
    assert splits_of(divide(samples, SHARES, 1)) != expected


@pytest.mark.parametrize("seed", range(8))
def test_a_small_class_lacks_no_split(seed: int):
    counts = Counter((each.label, each.split) for each in divide(many(4), SHARES, seed))
    assert all(counts[label, split] >= 1 for label in (0, 1) for split in SPLITS)


@pytest.mark.parametrize("seed", range(8))
def test_filling_one_class_empties_no_other(seed: int):
    # Every fake belongs to a real: to move one is to move both.
    samples = [sample(f"{n}.jpg", label, group=str(n)) for n in range(5) for label in (0, 1)]
    samples += [sample(f"{n}.jpg", 0, "b") for n in range(3)]
    divided = divide(samples, SHARES, seed)
    counts = Counter((each.source, each.label, each.split) for each in divided)
    assert all(counts[source, label, split] for source, label in (("a", 0), ("a", 1), ("b", 0)) for split in SPLITS)
    assert len({(each.group, each.split) for each in divided}) == 8


def test_a_class_of_one_group_stays_whole():
    samples = [*many(50), *(sample(f"{n}.jpg", 0, "video", group="video") for n in range(9))]
    assert len({each.split for each in divide(samples, SHARES, 0) if each.source == "video"}) == 1


@pytest.mark.parametrize("shares", [(0.8, 0.1, 0.2), (0.9, 0.1), (1.2, -0.1, -0.1), (1.0, 0.0, 0.0), (0.0, 0.5, 0.5)])
def test_impossible_shares_are_refused_by_value(shares: tuple[float, ...]):
    with pytest.raises(ValueError, match="must add up to 1") as caught:
        divide(many(3), shares, 0)
    assert " ".join(map(str, shares)) in str(caught.value)


def test_pictures_that_look_the_same_join_their_whole_groups():
    samples = [
        sample(name, group=group) for name, group in (("1", "x"), ("2", "x"), ("3", "y"), ("4", "z"), ("5", "w"))
    ]
    joined = join_groups(samples, [[1, 2], [2, 3]])
    assert [each.group for each in joined] == ["x", "x", "x", "x", "w"]
    assert [each.path for each in joined] == [each.path for each in samples]


def test_a_joined_group_has_the_same_name_in_whatever_order():
    samples = [sample(str(n), group=f"g{n}") for n in range(5)]
    chains = [[[0, 1], [3, 4], [1, 3]], [[1, 3], [4, 3], [1, 0]]]
    assert [[each.group for each in join_groups(samples, chain)] for chain in chains] == [
        ["g0", "g0", "g2", "g0", "g0"]
    ] * 2
