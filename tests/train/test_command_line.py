"""`python -m train`: says what it takes, and what was wrong, in one line and by its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from train import __main__ as command_line
from train import fit as fit_module
from train.pairs import Mixture
from train.settings import Phase, Settings

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

    def record(*arguments: object, **options: object) -> Path:
        calls.append((*arguments, options))
        return path

    monkeypatch.setattr(fit_module, "fit", record)
    return calls


def test_without_options_the_settings_are_the_documented_ones(asked: list[tuple], capsys: pytest.CaptureFixture[str]):
    assert command_line.main(["fit", "--data", "faces", "--out", "run"]) == 0
    ((data, out, cache, settings, others),) = asked
    assert list(others["callbacks"]) == []
    assert (data, out, cache) == (Path("faces"), Path("run"), Path("run/crops"))
    default = Settings()
    assert settings == default
    assert "detector.json" in capsys.readouterr().out


def test_options_reach_the_training(asked: list[tuple]):
    options = (
        "--cache c --epochs 3 --full-epochs 0 --learning-rate 0.01 --batch-size 8 --self-blended 0.5 --swapped 0 "
        "--resynthesised 0.2 --across 0.1 --whole a b --start s.weights.h5 --patience 2 --depth 7 --augmentation 0.5 "
        "--precision mixed_bfloat16"
    )
    command_line.main(["fit", "--data", "faces", "--out", "run", *options.split(), "--seed", "9"])
    ((_, _, cache, settings, _),) = asked
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
    assert (settings.depth, settings.augmentation, settings.precision) == (7, 0.5, "mixed_bfloat16")


def test_weights_may_be_called_so_or_start(asked: list[tuple]):
    for option in ("--weights", "--start"):
        command_line.main(["fit", "--data", "faces", "--out", "run", option, "none"])
    assert [call[3].start for call in asked] == ["none", "none"]


class TestResuming:
    """`--resume` takes the settings from the folder, and what is given besides must agree."""

    @pytest.fixture
    def out(self, tmp_path: Path) -> Path:
        folder = tmp_path / "run"
        folder.mkdir()
        settings = Settings(network="meso4", phases=(Phase(256, 9, 0.02, True),), batch_size=4, seed=3)
        (folder / "settings.json").write_text(json.dumps(asdict(settings)))
        return folder

    def test_options_need_not_be_given_again(self, asked: list[tuple], out: Path):
        assert command_line.main(["fit", "--data", "faces", "--out", str(out), "--resume"]) == 0
        settings = asked[0][3]
        assert (settings.network, settings.batch_size, settings.seed) == ("meso4", 4, 3)
        assert settings.phases == (Phase(256, 9, 0.02, True),)

    def test_what_is_given_counts(self, asked: list[tuple], out: Path):
        # So that the folder's owner, `claim_folder`, can refuse it.
        command_line.main(["fit", "--data", "faces", "--out", str(out), "--resume", "--batch-size", "8"])
        assert asked[0][3].batch_size == 8
        assert asked[0][3].network == "meso4"

    def test_without_a_training_there_is_nothing_to_go_on_with(
        self, asked: list[tuple], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        assert command_line.main(["fit", "--data", "faces", "--out", str(tmp_path / "new"), "--resume"]) == 2
        message = capsys.readouterr().err
        assert str(tmp_path / "new") in message
        assert "Leave out --resume" in message
        assert not asked

    def test_settings_of_another_version_are_refused(
        self, asked: list[tuple], out: Path, capsys: pytest.CaptureFixture[str]
    ):
        (out / "settings.json").write_text(json.dumps({"network": "lite0", "speed": 3}))
        assert command_line.main(["fit", "--data", "faces", "--out", str(out), "--resume"]) == 2
        assert "no settings of this version" in capsys.readouterr().err


def test_workers_are_passed_on(asked: list[tuple]):
    command_line.main(["fit", "--data", "faces", "--out", "run", "--workers", "3"])
    command_line.main(["fit", "--data", "faces", "--out", "run"])
    assert [options["workers"] for *_, options in asked] == [3, 0]


def test_normalisation_learns_on_whole_crops_where_that_is_asked_for(asked: list[tuple]):
    command_line.main(["fit", "--data", "faces", "--out", "run", "--epochs", "0", "--adapt-whole"])
    assert asked[0][3].phases == (Phase(256, 5, 5e-4, True),)


def test_a_device_that_is_not_there_is_named(asked: list[tuple], capsys: pytest.CaptureFixture[str]):
    assert command_line.main(["fit", "--data", "faces", "--out", "run", "--device", "gpu:7"]) == 2
    message = capsys.readouterr().err
    assert "cpu:0" in message
    assert "'gpu:7'" in message
    assert not asked


def test_an_interruption_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def interrupted(*_: object, **__: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(fit_module, "fit", interrupted)
    assert command_line.main(["fit", "--data", "faces", "--out", "run"]) == 130
    assert "The same command goes on" in capsys.readouterr().err
