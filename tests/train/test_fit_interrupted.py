"""A training that Ctrl-C ended goes on after the last full epoch and comes to what it would have come to."""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.train.short_training import run as run
from train import callbacks as callbacks_module
from train import fit as fit_module
from train.callbacks import Resume


def history(out: Path) -> list[dict[str, str]]:
    with (out / "history.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def finished(run: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a training that nothing disturbed, to be looked at only."""
    return run(tmp_path_factory.mktemp("finished") / "out")


class Interruption:
    """Strikes Ctrl-C the n-th time that something is called."""

    def __init__(self, function: Callable, at: int):
        self._function, self._left = function, at

    def __call__(self, *arguments: object, **options: object) -> object:
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt
        return self._function(*arguments, **options)

    def __get__(self, instance: object, owner: type) -> Callable:
        return functools.partial(self, instance) if instance is not None else self


# Where Ctrl-C strikes, and how many rows of the history are written by then.
INTERRUPTIONS = {
    "in the first epoch": (Resume, "on_train_batch_end", 2, 0),
    "in the second epoch": (Resume, "on_train_batch_end", 4 + 2, 1),
    "in the second phase": (Resume, "on_train_batch_end", 8 + 2, 2),
    "while the first epoch is measured": (callbacks_module, "predict_logits", 1, 0),
    "while the second epoch is measured": (callbacks_module, "predict_logits", 2, 1),
    "while the last epoch is measured": (callbacks_module, "predict_logits", 3, 2),
    "while the detector is written": (fit_module, "export_detector", 1, 3),
}


@pytest.mark.parametrize("case", INTERRUPTIONS)
def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(
    run: Callable[..., Path], finished: Path, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    owner, name, at, rows = INTERRUPTIONS[case]
    out = tmp_path / "interrupted"
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, Interruption(getattr(owner, name), at))
        with pytest.raises(KeyboardInterrupt):
            run(out)
    assert not (out / "detector.json").exists()
    assert not list(out.glob("partial*"))
    before = history(out) if rows else []
    assert len(before) == rows

    run(out)
    after = history(out)
    # Finished epochs are neither repeated nor missing.
    assert after[:rows] == before
    expected = history(finished)
    assert [(row["size"], row["epoch"]) for row in after] == [(row["size"], row["epoch"]) for row in expected]
    for mine, theirs in zip(after, expected, strict=True):
        assert float(mine["loss"]) == pytest.approx(float(theirs["loss"]), abs=1e-4)
        assert float(mine["val_auc"]) == pytest.approx(float(theirs["val_auc"]), abs=1e-4)
    written = [json.loads((folder / "detector.json").read_text()) for folder in (out, finished)]
    assert written[0]["metrics"] == written[1]["metrics"]
    assert written[0]["calibration"] == pytest.approx(written[1]["calibration"], abs=1e-3)
