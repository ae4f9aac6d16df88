"""`python -m train tune`: what its options become, what it says, and commands that can be typed again."""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from train import __main__ as command_line
from train import fit as fit_module
from train.pairs import Mixture
from train.settings import Settings
from train.tuning import cli
from train.tuning import tune as tune_module
from train.tuning.command import fit_command, tune_command
from train.tuning.rows import FAILED, FINISHED, INTERRUPTED, PRUNED, Row
from train.tuning.search import Search
from train.tuning.space import Point
from train.tuning.tune import Limits

PROJECT = Path(__file__).parents[3]
FINISHED_ROWS = [
    Row(1, FINISHED, Point("lite0", 9, 1e-3 / 3, 0.5, 0.5), 0.75, 4, 61.0, ""),
    Row(2, FINISHED, Point("lite0", 11, 1e-3, 1.5, 0.5), 0.875, 4, 59.0, ""),
    Row(3, PRUNED, Point("lite0", 11, 1e-3, 1.5, 0.5), 0.5, 2, 30.0, ""),
]


def main(*arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="python -m train")
    cli.add_parser(parser.add_subparsers(required=True))
    options = parser.parse_args(["tune", *arguments])
    return options.run(options)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the command line asks of `tune`, which has found a few trials at once."""
    calls = []

    def record(*arguments: object) -> list[Row]:
        calls.append(arguments)
        return FINISHED_ROWS

    monkeypatch.setattr(tune_module, "tune", record)
    return calls


def test_without_options_it_searches_the_rate_and_the_augmentation_of_lite0(asked: list[tuple]):
    assert main("--data", "faces", "--out", "tuning") == 0
    ((data, out, cache, search, limits),) = asked
    assert (data, out, cache) == (Path("faces"), Path("tuning"), Path("tuning/crops"))
    assert limits == Limits(None, None)
    assert (search.sampler, search.pruning, search.size, search.epochs) == ("bayesian", True, 128, 4)
    assert search.space.networks == ("lite0",)
    assert search.space.searched() == ["learning_rate", "augmentation"]
    # All else is as for `fit` without options.
    settings = search.settings(Point("lite0", None, 1e-3, 1.0, 0.5))
    assert settings.__dict__ | {"phases": ()} == Settings().__dict__ | {"phases": ()}


def test_options_reach_the_search(asked: list[tuple]):
    options = (
        "--cache c --sampler grid --learning-rate 1e-3 1e-4 --augmentation 0 1 2 --patch-weight 0.5 1 --depth 13 5 "
        "--networks lite0 patchres mobilenetv2 --weights none --no-pruning --epochs 3 --size 256 "
        "--trials 7 --minutes 90 --batch-size 8 --epoch-crops 640 --whole a b "
        "--self-blended 0.5 --swapped 0 --resynthesised 0.2 --across 0.1 --seed 9"
    )
    # No depth of 5 or 13 but 5 for patchres.
    main("--data", "faces", "--out", "tuning", *options.split())
    ((_, _, cache, search, limits),) = asked
    assert cache == Path("c")
    assert limits == Limits(7, 90.0)
    space = search.space
    assert (space.learning_rate, space.augmentation) == ((1e-4, 1e-3), (0.0, 1.0, 2.0))
    assert (space.patch_weight, space.depth) == ((0.5, 1.0), (5, 13))
    assert [space.depths(name) for name in space.networks] == [(5, 13), (5,), ()]
    assert (search.sampler, search.pruning, search.size, search.epochs) == ("grid", False, 256, 3)
    base = search.base
    assert (base.batch_size, base.epoch_crops, base.whole, base.seed) == (8, 640, ("a", "b"), 9)
    assert (base.mixture, base.start) == (Mixture(0.5, 0, 0.2, 0.1), "none")


def test_it_prints_the_best_first_how_many_were_compared_and_the_command(
    asked: list[tuple], capsys: pytest.CaptureFixture[str]
):
    main("--data", "my faces", "--out", "tuning", "--depth", "9", "11")
    printed = capsys.readouterr().out
    table = [line.split(" | ") for line in printed.splitlines() if line.startswith("| ")]
    assert [row[0] for row in table] == ["| trial", "| 2", "| 1"]
    assert "0.8750" in table[1]
    assert "2 finished trials were compared (besides 1 pruned). The best of many" in printed
    assert "flatters itself" in printed
    command = next(line for line in printed.splitlines() if "train fit" in line)
    words = shlex.split(command)
    assert words[words.index("--data") + 1] == "my faces"
    assert words[words.index("--cache") + 1] == "tuning/crops"
    assert words[words.index("--depth") + 1] == "11"


class Asked(Exception):  # noqa: N818 - no error
    """What `fit` was asked for."""


@pytest.fixture
def fit_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Settings]:
    """Gives the settings that the true command line makes of a `fit` command."""

    def record(*arguments: object, **options: object) -> None:
        raise Asked(arguments[3])

    monkeypatch.setattr(fit_module, "fit", record)

    def settings(command: str) -> Settings:
        words = shlex.split(command)
        assert words[:4] == ["python", "-m", "train", "fit"]
        with pytest.raises(Asked) as caught:
            command_line.main(words[3:])
        return caught.value.args[0]

    return settings


@pytest.mark.parametrize("size", [128, 256])
@pytest.mark.parametrize(
    "point",
    [
        Point("lite0", 9, 0.0012345678901234567, 1 / 3, 0.1 + 0.2),
        Point("patchres", None, 1e-5, 0.0, 0.0),
        Point("meso4", None, 1e-2, 3.0, 0.5),
    ],
    ids=lambda point: point.network,
)
def test_the_fit_command_makes_the_very_settings_of_the_trial(
    make_search: Callable[..., Search], fit_settings: Callable[[str], Settings], point: Point, size: int
):
    base = Settings(
        start="none", batch_size=8, epoch_crops=640, mixture=Mixture(0.5, 0, 0.2, 0.1), whole=("a b", "c"), seed=9
    )
    for search in (make_search(size=size, epochs=3, base=base), make_search(size=size, base=Settings())):
        command = fit_command(search, point, data="my faces", out="out", cache="$HOME")
        assert fit_settings(command) == search.settings(point)


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--sampler grid --depth 5 9 13 --augmentation 0 1 2 --no-pruning --size 256",
        "--sampler random --depth 3 9 --networks lite0 patchres --patch-weight 0.1 1 --weights none --seed 3",
        "--depth 7 --whole x --batch-size 8 --epoch-crops 99",
    ],
)
def test_the_command_on_the_page_makes_the_same_search(asked: list[tuple], options: str):
    main("--data", "faces", "--out", "tuning", *options.split())
    command = tune_command(asked[0][3], 5, data="faces", out="tuning")
    words = shlex.split(command)
    assert words[:4] == ["python", "-m", "train", "tune"]
    main(*words[4:])
    assert asked[1][3] == asked[0][3]
    assert asked[1][4].trials == 5


@pytest.mark.parametrize(
    "options, words",
    [
        ("--trials 0", "must be at least 1. Received: 0"),
        ("--minutes soon", "must be a number of minutes. Received: 'soon'"),
        ("--minutes 0", "must be over 0. Received: 0"),
        ("--learning-rate fast", "invalid float value: 'fast'"),
        ("--size 64", "invalid choice: 64"),
        ("--sampler annealing", "invalid choice: 'annealing'"),
        ("--learning-rate 1e-2 1e-3", "Received: 0.01 0.001 for bayesian"),
        ("--augmentation 0 9", "takes numbers from 0 to 3. Received: 0.0 9.0"),
        ("--networks resnet", "Received: resnet"),
        ("--batch-size 7", "batch_size=7"),
        ("--device abacus", "'abacus'"),
    ],
)
def test_wrong_use_ends_with_status_2_and_what_was_received_before_anything_is_written(
    options: str, words: str, faces_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    try:
        status = main("--data", str(faces_data), "--out", str(tmp_path / "out"), *options.split())
    except SystemExit as end:
        status = end.code
    assert status == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_study_is_named(
    faces_data: Path, faces_cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "out"
    out.mkdir()
    (out / "study.db").write_text("Dear aunt, " * 200)
    assert main("--data", str(faces_data), "--out", str(out), "--cache", str(faces_cache)) == 2
    assert capsys.readouterr().err == f"error: {out / 'study.db'}: can't be read or written: file is not a database\n"


@pytest.mark.parametrize("state, status", [(FAILED, 2), (INTERRUPTED, 0)])
def test_without_a_finished_trial_there_is_nothing_to_show(
    state: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    rows = [Row(1, state, Point("lite0", None, 1e-3, 1.0, 0.5), None, 0, 9.0, "the training diverged")]
    monkeypatch.setattr(tune_module, "tune", lambda *_: rows)
    assert main("--data", "faces", "--out", "tuning") == status
    assert "No trial was finished yet, so there is nothing to compare. the training diverged" in capsys.readouterr().out


def test_ctrl_c_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tune_module, "tune", interrupted)
    assert main("--data", "faces", "--out", "tuning") == 130
    assert "Stopped. The same command goes on after the last full epoch" in capsys.readouterr().err


def test_without_optuna_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setitem(sys.modules, "optuna.exceptions", None)
    assert main("--data", "faces", "--out", "tuning") == 2
    assert "`pip install -r requirements-dev.txt`" in capsys.readouterr().err


def test_help_waits_for_nothing_and_says_that_the_best_flatters_itself():
    code = (
        "import argparse, json, sys\n"
        "from train.tuning.cli import add_parser\n"
        "parser = argparse.ArgumentParser()\n"
        "add_parser(parser.add_subparsers())\n"
        "try: parser.parse_args(['tune', '--help'])\n"
        "except SystemExit: print(json.dumps(sorted({'optuna', 'keras', 'sklearn', 'cv2'} & set(sys.modules))))"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True)
    *lines, heavy = result.stdout.splitlines()
    assert json.loads(heavy) == []
    assert "flatters itself" in " ".join(lines)
    assert max(map(len, lines)) <= 120
