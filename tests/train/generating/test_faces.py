"""The faces to learn from: which, how small, in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from train.crops import CropSet
from train.datasets import DataError, Sample
from train.generating.faces import FaceBatches, choose_real, draw_noise, shrink_faces

DATA = Path("faces")


def samples() -> list[Sample]:
    return [
        Sample(f"{source}/{split}/{label}/{number}.jpg", source, split, label, f"{source}{number}")
        for source in ("web", "studio")
        for split in ("train", "validation")
        for label in (0, 1)
        for number in range(10)
    ]


class TestChoice:
    def test_only_real_training_pictures_are_chosen(self):
        chosen = choose_real(DATA, samples(), (), None, 0)
        assert len(chosen) == 20
        assert {(sample.split, sample.label) for sample in chosen} == {("train", 0)}

    def test_sources_and_number_are_heeded(self):
        chosen = choose_real(DATA, samples(), ("web",), 4, 0)
        assert len(chosen) == 4
        assert {sample.source for sample in chosen} == {"web"}
        assert chosen == sorted(chosen, key=samples().index)
        assert chosen != choose_real(DATA, samples(), ("web",), 4, 1)
        assert choose_real(DATA, samples(), ("web",), 99, 0) == choose_real(DATA, samples(), ("web",), None, 0)

    def test_a_source_that_is_not_there_is_named(self):
        with pytest.raises(DataError, match=r"not there: attic\. There are: studio, web"):
            choose_real(DATA, samples(), ("web", "attic"), None, 0)

    def test_a_source_of_fakes_alone_is_told(self):
        fakes = [sample for sample in samples() if sample.label or sample.source == "web"]
        with pytest.raises(DataError, match="faces: no real pictures for train in studio"):
            choose_real(DATA, fakes, ("studio",), None, 0)


def test_shrinking_takes_the_mean_of_what_a_pixel_covers(
    make_crops: Callable[[Sequence[tuple[str, int, int]]], CropSet],
):
    crops = make_crops([("web", 0, 3)])
    crops.pixels[:] = np.random.default_rng(0).integers(0, 256, crops.pixels.shape)
    faces = shrink_faces(crops.where(np.array([2, 0])), 64)
    blocks = crops.pixels[[2, 0]].reshape(2, 64, 4, 64, 4, 3).mean((2, 4))
    assert faces.dtype == np.uint8
    np.testing.assert_allclose(faces, blocks, atol=0.51)


class TestBatches:
    @pytest.fixture
    def faces(self) -> np.ndarray:
        """Each face's first column tells its number, all others are 255."""
        faces = np.full((10, 16, 16, 3), 255, np.uint8)
        faces[:, :, 0] = np.arange(10)[:, None, None]
        return faces

    def numbers(self, batches: FaceBatches) -> list[int]:
        return [int(face.min()) for at in range(len(batches)) for face in batches[at][0]["faces"]]

    def test_an_epoch_shows_no_face_twice_and_the_next_one_another_order(self, faces: np.ndarray):
        batches = FaceBatches(faces, 5, 0)
        first = self.numbers(batches)
        batches.epoch = 1
        second = self.numbers(batches)
        assert sorted(first) == sorted(second) == list(range(10))
        assert first != second

    def test_what_fills_no_batch_is_left_out(self, faces: np.ndarray):
        assert len(FaceBatches(faces, 4, 0)) == 2

    def test_about_half_are_mirrored_and_the_faces_themselves_never(self, faces: np.ndarray):
        before, mirrored = faces.copy(), []
        batches = FaceBatches(faces, 5, 0)
        for epoch in range(40):
            batches.epoch = epoch
            mirrored += [face[0, 0, 0] == 255 for at in (0, 1) for face in batches[at][0]["faces"]]
        assert 0.4 < np.mean(mirrored) < 0.6
        np.testing.assert_array_equal(faces, before)

    def test_a_batch_is_the_same_in_every_run_and_differs_from_all_others(self, faces: np.ndarray):
        def batch(seed: int, epoch: int, at: int) -> dict[str, np.ndarray]:
            batches = FaceBatches(faces, 5, seed)
            batches.epoch = epoch
            return batches[at][0]

        first, again = batch(3, 2, 1), batch(3, 2, 1)
        assert all(np.array_equal(first[name], again[name]) for name in first)
        for other in (batch(4, 2, 1), batch(3, 1, 1), batch(3, 2, 0)):
            assert not any(np.array_equal(first[name], other[name]) for name in first)

    def test_chance_lies_in_its_range_and_noise_is_normal(self, faces: np.ndarray):
        batch = FaceBatches(faces, 10, 0)[0][0]
        for name in ("chance_real", "chance_fake"):
            assert batch[name].shape == (10, 7)
            assert 0 <= batch[name].min() < 0.1
            assert 0.9 < batch[name].max() < 1
        assert not np.array_equal(batch["chance_real"], batch["chance_fake"])
        assert batch["noise"].std() == pytest.approx(1, abs=0.1)


def test_noise_depends_on_all_of_its_seeds():
    first = draw_noise(3, 1, 2)
    assert first.shape == (3, 128)
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, draw_noise(3, 1, 2))
    np.testing.assert_array_equal(first[:2], draw_noise(2, 1, 2))
    assert not np.array_equal(first, draw_noise(3, 1, 3))
