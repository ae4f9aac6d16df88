"""Neither the source nor how often it comes tells the class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from train import pairs as module
from train.batches import PlainBatches, predict_logits
from train.crops import CropSet
from train.pairs import UNKNOWN, BalancedPairs, Mixture

MakeCrops = Callable[[Sequence[tuple[str, int, int]]], CropSet]
# Rows 0-3 and 4-7 are reals and fakes of "large", 8 and 9 of "small", 10-13 fakes only, 14-15 reals only.
GROUPS = [("large", 0, 4), ("large", 1, 4), ("small", 0, 1), ("small", 1, 1), ("fakes", 1, 4), ("reals", 0, 2)]
SELF_BLEND_MARK = 251
BLENDS = Mixture(self_blended=0.2, swapped=0, resynthesised=0, across=0)
PAIRS = Mixture(0, 0, 0, 0)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes chance out of the pixels, so that a level still tells the row it came from."""
    monkeypatch.setattr(module, "augment", lambda crop, size, generator, strength: crop[:size, :size])

    def blend(crop: np.ndarray, landmarks: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, ...]:
        return crop, np.full_like(crop, SELF_BLEND_MARK), np.ones(crop.shape[:2])

    monkeypatch.setattr(module, "self_blend", blend)


def draws(crops: CropSet, epochs: int = 100, mixture: Mixture = BLENDS) -> list[tuple[int, int]]:
    """Rows (or the mark of a self-blend) of many pairs: (real, fake)."""
    pairs = BalancedPairs(crops, 8, 8, seed=0, mixture=mixture)
    drawn = []
    for epoch in range(epochs):
        for index in range(len(pairs)):
            pixels, targets = pairs.make(epoch, index)
            levels = pixels[:, 0, 0, 0].tolist()
            assert targets["logit"][:, 0].tolist() == [0, 1] * 4
            drawn += [
                tuple(level if level == SELF_BLEND_MARK else level // 10 for level in pair)
                for pair in zip(levels[::2], levels[1::2], strict=True)
            ]
    return drawn


@pytest.mark.parametrize("size", [64, 256])
def test_a_batch_is_half_real_half_fake(make_crops: MakeCrops, size: int):
    pixels, targets = BalancedPairs(make_crops(GROUPS), size, 8, seed=0, mixture=PAIRS).make(0, 0)
    labels = targets["logit"]
    assert pixels.shape == (8, size, size, 3)
    assert pixels.dtype == np.uint8
    assert labels.shape == (8, 1)
    assert labels.dtype == np.float32
    assert labels.mean() == 0.5


@pytest.mark.usefixtures("plain")
def test_real_pictures_get_label_0_and_fake_ones_1(make_crops: MakeCrops):
    reals, fakes = zip(*draws(make_crops(GROUPS)), strict=True)
    assert set(reals) <= {0, 1, 2, 3, 8, 14, 15}
    assert set(fakes) <= {4, 5, 6, 7, 9, SELF_BLEND_MARK}


@pytest.mark.usefixtures("plain")
def test_a_pair_comes_from_one_source(make_crops: MakeCrops):
    for real, fake in draws(make_crops(GROUPS)):
        if fake != SELF_BLEND_MARK:
            assert (real < 8) == (fake < 8)


@pytest.mark.usefixtures("plain")
def test_fakes_of_a_source_without_reals_are_left_out_and_lone_reals_are_blended(make_crops: MakeCrops):
    pairs = draws(make_crops(GROUPS))
    assert not {10, 11, 12, 13} & {fake for _, fake in pairs}
    assert {fake for real, fake in pairs if real >= 14} == {SELF_BLEND_MARK}
    assert {14, 15} <= {real for real, _ in pairs}
    # Every real face serves for blending, those of paired sources too.
    assert {real for real, fake in pairs if fake == SELF_BLEND_MARK} == {0, 1, 2, 3, 8, 14, 15}


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("blend_share", [0.0, 0.2, 0.6])
def test_sources_come_by_the_root_of_their_size_and_blends_by_their_share(make_crops: MakeCrops, blend_share: float):
    pairs = draws(make_crops(GROUPS), mixture=Mixture(blend_share, 0, 0, 0))
    counts = Counter(
        "self_blended" if fake == SELF_BLEND_MARK else "large" if fake < 8 else "small" for _, fake in pairs
    )
    # Eight pictures and two: the roots are as 2 to 1.
    expected = {"large": (1 - blend_share) * 2 / 3, "small": (1 - blend_share) / 3, "self_blended": blend_share}
    for name, share in expected.items():
        assert counts[name] / len(pairs) == pytest.approx(share, abs=4 * np.sqrt(0.25 / len(pairs)))
    shares = BalancedPairs(make_crops(GROUPS), 8, 8, seed=0, mixture=Mixture(blend_share, 0, 0, 0)).shares
    assert shares == pytest.approx({name: share for name, share in expected.items() if share})


@pytest.mark.usefixtures("plain")
def test_pictures_of_a_source_come_equally_often(make_crops: MakeCrops):
    counts = Counter(real for real, fake in draws(make_crops(GROUPS), mixture=PAIRS) if real < 4)
    assert min(counts.values()) > 0.7 * max(counts.values())


def test_both_of_a_pair_get_the_same_changes(make_crops: MakeCrops):
    # Real and fake of the pair are the same picture here, so any difference is one of augmentation.
    crops = make_crops([("one", 0, 1), ("one", 1, 1)])
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    crops.pixels[:] = noise
    pairs = BalancedPairs(crops, 64, 8, seed=0, mixture=PAIRS)
    drawn = []
    for epoch in range(10):
        pixels, _ = pairs.make(epoch, 0)
        np.testing.assert_array_equal(pixels[::2], pixels[1::2])
        drawn += [pair.tobytes() for pair in pixels[::2]]
    assert len(set(drawn)) == len(drawn)  # but no two pairs


def test_a_batch_depends_on_seed_epoch_and_number_alone(make_crops: MakeCrops):
    crops = make_crops(GROUPS)

    def batch(seed: int, epoch: int, index: int) -> bytes:
        return BalancedPairs(crops, 64, 8, seed=seed, mixture=BLENDS).make(epoch, index)[0].tobytes()

    assert batch(1, 2, 0) == batch(1, 2, 0)
    assert len({batch(1, 2, 0), batch(1, 2, 1), batch(1, 3, 0), batch(2, 2, 0)}) == 4


def test_asking_again_gives_the_same_batch(make_crops: MakeCrops):
    pairs = BalancedPairs(make_crops(GROUPS), 64, 8, seed=0, mixture=BLENDS)
    first = pairs.make(0, 1)[0]
    pairs.make(0, 0)
    np.testing.assert_array_equal(pairs.make(0, 1)[0], first)


def test_an_epoch_shows_as_many_crops_as_there_are(make_crops: MakeCrops):
    assert len(BalancedPairs(make_crops(GROUPS), 64, 4, seed=0, mixture=BLENDS)) == 4
    assert len(BalancedPairs(make_crops(GROUPS), 64, 32, seed=0, mixture=BLENDS)) == 1


@pytest.mark.parametrize("batch_size", [0, 1, 7, -2])
def test_an_odd_batch_can_not_be_half_real(make_crops: MakeCrops, batch_size: int):
    with pytest.raises(
        ValueError, match=f"`batch_size` must be an even number from 2. Received: batch_size={batch_size}"
    ):
        BalancedPairs(make_crops(GROUPS), 64, batch_size, seed=0, mixture=BLENDS)


def test_data_where_the_source_tells_the_class_is_refused(make_crops: MakeCrops):
    with pytest.raises(ValueError, match="no source of the training data has both"):
        BalancedPairs(make_crops([("a", 0, 4), ("b", 1, 4)]), 64, 8, seed=0, mixture=BLENDS)


@pytest.mark.usefixtures("plain")
def test_pairs_across_sources_use_every_picture_of_every_source(make_crops: MakeCrops):
    reals, fakes = map(set, zip(*draws(make_crops(GROUPS), mixture=Mixture(0, 0, 0, 1)), strict=True))
    assert reals == {0, 1, 2, 3, 8, 14, 15}
    assert fakes == {4, 5, 6, 7, 9, 10, 11, 12, 13}


@pytest.mark.usefixtures("plain")
def test_a_swap_takes_its_donor_from_the_same_source(make_crops: MakeCrops, monkeypatch: pytest.MonkeyPatch):
    donors = []

    def swap(crop: np.ndarray, _: np.ndarray, donor: np.ndarray, *rest: object) -> tuple[np.ndarray, np.ndarray]:
        donors.append((crop[0, 0, 0] // 10, donor[0, 0, 0] // 10))
        return np.full_like(crop, SELF_BLEND_MARK), np.ones(crop.shape[:2], np.float32)

    monkeypatch.setattr(module, "swap_face", swap)
    draws(make_crops(GROUPS), mixture=Mixture(0, 1, 0, 0))
    sources = [{0, 1, 2, 3}, {8}, {14, 15}]
    assert all(any({target, donor} <= source for source in sources) for target, donor in donors)
    assert {donor for _, donor in donors} == {0, 1, 2, 3, 8, 14, 15}


def test_patches_are_taught_where_it_is_known_what_is_fake(make_crops: MakeCrops):
    crops = make_crops([("edited", 0, 2), ("edited", 1, 2), ("generated", 0, 2), ("generated", 1, 2)])
    pairs = BalancedPairs(crops, 256, 64, seed=0, mixture=PAIRS, whole=["generated"], cells=16)
    _, targets = pairs.make(0, 0)
    assert targets["patch_logits"].shape == (64, 16, 16, 1)
    assert targets["patch_logits"].dtype == np.float32
    for label, patches in zip(targets["logit"][:, 0], targets["patch_logits"], strict=True):
        values = set(np.unique(patches).tolist())
        assert values == {0.0} if label == 0 else values in ({1.0}, {UNKNOWN})
    assert {float(patches.max()) for patches in targets["patch_logits"][1::2]} == {1.0, UNKNOWN}


def blend_left_half(crop: np.ndarray, *_: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A fake whose left half is white, and a mask that says so."""
    mask = np.zeros(crop.shape[:2], np.float32)
    mask[:, : crop.shape[1] // 2] = 1
    fake = crop.copy()
    fake[mask > 0] = 255
    return crop, fake, mask


def test_patch_targets_follow_the_augmentation(make_crops: MakeCrops, monkeypatch: pytest.MonkeyPatch):
    # Turned, scaled, mirrored: a patch is white in the picture exactly where its target is 1.
    monkeypatch.setattr(module, "self_blend", blend_left_half)
    monkeypatch.setattr(module, "augment", module.frame)
    crops = make_crops([("one", 0, 1), ("one", 1, 1)])
    pixels, targets = BalancedPairs(crops, 128, 64, seed=0, mixture=Mixture(1, 0, 0, 0), cells=8).make(0, 0)
    shares = pixels[1::2, ..., 0].reshape(32, 8, 16, 8, 16).mean((2, 4)) / 255
    np.testing.assert_allclose(targets["patch_logits"][1::2, ..., 0], shares, atol=0.02)
    assert np.all(targets["patch_logits"][::2] == 0)


def test_a_window_beside_the_blend_is_real(make_crops: MakeCrops, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "self_blend", blend_left_half)
    monkeypatch.setattr(module, "augment", module.frame)
    crops = make_crops([("one", 0, 1), ("one", 1, 1)])
    pixels, targets = BalancedPairs(crops, 64, 128, seed=0, mixture=Mixture(1, 0, 0, 0), cells=4).make(0, 0)
    white = (pixels[..., 0] == 255).mean((1, 2))
    np.testing.assert_array_equal(targets["logit"][:, 0], white > 0.01)
    assert 0.2 < targets["logit"][1::2].mean() < 1


def test_a_resynthesised_pair_is_a_face_and_its_reconstruction(make_crops: MakeCrops, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "augment", lambda crop, size, generator, strength: crop[:size, :size])
    crops = make_crops(GROUPS)
    made = {"decoder": (np.array([2, 8]), np.stack([np.full((256, 256, 3), level, np.uint8) for level in (202, 208)]))}
    only = Mixture(0, 0, 1, 0)
    pixels, targets = BalancedPairs(crops, 8, 32, seed=0, mixture=only, resyntheses=made, cells=1).make(0, 0)
    levels = pixels[:, 0, 0, 0]
    assert set(zip(levels[::2].tolist(), levels[1::2].tolist(), strict=True)) == {(20, 202), (80, 208)}
    np.testing.assert_array_equal(targets["patch_logits"].ravel(), [0, 1] * 16)


@pytest.mark.parametrize("shares", [(-0.1, 0, 0, 0), (0.5, 0.4, 0.2, 0.1)])
def test_a_mixture_is_a_part_of_the_whole(shares: tuple[float, ...]):
    with pytest.raises(ValueError, match="must not be negative nor add up to over 1"):
        Mixture(*shares)


def test_an_epoch_may_be_shorter_than_the_data(make_crops: MakeCrops):
    assert len(BalancedPairs(make_crops(GROUPS), 64, 4, seed=0, mixture=PAIRS, epoch_crops=8)) == 2


def test_plain_batches_give_every_crop_once_in_order_unchanged(make_crops: MakeCrops):
    crops = make_crops([("a", 0, 40), ("a", 1, 30)])
    batches = PlainBatches(crops)
    parts = [batches[index] for index in range(len(batches))]
    assert [len(part[0]) for part in parts] == [32, 32, 6]
    np.testing.assert_array_equal(np.concatenate([part[0] for part in parts]), crops.pixels)


def test_predictions_stand_in_the_order_of_the_samples(make_crops: MakeCrops):
    import keras

    crops = make_crops([("a", 0, 20), ("a", 1, 20)])
    # Every second sample, backwards: rows differ from positions, as after a selection.
    chosen = np.arange(len(crops.samples))[::-2]
    part = CropSet(crops.pixels, [crops.samples[i] for i in chosen], chosen, crops.landmarks[chosen], [])
    pixels = keras.Input((None, None, 3))
    mean_of_red = keras.ops.mean(keras.ops.cast(pixels, "float32")[..., :1], axis=(1, 2))
    logits = predict_logits(keras.Model(pixels, mean_of_red), part)
    assert logits.shape == (20,)
    np.testing.assert_allclose(logits, chosen % 25 * 10, rtol=1e-5)
