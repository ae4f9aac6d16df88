"""The learning curves show every epoch of every phase."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from train.curves import draw_curves, read_history, save_curves


def rows(first: str = "logit_") -> list[dict[str, str]]:
    """Two epochs of a phase and one of the next."""
    values = [("1", 0.9, 0.6), ("1", 0.5, 0.7), ("2", 0.4, 0.8)]
    return [
        {"phase": phase, f"{first}loss": loss, f"{first}accuracy": right, f"{first}auc": right}
        | {"val_loss": loss + 1, "val_accuracy": right / 2, "val_auc": right / 3}
        for phase, loss, right in values
    ]


@pytest.mark.parametrize("first", ["logit_", ""])
def test_each_panel_shows_training_and_validation(first: str):
    for panel, training, validation in zip(
        draw_curves(rows(first)).axes,
        ([0.9, 0.5, 0.4], [0.6, 0.7, 0.8], [0.6, 0.7, 0.8]),
        ([1.9, 1.5, 1.4], [0.3, 0.35, 0.4], [0.2, 0.7 / 3, 0.8 / 3]),
        strict=True,
    ):
        lines = {line.get_label(): line for line in panel.lines}
        np.testing.assert_allclose(lines["training"].get_ydata(), training)
        np.testing.assert_allclose(lines["validation"].get_ydata(), validation)
        assert list(lines["training"].get_xdata()) == [1, 2, 3]


def test_a_new_phase_is_marked_between_its_epochs():
    for panel in draw_curves(rows()).axes:
        (mark,) = [line for line in panel.lines if line.get_linestyle() == ":"]
        assert list(mark.get_xdata()) == [2.5, 2.5]


def test_one_epoch_is_enough(tmp_path: Path):
    save_curves(rows()[:1], tmp_path / "curves.png")
    assert [file.name for file in tmp_path.iterdir()] == ["curves.png"]


def test_what_can_not_be_drawn_leaves_the_earlier_picture(tmp_path: Path):
    path = tmp_path / "curves.png"
    path.write_bytes(b"earlier")
    with pytest.raises(ValueError, match="could not convert"):
        save_curves([rows()[0] | {"val_auc": "?"}], path)
    assert path.read_bytes() == b"earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["curves.png"]


def test_the_history_is_read_row_by_row(tmp_path: Path):
    (tmp_path / "history.csv").write_text("epoch,loss\n0,0.5\n1,0.25\n")
    assert [row["loss"] for row in read_history(tmp_path / "history.csv")] == ["0.5", "0.25"]
