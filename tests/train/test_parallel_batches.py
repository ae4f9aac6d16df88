"""Other processes make the same batches in the same order, and end when nobody needs them any more."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from multiprocessing.reduction import ForkingPickler

import keras
import numpy as np
import pytest

from tests.train.tiny import build_tiny
from train.crops import CropSet
from train.datasets import DataError
from train.pairs import BalancedPairs, Mixture
from train.parallel_batches import ParallelBatches

GROUPS = [("a", 0, 12), ("a", 1, 12), ("b", 0, 8), ("b", 1, 8)]
STEPS = 10


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Callable[[CropSet], CropSet]:
    """Puts the pixels of crops into a file, as those of a real training are."""

    def put(crops: CropSet) -> CropSet:
        file = tmp_path_factory.mktemp("crops") / "crops.npy"
        np.save(file, crops.pixels)
        return replace(crops, pixels=np.load(file, mmap_mode="r"))

    return put


@pytest.fixture
def pairs(make_crops: Callable[[Sequence[tuple[str, int, int]]], CropSet], mapped: Callable) -> BalancedPairs:
    crops = mapped(make_crops(GROUPS))
    rows = np.array([0, 1])
    made = {"decoder": (rows, mapped(crops).pixels[:2])}
    return BalancedPairs(
        crops, 64, 4, seed=3, mixture=Mixture(0.2, 0.2, 0.2, 0.2), resyntheses=made, whole=["b"], cells=16
    )


@pytest.fixture
def batches(pairs: BalancedPairs) -> Iterator[ParallelBatches]:
    with ParallelBatches(pairs, workers=2) as batches:
        yield batches


def assert_same(batch: tuple, expected: tuple) -> None:
    np.testing.assert_array_equal(batch[0], expected[0])
    assert batch[1].keys() == expected[1].keys()
    for layer, targets in expected[1].items():
        np.testing.assert_array_equal(batch[1][layer], targets)


def test_every_batch_is_the_one_that_this_process_would_make(batches: ParallelBatches, pairs: BalancedPairs):
    assert len(batches) == len(pairs) == STEPS
    for epoch in range(2):
        batches.epoch = epoch
        for index in range(STEPS):
            assert_same(batches[index], pairs.make(epoch, index))
    assert batches.processor_seconds > 0
    assert batches.own_seconds == 0


def test_what_was_made_ahead_in_vain_is_forgotten(batches: ParallelBatches, pairs: BalancedPairs):
    # Keras looks at the first two batches before a training, and interrupted epochs are begun anew.
    assert_same(batches[0], pairs.make(0, 0))
    assert_same(batches[1], pairs.make(0, 1))
    assert_same(batches[0], pairs.make(0, 0))
    batches.epoch = 5
    assert_same(batches[0], pairs.make(5, 0))
    assert_same(batches[7], pairs.make(5, 7))


def test_a_batch_stays_what_it_was_while_others_are_made(batches: ParallelBatches, pairs: BalancedPairs):
    first, *_ = [batches[index] for index in range(STEPS)]
    assert_same(first, pairs.make(0, 0))


def test_pixels_in_a_file_stay_there(pairs: BalancedPairs):
    # Crops of 40 faces are 8 MB; those of a real data set would be gigabytes for every process.
    assert len(ForkingPickler.dumps(pairs)) < 500_000


def test_a_part_of_a_file_is_sent_as_it_is(pairs: BalancedPairs, make_crops: Callable, mapped: Callable):
    crops = mapped(make_crops(GROUPS))
    part = replace(crops, pixels=crops.pixels[4:])
    part = part.where(np.arange(len(part.samples) - 4))
    few = BalancedPairs(part, 64, 4, seed=3, mixture=Mixture(0, 0, 0, 0))
    with ParallelBatches(few, workers=1) as batches:
        assert_same(batches[0], few.make(0, 0))


def test_processes_do_not_wait_for_keras(batches: ParallelBatches):
    batches[0]
    # A function of this module would bring along what this module needs.
    loaded = batches._pool.submit(eval, "list(__import__('sys').modules)").result()
    assert "train.pairs" in loaded
    assert not {"keras", "tensorflow", "jax", "torch"} & set(loaded)


def test_afterwards_the_processes_are_gone(pairs: BalancedPairs):
    before = set(multiprocessing.active_children())
    with ParallelBatches(pairs, workers=2) as batches:
        batches[0]
        assert len(set(multiprocessing.active_children()) - before) == 2
    assert not set(multiprocessing.active_children()) - before


def kill(batches: ParallelBatches) -> None:
    for process in batches._pool._processes.values():
        os.kill(process.pid, signal.SIGKILL)


def test_a_process_that_dies_is_told_in_words(pairs: BalancedPairs):
    told = pytest.raises(DataError, match=r"a process that makes batches died.*--workers")
    with told, ParallelBatches(pairs, workers=2) as batches:
        batches[0]
        kill(batches)
        for index in range(1, STEPS):
            batches[index]


def test_words_are_not_lost_in_what_tensorflow_makes_of_an_error(pairs: BalancedPairs):
    """It raises one of its own, with all that it knows about where."""
    network = build_tiny()
    outputs = {name: network.get_layer(name).output for name in ("logit", "patch_logits")}
    model = keras.Model(network.inputs, outputs)
    model.compile("sgd", dict.fromkeys(outputs, "mse"))
    killing = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: kill(batches))
    told = pytest.raises(DataError, match="a process that makes batches died")
    with told, ParallelBatches(pairs, workers=1) as batches:
        batches[0]
        model.fit(batches, epochs=3, callbacks=[killing], verbose=0)
