"""The measures of work measure."""

import sys

import pytest

from tests.work import at_most_lines, at_most_megabytes


def loop(times):
    for _ in range(times):
        pass


def test_lines_are_counted_also_in_what_is_called():
    with at_most_lines(250):
        loop(100)
    with pytest.raises(AssertionError, match="more than 250 lines"), at_most_lines(250):
        loop(10**12)


def test_afterwards_nothing_is_counted():
    before = sys.gettrace()
    with pytest.raises(ZeroDivisionError), at_most_lines(100):
        loop(1 // 0)
    assert sys.gettrace() is before


def test_memory_is_counted_where_it_was_highest():
    with at_most_megabytes(6):
        bytes(5_000_000)
    with pytest.raises(AssertionError, match=r"10\.0 MB were held, 6 are allowed"), at_most_megabytes(6):
        bytes(10_000_000)
