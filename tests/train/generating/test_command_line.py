"""`python -m train generate`: options, exit status, and what is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from train import __main__ as command_line
from train.generating import generate as module
from train.generating.generate import Settings

PROJECT = Path(__file__).parents[3]


def run(*options: str) -> int:
    try:
        return command_line.main(["generate", *options])
    except SystemExit as end:
        return end.code


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the command line asks of `generate`."""
    calls = []

    def record(*arguments: object, **options: object) -> dict:
        calls.append((*arguments, options))
        return {"fakes": {"count": 7}, "epochs": 3, "seconds": 150.0}

    monkeypatch.setattr(module, "generate", record)
    return calls


def test_without_options_the_settings_are_the_default_ones(asked: list[tuple], capsys: pytest.CaptureFixture[str]):
    assert run("--data", "faces", "--out", "made") == 0
    ((data, out, cache, settings, options),) = asked
    assert (data, out, cache) == (Path("faces"), Path("made"), Path("made-crops"))
    assert settings == Settings()
    assert options == {"epochs": 100, "minutes": None, "samples": 1000, "resume": False}
    assert capsys.readouterr().out.splitlines() == ["7 fakes after 3 epochs, 2 min of training", "Wrote made"]


def test_options_reach_the_training(asked: list[tuple]):
    words = "--cache c --network vae --size 128 --epochs 4 --minutes 2.5 --samples 9 --faces 50 --batch-size 8 --seed 6"
    run("--data", "faces", "--out", "made", *words.split(), "--resume", "--sources", "web", "studio", "web")
    ((_, _, cache, settings, options),) = asked
    assert cache == Path("c")
    assert settings == Settings("vae", 128, ("studio", "web"), 50, 8, seed=6)
    assert options == {"epochs": 4, "minutes": 2.5, "samples": 9, "resume": True}


@pytest.mark.parametrize(
    "options, words",
    [
        (["--size", "100"], "invalid choice: 100"),
        (["--network", "diffusion"], "invalid choice: 'diffusion'"),
        (["--epochs", "0"], "must be at least 1. Received: 0"),
        (["--samples", "0"], "must be at least 1. Received: 0"),
        (["--batch-size", "1"], "must be at least 2. Received: 1"),
        (["--minutes", "0"], "must be over 0. Received: 0"),
        (["--minutes", "inf"], "must be over 0. Received: inf"),
        (["--minutes", "nan"], "must be over 0. Received: nan"),
        (["--minutes", "soon"], "must be a number of minutes. Received: 'soon'"),
        (["--seed", "-1"], "must be at least 0. Received: -1"),
    ],
)
def test_wrong_use_ends_with_status_2(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run("--data", "x", "--out", str(tmp_path / "out"), *options) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["missing", "empty", "one class", "no source", "no faces"])
def test_unusable_data_ends_with_status_2_and_a_sentence(
    kind: str, faces_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    data, out, options = tmp_path / "data", tmp_path / "out", []
    words = {
        "missing": "there is no such folder",
        "empty": "no pictures in folders named real or fake",
        "one class": "no real pictures",
        "no source": "`sources` names a source that is not there: attic. There are: navy, space",
        "no faces": "none of the 4 pictures shows a face",
    }[kind]
    if kind != "missing":
        data.mkdir()
    if kind == "one class":
        (data / "fake").mkdir()
        (data / "fake/1.png").write_bytes(b"picture")
    if kind == "no source":
        data, options = faces_data, ["--sources", "attic"]
    if kind == "no faces":
        for name in ("train/real", "train/fake", "validation/real", "validation/fake"):
            (data / name).mkdir(parents=True)
            (data / name / "letter.jpg").write_text("Dear aunt")
    assert run("--data", str(data), "--out", str(out), *options) == 2
    message = capsys.readouterr().err
    assert "error: " in message
    assert words in message
    assert "Traceback" not in message
    assert not (out / "generated").exists()


def test_an_interruption_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def interrupted(*_: object, **__: object) -> dict:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "generate", interrupted)
    assert run("--data", "faces", "--out", "made") == 130
    assert "The same command with --resume goes on after the last full epoch." in capsys.readouterr().err


def test_help_names_networks_and_files_and_does_not_wait_for_keras():
    code = (
        "import sys; from train.__main__ import main\n"
        "try: main(['generate', '--help'])\n"
        "except SystemExit as end: print(end.code, sorted({'keras', 'tensorflow', 'mtcnn'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout.splitlines()[-1] == "0 []"
    for words in ("gan", "vae", "OUT/generated/train/fake", "OUT/grids", "generator.json", "example:"):
        assert words in result.stdout
