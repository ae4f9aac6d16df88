"""`python -m train explore`: says what it found, and what was wrong, without a traceback."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from train import __main__ as command_line
from train.looks import report as report_module

PROJECT = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("undrawn_plots")


def test_it_says_what_it_found(write_faces: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = write_faces(22, brightness=200)
    (data / "north" / "train" / "fake" / "letter.jpg").write_text("Dear aunt")
    assert command_line.main(["explore", "--data", str(data), "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert "88 pictures: 44 real, 44 fake" in printed
    assert "brightness" in printed
    assert "Pictures that can't be read: 1" in printed
    assert f"Wrote {tmp_path / 'out' / 'explore.html'}" in printed


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--data", "faces"], "required: --out"),
        (["--data", "faces", "--out", "x", "--limit", "1"], "must be at least 2. Received: 1"),
        (["--data", "faces", "--out", "x", "--seed", "a"], "must be a whole number. Received: 'a'"),
    ],
)
def test_wrong_use_ends_with_status_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        command_line.main(["explore", *arguments])
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["missing", "empty", "one class"])
def test_unusable_data_ends_with_status_2(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = tmp_path / "faces"
    if kind != "missing":
        (data / "real").mkdir(parents=True)
    if kind == "one class":
        Image.new("RGB", (40, 40)).save(data / "real" / "0.png")
    assert command_line.main(["explore", "--data", str(data), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {data}: ")
    assert {"missing": "no such folder", "empty": "no pictures", "one class": "no fake pictures"}[kind] in error
    assert not (tmp_path / "out").exists()


def test_a_full_disk_ends_with_status_2(
    write_faces: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    def full(*_: object, **__: object):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(report_module, "save_figure", full)
    assert command_line.main(["explore", "--data", str(write_faces(2)), "--out", str(tmp_path / "out")]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_help_does_not_wait_for_anything_heavy():
    code = (
        "import sys; from train.__main__ import main\n"
        "try: main(['explore', '--help'])\n"
        "except SystemExit as end: print(end.code, sorted({'keras', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "0 []"
