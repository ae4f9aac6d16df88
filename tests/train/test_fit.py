"""A training as a whole: what it writes, how it resumes, and that it learns which way round fake is."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from model import crop_face, find_faces, load_detector, read_photo
from model.networks import build_network
from tests.quickly import uncompiled, undrawn
from tests.train.short_training import SHORT
from tests.train.short_training import run as run
from train import callbacks as callbacks_module
from train.callbacks import Resume
from train.crops import load_crops
from train.datasets import read_samples
from train.files import load_plain_weights
from train.fit import fit
from train.pairs import BalancedPairs, Mixture
from train.phases import make_optimizer
from train.settings import Phase, Settings
from train.tensorboard import TensorBoard


def history(out: Path) -> list[dict[str, str]]:
    with (out / "history.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def finished(run: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a training that went through as it does for everybody, to be looked at only."""
    return run(tmp_path_factory.mktemp("finished") / "out", as_shipped=True)


@pytest.fixture
def own_copy(finished: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(finished, tmp_path / "out"))


def assert_same_weights(first: Path, second: Path) -> None:
    """Compares numbers: the files themselves carry the time of their writing."""
    mine, theirs = build_network("tiny"), build_network("tiny")
    load_plain_weights(mine, first)
    load_plain_weights(theirs, second)
    for a, b in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_training_writes_a_detector_its_history_and_its_lists(finished: Path, faces_data: Path):
    out = finished
    detector = load_detector(out / "detector.json")
    photo = read_photo(next((faces_data / "navy/validation/fake").glob("*.png")))
    (score,) = detector.score(crop_face(photo, find_faces(photo)[0])[0][None])
    assert 0 <= score.probability_fake <= 1

    rows = history(out)
    assert [row["size"] for row in rows] == ["64", "64", "96"]
    assert {"epoch", "loss", "val_auc", "val_auc_space", "val_auc_navy"} <= rows[0].keys()
    assert all(0 <= float(row["val_auc"]) <= 1 for row in rows)

    with (out / "manifest.csv").open(newline="") as file:
        manifest = list(csv.DictReader(file))
    assert len(manifest) == 26
    assert all(f"/{row['label']}/" in row["path"] and f"/{row['split']}/" in row["path"] for row in manifest)

    with (out / "skipped.csv").open(newline="") as file:
        skipped = {row["path"]: row["reason"] for row in csv.DictReader(file)}
    assert skipped == {
        "space/train/real/letter.jpg": "This file is not a photo. Please save it as JPEG, PNG or WebP and try again.",
        "space/train/fake/lawn.png": "No face was found.",
    }


def test_what_is_left_out_is_told(run: Callable[..., Path], own_copy: Path, capsys: pytest.CaptureFixture[str]):
    run(own_copy)
    printed = capsys.readouterr().out
    assert "Left out 2 pictures" in printed
    assert "skipped.csv" in printed


def test_the_exported_weights_are_the_best_ones(finished: Path):
    out = finished
    description = json.loads((out / "detector.json").read_text())
    best = max(float(row["val_auc"]) for row in history(out))
    assert description["metrics"]["mean_auc"] == pytest.approx(best, abs=1e-4)
    best, exported = build_network("tiny"), build_network("tiny")
    load_plain_weights(best, out / "best.weights.h5")
    load_plain_weights(exported, out / description["weights"]["file"])
    # All but the bias of the head, which the export moves.
    for kept, shipped in zip(best.get_weights()[:-1], exported.get_weights()[:-1], strict=True):
        np.testing.assert_array_equal(kept, shipped)


def test_every_batch_of_every_epoch_is_shown_once_and_in_order(
    run: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Keras fetches batches ahead: an epoch must not see batches of the one before.
    asked = []
    make = BalancedPairs.make

    def recorded(self: BalancedPairs, epoch: int, index: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        asked.append((self.batch_shape[1], epoch, index))
        return make(self, epoch, index)

    monkeypatch.setattr(BalancedPairs, "make", recorded)
    run(tmp_path / "out")
    # Sixteen crops, four in a batch. Keras looks at the first two batches of a phase before it starts.
    first = [(64, 0, 0), (64, 0, 1), *((64, epoch, index) for epoch in (0, 1) for index in range(4))]
    assert asked == [*first, (96, 0, 0), (96, 0, 1), *((96, 0, index) for index in range(4))]


def test_the_same_seed_gives_the_same_training(run: Callable[..., Path], finished: Path, tmp_path: Path):
    first, second = history(finished), history(run(tmp_path / "again", as_shipped=True))
    for mine, theirs in zip(first, second, strict=True):
        assert float(mine["loss"]) == pytest.approx(float(theirs["loss"]), abs=1e-5)
    other = history(run(tmp_path / "other", seed=1, phases=SHORT.phases[:1]))
    assert float(other[0]["loss"]) != pytest.approx(float(first[0]["loss"]), abs=1e-5)


def test_batches_of_other_processes_give_the_same_training(run: Callable[..., Path], finished: Path, tmp_path: Path):
    for mine, theirs in zip(history(finished), history(run(tmp_path / "out", workers=2, as_shipped=True)), strict=True):
        assert float(mine["loss"]) == pytest.approx(float(theirs["loss"]), abs=1e-5)


def test_a_finished_training_is_not_repeated(run: Callable[..., Path], finished: Path, own_copy: Path):
    run(own_copy)
    assert history(own_copy) == history(finished)
    assert_same_weights(own_copy / "tiny.weights.h5", finished / "tiny.weights.h5")


def test_the_second_phase_starts_from_the_best_weights(
    run: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    starts = []

    def remember(self: Resume, logs: dict | None = None) -> None:
        starts.append(self.model.get_weights())

    monkeypatch.setattr(Resume, "on_train_begin", remember)
    # The first epoch is made the best, whatever it was; the last one moved on from there.
    measured = iter([{"all": 0.9}, {"all": 0.1}, {"all": 0.2}])
    monkeypatch.setattr(callbacks_module, "auc_per_source", lambda *_: next(measured))
    out = run(tmp_path / "out")
    best = build_network("tiny")
    load_plain_weights(best, out / "best.weights.h5")
    for start, kept in zip(starts[1], best.get_weights(), strict=True):
        np.testing.assert_array_equal(start, kept)


def test_a_training_may_start_from_given_weights(
    run: Callable[..., Path], finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    starts = []
    monkeypatch.setattr(Resume, "on_train_begin", lambda self, logs=None: starts.append(self.model.get_weights()))
    given = finished / "tiny.weights.h5"
    out = run(tmp_path / "out", start=str(given), phases=SHORT.phases[:1])
    expected = build_network("tiny")
    load_plain_weights(expected, given)
    for start, kept in zip(starts[0], expected.get_weights(), strict=True):
        np.testing.assert_array_equal(start, kept)
    # The detector says which weights these were, but not where on this machine they lay.
    told = json.loads((out / "detector.json").read_text())["training"]["settings"]["start"]
    assert told == {"file": "tiny.weights.h5", "sha256": hashlib.sha256(given.read_bytes()).hexdigest()}
    assert str(tmp_path) not in (out / "detector.json").read_text()


@pytest.mark.parametrize("steps", [50, 200, 2670, 100_000])
def test_averaged_weights_forget_where_they_started(steps: int):
    momentum = make_optimizer(1e-3, steps).ema_momentum
    assert momentum**steps < 0.01
    assert momentum <= 0.997


def test_every_epoch_is_measured_and_drawn(finished: Path):
    rows = history(finished)
    assert [row["phase"] for row in rows] == ["1", "1", "2"]
    for row in rows:
        assert 0 <= float(row["logit_accuracy"]) <= 1
        assert 0 <= float(row["logit_auc"]) <= 1
        assert 0 <= float(row["val_accuracy"]) <= 1
        assert float(row["val_loss"]) > 0
        assert float(row["crops_per_second"]) > 0
        assert 0 < float(row["input_busy"]) < 1
    with Image.open(finished / "curves.png") as picture:
        assert picture.size == (1200, 380)


def test_in_a_frozen_phase_the_head_alone_learns(
    run: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    starts, ends = [], []
    monkeypatch.setattr(Resume, "on_train_begin", lambda self, logs=None: starts.append(self.model.get_weights()))
    monkeypatch.setattr(Resume, "on_train_end", lambda self, logs=None: ends.append(self.model.get_weights()))
    run(tmp_path / "out", phases=(Phase(64, 1, 1e-2, False, frozen=True), Phase(64, 1, 1e-2, True)))
    *body, kernel, bias = zip(starts[0], ends[0], strict=True)
    for before, after in body:
        np.testing.assert_array_equal(before, after)
    assert not np.array_equal(*kernel)
    assert not np.array_equal(*bias)
    # Then everything does: kernel, scale, shift, mean and variance of the normalisation, and the head.
    moved = [not np.array_equal(before, after) for before, after in zip(starts[1], ends[1], strict=True)]
    assert all(moved[2:])
    assert moved[0]


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_what_learns_in_16_bits_is_a_detector_of_32(
    run: Callable[..., Path], finished: Path, tmp_path: Path, precision: str
):
    out = run(tmp_path / "out", precision=precision, as_shipped=True)
    network = load_detector(out / "detector.json").network
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"
    # It learnt: much the same as in full precision, but not bit for bit.
    for mine, theirs in zip(history(out), history(finished), strict=True):
        assert float(mine["loss"]) == pytest.approx(float(theirs["loss"]), rel=0.1)
    assert [row["loss"] for row in history(out)] != [row["loss"] for row in history(finished)]


def test_every_phase_is_seen_in_tensorboard(run: Callable[..., Path], tmp_path: Path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run(tmp_path / "out", callbacks=[TensorBoard(tmp_path / "out")])
    for part, tag in (("train", "epoch_loss"), ("validation", "epoch_auc")):
        found = EventAccumulator(str(tmp_path / "out/tensorboard" / part)).Reload()
        steps = [event.step for event in found.Tensors(tag)]
        # The second phase goes on where the first one ended.
        assert steps == [1, 2, 3]


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize(
    "changes",
    [{"seed": 1}, {"batch_size": 8}, {"phases": SHORT.phases[:1]}, {"mixture": Mixture(0.5, 0, 0, 0)}],
    ids=str,
)
def test_other_settings_in_the_same_folder_are_refused(
    run: Callable[..., Path], finished: Path, own_copy: Path, changes: dict
):
    with pytest.raises(ValueError, match="holds results of other settings"):
        run(own_copy, **changes)
    assert contents(own_copy) == contents(finished)


def test_other_pictures_in_the_same_folder_are_refused(
    finished: Path, own_copy: Path, faces_data: Path, faces_cache: Path, tmp_path: Path
):
    other = tmp_path / "other"
    shutil.copytree(faces_data / "navy", other / "navy")
    with pytest.raises(ValueError, match="holds results on other pictures"):
        fit(other, own_copy, faces_cache, SHORT)
    assert contents(own_copy) == contents(finished)


@pytest.mark.slow
def test_the_shipped_network_learns_that_fakes_have_the_higher_logit(
    faces_data: Path, faces_cache: Path, tmp_path: Path
):
    settings = Settings(phases=(Phase(96, 3, 2e-3, True),), batch_size=8, mixture=Mixture(0, 0, 0, 0))
    with uncompiled(), undrawn():
        detector = load_detector(fit(faces_data, tmp_path / "out", faces_cache, settings))
    validation = load_crops(faces_data, read_samples(faces_data), faces_cache).select("validation")
    logits = detector.logits(np.asarray(validation.pixels[validation.rows]))
    # Stripes are easy: at least nearly every fake above every real.
    reals, fakes = logits[validation.labels == 0], logits[validation.labels == 1]
    assert (fakes[:, None] > reals).mean() > 0.9
    assert fakes.mean() > reals.mean()
