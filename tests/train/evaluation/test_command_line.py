"""`python -m train evaluate` and `card`: what reaches the evaluation, what is refused, and the exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from train import __main__ as command_line
from train.evaluation import evaluate as module
from train.evaluation.evaluate import Settings

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize("command", ["evaluate", "card"])
def test_help_does_not_wait_for_keras(command: str):
    code = (
        "import sys; from train.__main__ import main\n"
        f"try: main(['{command}', '--help'])\n"
        "except SystemExit as end: print(end.code, sorted({'keras', 'tensorflow', 'sklearn'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.stdout.splitlines()[-1] == "0 []"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, evaluation: dict) -> list[tuple]:
    """What the command line asks of `evaluate`."""
    calls = []

    def record(*arguments: object) -> dict:
        calls.append(arguments)
        return evaluation

    monkeypatch.setattr(module, "evaluate", record)
    return calls


def test_without_options_the_shipped_detector_is_measured_whole(asked: list, capsys: pytest.CaptureFixture[str]):
    assert command_line.main(["evaluate", "--data", "/somewhere/faces"]) == 0
    ((data, detector, out, cache, settings),) = asked
    assert (data, detector, out, cache) == (
        Path("/somewhere/faces"),
        None,
        Path("evaluation"),
        Path("evaluation/crops"),
    )
    # The record has the folder's name, not the way to it on somebody's disk.
    assert settings == Settings(command="python -m train evaluate --data faces --out evaluation")
    output = capsys.readouterr().out
    assert "| navy " in output
    assert "can't be read or show no face: 2; evaluation/left_out.csv lists them" in output
    assert "Wrote evaluation/report.html" in output


def test_options_reach_the_evaluation(asked: list):
    options = (
        "--detector run/detector.json --out o --cache c --split test --no-robustness --robustness-faces 7 --seed 3"
    )
    assert command_line.main(["evaluate", "--data", "d", *options.split()]) == 0
    ((_, detector, out, cache, settings),) = asked
    assert (detector, out, cache) == (Path("run/detector.json"), Path("o"), Path("c"))
    command = (
        "python -m train evaluate --data d --detector detector.json --out o --split test --no-robustness "
        "--robustness-faces 7 --seed 3"
    )
    assert settings == Settings("test", False, 7, 3, command)


@pytest.mark.parametrize("options", [["--robustness-faces", "0"], ["--seed", "-1"]])
def test_a_number_out_of_range_is_refused(options: list[str], asked: list, capsys: pytest.CaptureFixture[str]):
    assert command_line.main(["evaluate", "--data", "d", *options]) == 2
    assert not asked
    assert options[1] in capsys.readouterr().err


def test_a_folder_without_fakes_is_refused_in_plain_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.jpg").write_bytes(b"picture")
    assert command_line.main(["evaluate", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    message = capsys.readouterr().err.strip().splitlines()[-1]
    assert message.startswith(f"error: {tmp_path}: no fake pictures (1 real and 0 fake were found)")
    assert not (tmp_path / "out").exists()


def test_a_missing_detector_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    options = ["--detector", str(tmp_path / "none.json"), "--out", str(tmp_path / "out")]
    assert command_line.main(["evaluate", "--data", str(tmp_path), *options]) == 2
    assert "none.json: the detector can't be read" in capsys.readouterr().err


def test_an_interruption_leaves_no_report(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def interrupted(*_: object) -> dict:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "evaluate", interrupted)
    assert command_line.main(["evaluate", "--data", "d"]) == 130
    assert "no report was written" in capsys.readouterr().err


@pytest.fixture
def card(tmp_path: Path, evaluation: dict) -> list[str]:
    """Options for a card of its own with its figures."""
    (tmp_path / "evaluation.json").write_text(json.dumps(evaluation))
    (tmp_path / "CARD.md").write_text("# Card\n\n<!-- results: begin -->\n<!-- results: end -->\n")
    return ["card", "--card", str(tmp_path / "CARD.md"), "--results", str(tmp_path)]


def test_check_tells_an_old_card_from_a_new_one_and_writes_nothing(card: list[str], tmp_path: Path):
    before = (tmp_path / "CARD.md").read_text()
    assert command_line.main([*card, "--check"]) == 1
    assert (tmp_path / "CARD.md").read_text() == before
    assert command_line.main(card) == 0
    assert (tmp_path / "CARD.md").read_text() != before
    assert command_line.main([*card, "--check"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CARD.md", "evaluation.json"]


def test_a_card_that_can_not_be_written_ends_with_status_2(
    card: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "evaluation.json").unlink()
    assert command_line.main(card) == 2
    assert "there is no such file" in capsys.readouterr().err
