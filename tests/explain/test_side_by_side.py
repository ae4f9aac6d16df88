"""Work side by side: results in order, a little ahead, and nothing more once nobody takes them."""

from __future__ import annotations

import threading
import time

import pytest

from explain.side_by_side import in_order


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_order_whichever_is_ready_first(workers: int):
    def work(number: int) -> int:
        time.sleep(0.02 if number % 2 == 0 else 0)
        return number * number

    assert list(in_order(work, 7, workers)) == [0, 1, 4, 9, 16, 25, 36]
    assert list(in_order(work, 0, workers)) == []


def test_as_many_things_as_workers_are_worked_on_at_the_same_time():
    together = threading.Barrier(3, timeout=10)
    # Fewer than three at a time would wait for each other until the barrier breaks.
    assert len(list(in_order(lambda number: together.wait(), 3, 3))) == 3


def test_no_more_is_begun_than_a_little_ahead():
    begun = []
    results = in_order(begun.append, 100, 2)
    next(results)
    time.sleep(0.05)
    assert len(begun) == 3
    results.close()
    assert len(begun) == 3


def test_what_one_raises_comes_in_its_turn_and_ends_all():
    def work(number: int) -> int:
        if number == 2:
            raise LookupError("two")
        return number

    results = in_order(work, 100, 2)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(LookupError, match="two"):
        next(results)
    with pytest.raises(StopIteration):
        next(results)
