"""After each epoch: the mean of the sources' AUC decides, and nothing is ever half written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from train import callbacks as module
from train.callbacks import DivergedError, Resume, Throughput, ValidationAuc, answer_figures, auc_per_source
from train.crops import CropSet
from train.files import load_plain_weights, read_json, save_plain_weights, write_json
from train.losses import right_answers

MakeCrops = Callable[[Sequence[tuple[str, int, int]]], CropSet]


def linear_model(value: float = 0.0) -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.set_weights([np.full((3, 1), value), np.full(1, value)])
    return model


def saved_after_one_epoch(folder: Path) -> tuple[keras.Model, Resume]:
    """A model in phase 0 whose first epoch can be resumed from."""
    model = trained()
    resume = Resume(folder, SimpleNamespace(epoch=0))
    resume.set_model(model)
    resume.restore(model, phase=0)
    resume.on_epoch_end(0)
    resume.commit(0)
    return model, resume


def test_the_auc_is_the_share_of_pairs_in_the_right_order(make_crops: MakeCrops):
    crops = make_crops([("a", 0, 2), ("a", 1, 2), ("b", 0, 1), ("b", 1, 1)])
    # Source a: reals 1 and 3, fakes 2 and 4: three of four pairs stand right. Source b: its only pair is wrong.
    assert auc_per_source(crops, np.array([1, 3, 2, 4, 9, -9])) == {"a": 0.75, "b": 0.0}


def test_a_tie_counts_half_and_higher_means_fake(make_crops: MakeCrops):
    crops = make_crops([("a", 0, 1), ("a", 1, 1), ("b", 0, 1), ("b", 1, 1)])
    assert auc_per_source(crops, np.array([5, 5, -1, 1])) == {"a": 0.5, "b": 1.0}


def test_a_source_of_one_class_has_no_auc(make_crops: MakeCrops):
    crops = make_crops([("a", 0, 1), ("a", 1, 1), ("fakes", 1, 3), ("reals", 0, 3)])
    assert auc_per_source(crops, np.arange(8)).keys() == {"a"}


@pytest.fixture
def validate(
    make_crops: MakeCrops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[list[float], float], dict]:
    """Ends an epoch with the given logits for (real, fake) of source a (four pairs in a row) and of b."""
    crops = make_crops([("a", 0, 4), ("a", 1, 4), ("b", 0, 1), ("b", 1, 1)])
    model = linear_model()

    def end_of_epoch(logits: list[float], weight: float) -> dict:
        model.set_weights([np.full((3, 1), weight), np.zeros(1)])
        monkeypatch.setattr(module, "predict_logits", lambda *_: np.array(logits))
        callback = ValidationAuc(model, crops, tmp_path / "best.weights.h5", phase=2, size=128)
        logs = {"loss": 0.5}
        callback.on_epoch_end(int(weight) - 1, logs)
        return logs

    return end_of_epoch


GOOD, HALF = [0, 0, 0, 0, 1, 1, 1, 1, 0, 1], [0, 0, 0, 0, 1, 1, 1, 1, 1, 0]


def test_the_mean_of_the_sources_counts_not_the_largest(validate: Callable[[list[float], float], dict]):
    logs = validate(HALF, 1)
    # All right in the large source, all wrong in the small one: over all pictures it would be 0.82.
    assert (logs["val_auc_a"], logs["val_auc_b"], logs["val_auc"]) == (1.0, 0.0, 0.5)
    assert (logs["phase"], logs["size"]) == (2, 128)
    assert logs["loss"] == 0.5


def test_answers_are_measured_one_by_one_where_a_source_has_both_classes(make_crops: MakeCrops):
    crops = make_crops([("a", 0, 1), ("a", 1, 2), ("fakes", 1, 1)])
    # Right: the real at -1 and the fake at 2; wrong: the fake at -1. The fake of the source without reals is not asked.
    figures = answer_figures(crops, np.array([-1.0, 2.0, -1.0, -50.0]))
    assert figures["val_accuracy"] == pytest.approx(2 / 3)
    expected = [np.log1p(np.exp(-1)), np.log1p(np.exp(-2)), np.log1p(np.exp(1))]
    assert figures["val_loss"] == pytest.approx(np.mean(expected))


def test_right_answers_have_their_logit_on_the_side_of_their_label():
    labels, logits = np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([[-3.0], [0.2], [0.2], [-3.0]])
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(right_answers(labels, logits)), [1, 0, 1, 0])


class TestThroughput:
    """Two processors for 10 seconds are 20 seconds of processor time."""

    @pytest.fixture
    def logs(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
        batches = FourBatches()
        monkeypatch.setattr(module, "count_processors", lambda: 2)
        monkeypatch.setattr(module.time, "perf_counter", iter([100.0, 110.0]).__next__)
        monkeypatch.setattr(module.time, "process_time", iter([3.0, 22.0]).__next__)
        callback = Throughput(batches, batch_size=32)
        callback.on_epoch_begin(0)
        batches.processor_seconds += 1.5 + 4
        batches.own_seconds += 1.5
        logs = {}
        callback.on_epoch_end(0, logs)
        return logs | {"printed": capsys.readouterr().out}

    def test_crops_are_counted_by_the_clock(self, logs: dict[str, float]):
        assert logs["crops_per_second"] == 4 * 32 / 10

    def test_what_batches_took_here_is_not_the_networks_and_elsewhere_never_was(self, logs: dict[str, float]):
        assert logs["input_busy"] == pytest.approx((1.5 + 4) / 20)
        assert logs["network_busy"] == pytest.approx((19 - 1.5) / 20)

    def test_it_is_told(self, logs: dict[str, float]):
        assert "12.8 crops a second" in logs["printed"]
        assert "88% went into the network, 28% into making batches" in logs["printed"]


class FourBatches:
    processor_seconds = 7.0
    own_seconds = 5.0

    def __len__(self) -> int:
        return 4


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_answers_that_are_no_numbers_end_the_training(
    validate: Callable[[list[float], float], dict], wrong: float, tmp_path: Path
):
    with pytest.raises(DivergedError, match=r"epoch 1 of phase 2.*Lower the learning rate"):
        validate([*GOOD[:-1], wrong], 1)
    assert not list(tmp_path.glob("best*"))


def test_only_better_weights_replace_the_best(validate: Callable[[list[float], float], dict], tmp_path: Path):
    best = linear_model()
    for weight, logits, kept in ((1, HALF, 1), (2, GOOD, 2), (3, HALF, 2), (4, GOOD, 2)):
        validate(logits, weight)
        load_plain_weights(best, tmp_path / "best.weights.h5")
        assert best.get_weights()[0][0, 0] == kept
    described = json.loads((tmp_path / "best.weights.json").read_text())
    assert (described["val_auc"], described["epoch"], described["size"]) == (1.0, 2, 128)


def trained(epochs: int = 1) -> keras.Model:
    model = linear_model(0.5)
    model.compile(keras.optimizers.AdamW(0.1, use_ema=True, ema_momentum=0.9), "mse")
    generator = np.random.default_rng(0)
    model.fit(generator.normal(size=(32, 3)), generator.normal(size=(32, 1)), epochs=epochs, batch_size=8, verbose=0)
    return model


def test_plain_weights_are_the_models_without_its_optimizers(tmp_path: Path):
    import h5py

    path = tmp_path / "plain.weights.h5"
    model = trained()
    save_plain_weights(model, path)
    with h5py.File(path) as file:
        assert "optimizer" not in file
    fresh = linear_model()
    load_plain_weights(fresh, path)
    for mine, theirs in zip(fresh.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    load_plain_weights(trained(), path)  # into a compiled model, too
    assert [file.name for file in tmp_path.iterdir()] == ["plain.weights.h5"]


def test_a_resumed_model_has_weights_and_optimizer_of_the_interrupted_one(tmp_path: Path):
    model = trained(epochs=3)
    before = Resume(tmp_path, SimpleNamespace(epoch=0))
    before.set_model(model)
    assert before.restore(model, phase=1) == 0  # nothing there yet
    before.on_epoch_end(2)
    assert before.restore(linear_model(), phase=1) == 0  # saved, but not yet measured
    before.commit(2)

    resumed = linear_model(0.5)
    resumed.compile(keras.optimizers.AdamW(0.1, use_ema=True, ema_momentum=0.9), "mse")
    assert Resume(tmp_path, SimpleNamespace(epoch=0)).restore(resumed, phase=1) == 3
    assert int(resumed.optimizer.iterations) == 12
    for mine, theirs in zip(
        [*resumed.variables, *resumed.optimizer.variables], [*model.variables, *model.optimizer.variables], strict=True
    ):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(mine), keras.ops.convert_to_numpy(theirs))


def test_the_state_of_another_phase_is_not_resumed(tmp_path: Path):
    model, resume = saved_after_one_epoch(tmp_path)
    weights = model.get_weights()
    assert resume.restore(model, phase=1) == 0
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])


def test_batches_are_told_their_epoch(tmp_path: Path):
    batches = SimpleNamespace(epoch=0)
    Resume(tmp_path, batches).on_epoch_begin(7)
    assert batches.epoch == 7


@pytest.fixture
def interrupted_renaming(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process is killed when the file is written but has not its name yet."""

    def replace(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        yield


def test_json_is_written_in_full_or_not_at_all(tmp_path: Path, request: pytest.FixtureRequest):
    path = tmp_path / "state.json"
    assert read_json(path) == {}
    write_json(path, {"epoch": 1})
    request.getfixturevalue("interrupted_renaming")
    with pytest.raises(KeyboardInterrupt):
        write_json(path, {"epoch": 2})
    assert read_json(path) == {"epoch": 1}


def test_an_interruption_while_saving_keeps_the_earlier_state(tmp_path: Path, request: pytest.FixtureRequest):
    model, resume = saved_after_one_epoch(tmp_path)
    first = model.get_weights()
    model.set_weights([np.full((3, 1), 99.0), np.full(1, 99.0)])
    resume.on_epoch_end(1)
    request.getfixturevalue("interrupted_renaming")
    with pytest.raises(KeyboardInterrupt):
        resume.commit(1)
    assert Resume(tmp_path, SimpleNamespace(epoch=0)).restore(model, phase=0) == 1
    np.testing.assert_array_equal(model.get_weights()[0], first[0])
