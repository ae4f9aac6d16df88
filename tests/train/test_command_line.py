"""`python -m train`: says what it takes, and what was wrong, in one line and by its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from train import __main__ as command_line
from train import fit as fit_module
from train.batches import Mixture
from train.fit import Phase, Settings

PROJECT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )


def test_help_lists_the_commands():
    result = run("-m", "train", "--help")
    assert result.returncode == 0
    assert "fit" in result.stdout
    assert result.stderr == ""


def test_help_does_not_wait_for_keras():
    code = (
        "import sys; from train.__main__ import main\n"
        "try: main(['fit', '--help'])\n"
        "except SystemExit as end: print(end.code, sorted({'keras', 'tensorflow', 'mtcnn'} & set(sys.modules)))"
    )
    assert run("-c", code).stdout.splitlines()[-1] == "0 []"


def test_a_missing_data_folder_is_named_without_a_traceback(tmp_path: Path):
    result = run("-m", "train", "fit", "--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"))
    assert result.returncode == 2
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith(f"error: {tmp_path / 'nowhere'}: there is no such folder")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "required: COMMAND"),
        (["bake"], "invalid choice: 'bake'"),
        (["fit"], "required: --data, --out"),
        (["fit", "--data", "x"], "required: --out"),
        (["fit", "--data", "x", "--out", "y", "--epochs", "many"], "must be a whole number. Received: 'many'"),
        (["fit", "--data", "x", "--out", "y", "--colour"], "unrecognized arguments: --colour"),
    ],
    ids=["nothing", "unknown command", "no options", "no out", "no number", "unknown option"],
)
def test_wrong_use_ends_with_status_2_and_says_what_was_wrong(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as caught:
        command_line.main(arguments)
    assert caught.value.code == 2
    message = capsys.readouterr().err
    assert "usage: python -m train" in message
    assert words in message


@pytest.mark.parametrize(
    "option, value",
    [
        ("--batch-size", "7"),
        ("--blend-share", "1.5"),
        ("--epochs", "-1"),
        ("--learning-rate", "0"),
        ("--patience", "-3"),
    ],
)
def test_a_number_out_of_range_ends_with_status_2(
    option: str, value: str, tmp_path: Path, faces_data: Path, capsys: pytest.CaptureFixture[str]
):
    arguments = ["fit", "--data", str(faces_data), "--out", str(tmp_path / "out"), "--full-epochs", "0", option, value]
    try:
        status = command_line.main(arguments)
    except SystemExit as end:
        status = end.code
    assert status == 2
    assert value in capsys.readouterr().err


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple]:
    """What the command line asks of `fit`, which writes no more than what is printed of its figures."""
    calls = []
    path = tmp_path / "detector.json"
    preprocessing = {"size": 256, "margin": 1.3, "values": "RGB 0..255"}
    weights = {"file": "lite0.weights.h5", "sha256": ""}
    metrics = {"auc": 0.9, "all_paired_sources": {"fakes_called_real": 0.03}, "sources": {}}
    description = {"format": 1, "classes": ["real", "fake"], "preprocessing": preprocessing, "weights": weights}
    path.write_text(json.dumps(description | {"metrics": metrics}))

    def record(*arguments: object) -> Path:
        calls.append(arguments)
        return path

    monkeypatch.setattr(fit_module, "fit", record)
    return calls


def test_without_options_the_settings_are_the_documented_ones(asked: list[tuple], capsys: pytest.CaptureFixture[str]):
    assert command_line.main(["fit", "--data", "faces", "--out", "run"]) == 0
    ((data, out, cache, settings),) = asked
    assert (data, out, cache) == (Path("faces"), Path("run"), Path("run/crops"))
    default = Settings()
    assert settings == default
    assert "detector.json" in capsys.readouterr().out


def test_options_reach_the_training(asked: list[tuple]):
    options = (
        "--cache c --epochs 3 --full-epochs 0 --learning-rate 0.01 --batch-size 8 --self-blended 0.5 --swapped 0 "
        "--resynthesised 0.2 --across 0.1 --whole a b --start s.weights.h5 --patience 2"
    )
    command_line.main(["fit", "--data", "faces", "--out", "run", *options.split(), "--seed", "9"])
    ((_, _, cache, settings),) = asked
    assert cache == Path("c")
    # A phase without epochs is no phase.
    assert list(settings.phases) == [Phase(128, 3, 0.01, True)]
    assert (settings.batch_size, settings.mixture, settings.patience, settings.seed) == (
        8,
        Mixture(0.5, 0, 0.2, 0.1),
        2,
        9,
    )
    assert (settings.whole, settings.start) == (("a", "b"), "s.weights.h5")


def test_an_interruption_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def interrupted(*_: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(fit_module, "fit", interrupted)
    assert command_line.main(["fit", "--data", "faces", "--out", "run"]) == 130
    assert "The same command goes on" in capsys.readouterr().err
