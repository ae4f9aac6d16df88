"""Copies: to the byte and to the eye."""

from __future__ import annotations

import numpy as np
import pytest

from train.dataset import similar
from train.dataset.reading import FileFacts
from train.dataset.similar import NEAR_BITS, exact_copies, near_components, near_copies


def file(name: str, sha256: str, phash: bytes) -> FileFacts:
    return FileFacts(name, 1, sha256=sha256, phash=phash)


def flipped(phash: bytes, bits: int, start: int = 0) -> bytes:
    """The hash with some bits in a row turned over."""
    return (int.from_bytes(phash) ^ ((1 << bits) - 1) << start).to_bytes(32)


ZERO = bytes(32)
FAR = bytes([255]) * 32


def test_files_of_the_same_bytes_are_a_family_in_order():
    files = [file(*each) for each in (("a", "1", ZERO), ("b", "2", FAR), ("c", "1", ZERO), ("d", "1", ZERO))]
    assert exact_copies(files) == [[0, 2, 3]]


def test_files_that_cant_be_read_are_no_copies():
    assert exact_copies([file("a", "1", b""), file("b", "1", b"")]) == []
    assert near_copies([file("a", "1", b""), file("b", "2", b"")]) == []


@pytest.mark.parametrize("bits, families", [(NEAR_BITS, [[0, 1]]), (NEAR_BITS + 1, [])])
def test_the_limit_is_24_bits(bits: int, families: list[list[int]]):
    assert near_copies([file("a", "1", ZERO), file("b", "2", flipped(ZERO, bits, 50))]) == families


def test_bits_count_over_the_whole_hash():
    # 7 bits in each of the four words: none of them alone is far.
    spread = ZERO
    for word in range(4):
        spread = flipped(spread, 7, 64 * word)
    assert near_copies([file("a", "1", ZERO), file("b", "2", spread)]) == []


def test_families_are_joined_through_their_members():
    chain = [file("abc"[step], str(step), flipped(ZERO, 20 * step)) for step in range(3)]
    assert near_copies([*chain, file("d", "9", FAR)]) == [[0, 1, 2]]


def test_copies_to_the_byte_alone_are_no_near_copies_but_come_with_one():
    files = [file("a", "1", ZERO), file("b", "1", ZERO)]
    assert near_copies(files) == []
    assert near_copies([*files, file("c", "2", flipped(ZERO, 3))]) == [[0, 1, 2]]


@pytest.mark.parametrize("block", [1, 700, 1 << 22])
def test_the_components_are_those_of_comparing_every_pair_by_hand(monkeypatch: pytest.MonkeyPatch, block: int):
    monkeypatch.setattr(similar, "_BLOCK", block)
    generator = np.random.default_rng(0)
    centres = generator.integers(0, 256, (40, 32), np.uint8)
    hashes = centres[generator.integers(0, 40, 150)]
    noise = generator.random((150, 256)) < 0.06
    hashes = hashes ^ np.packbits(noise, axis=1)
    component = near_components(hashes)
    expected = list(range(150))
    for i in range(150):
        for j in range(i):
            if (int.from_bytes(hashes[i].tobytes()) ^ int.from_bytes(hashes[j].tobytes())).bit_count() <= NEAR_BITS:
                expected = [expected[j] if name == expected[i] else name for name in expected]
    assert 40 < len(set(expected)) < 150
    same = np.equal.outer(expected, expected)
    np.testing.assert_array_equal(np.equal.outer(component, component), same)


def test_thousands_of_equal_hashes_are_one_family():
    assert len(set(near_components(np.zeros((3000, 32), np.uint8)).tolist())) == 1
