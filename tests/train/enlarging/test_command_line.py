"""`python -m train augment`: options, exit status, and what is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from train import __main__ as command_line
from train.enlarging import cli
from train.enlarging import enlarge as enlarge_module
from train.enlarging.changes import CHANGES

PROJECT = Path(__file__).parents[3]


def run(*options: str) -> int:
    try:
        return command_line.main(["augment", *options])
    except SystemExit as end:
        return end.code


def test_it_writes_counts_and_says_where(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (pictures / "web/train/real/letter.jpg").write_text("Dear aunt")
    out = tmp_path / "out"
    assert run("--data", str(pictures), "--out", str(out), "--copies", "1", "--changes", "flip") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["source", "split", "class", "originals", "copies"],
        ["studio", "train", "real", "3", "3"],
        ["studio", "train", "fake", "3", "3"],
    ]
    assert "29 files written, 0 were already there." in lines
    assert f"Pictures that can't be read: 1; {out}/skipped.csv says which and why." in lines
    assert lines[-1] == f"Wrote {out}/Augmented_Dataset"


def test_copies_outside_of_training_get_a_warning(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run("--data", str(pictures), "--out", str(tmp_path / "out"), "--splits", "train", "validation") == 0
    assert "Note: what is measured on pictures that have copies" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options, words",
    [
        (["--copies", "0"], "must be at least 1. Received: 0"),
        (["--copies", "many"], "must be a whole number. Received: 'many'"),
        (["--seed", "-1"], "must be at least 0. Received: -1"),
        (["--changes", "blur"], "invalid choice: 'blur'"),
        (["--splits", "all"], "invalid choice: 'all'"),
        (["--strength", "0"], "`strength` must be over 0 and at most 3.0. Received: strength=0.0"),
        (["--changes", "flip"], "`flip` alone makes one copy"),
        (["--splits", "test"], "no pictures for test"),
    ],
)
def test_wrong_use_ends_with_status_2(
    options: list[str], words: str, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run("--data", str(pictures), "--out", str(tmp_path / "out"), *options) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "kind, words",
    [
        ("missing", "there is no such folder"),
        ("empty", "no pictures in folders named real or fake"),
        ("one class", "no fake pictures"),
    ],
)
def test_unusable_data_ends_with_status_2_and_a_sentence(
    kind: str, words: str, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    data = tmp_path / "other"
    if kind != "missing":
        data.mkdir()
    if kind == "one class":
        (data / "real").mkdir()
        (pictures / "web/train/real/0.jpg").rename(data / "real/0.jpg")
    assert run("--data", str(data), "--out", str(tmp_path / "out")) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"error: {data}: ")
    assert words in message
    assert "Traceback" not in message


def test_a_full_disk_is_told_in_one_line(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "out")

    monkeypatch.setattr(enlarge_module, "make_all", full)
    assert run("--data", str(pictures), "--out", str(tmp_path / "out")) == 2
    assert capsys.readouterr().err == "error: out: can't be written in full: No space left on device\n"


def test_an_interruption_ends_with_status_130(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(enlarge_module, "make_all", interrupted)
    assert run("--data", str(pictures), "--out", str(tmp_path / "out")) == 130
    assert "The same command goes on where it stopped." in capsys.readouterr().err


def test_the_command_line_offers_every_change():
    assert cli._CHANGES == CHANGES


def test_help_names_changes_and_files_and_waits_for_nothing():
    code = (
        "import sys; from train.__main__ import main\n"
        "try: main(['augment', '--help'])\n"
        "except SystemExit as end: print(end.code, sorted({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout.splitlines()[-1] == "0 []"
    for words in (*CHANGES, "OUT/Augmented_Dataset", "manifest.csv", "example:"):
        assert words in result.stdout


def test_what_a_process_loads_has_no_network_in_it():
    code = "import sys, train.enlarging.processes; print(sorted({'keras', 'tensorflow', 'mtcnn'} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout == "[]\n"
