"""`python -m report` writes a report for each photo, whole or not at all, and says what it could not read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from report.__main__ import main
from report.build import Report
from tests.report.reading import Page

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with one face, none, and a file that is no picture."""
    photos = tmp_path / "photos"
    (photos / "more").mkdir(parents=True)
    shutil.copy(EXAMPLES / "hopper.jpg", photos / "hopper.jpg")
    shutil.copy(EXAMPLES / "cat.jpg", photos / "more" / "cat.jpg")
    (photos / "broken.jpg").write_text("not a picture")
    (photos / "notes.txt").write_text("never looked at")
    return photos


def written(out: Path) -> list[str]:
    return sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())


def test_every_photo_gets_its_report_in_every_form(folder, tmp_path, capsys):
    out = tmp_path / "out"
    assert main([str(folder), "--out", str(out)]) == 1, "one file could not be read"
    forms = ("html", "json", "pdf")
    assert written(out) == [*(f"hopper.jpg.{form}" for form in forms), *(f"more/cat.jpg.{form}" for form in forms)]
    data = json.loads((out / "hopper.jpg.json").read_text(encoding="utf-8"))
    assert data["methods"] == ["grad-cam", "saliency"]
    assert len(data["faces"][0]["stability"]["variants"]) == 9
    assert Page((out / "hopper.jpg.html").read_text(encoding="utf-8")).unbalanced == []
    assert (out / "hopper.jpg.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    said = capsys.readouterr().out
    assert f"{folder / 'broken.jpg'}: This file is not a photo." in said
    assert f"{folder / 'hopper.jpg'}: One face: " in said
    assert f"{folder / 'more' / 'cat.jpg'}: No face was found" in said


def test_only_what_was_asked_for(tmp_path):
    photo = str(EXAMPLES / "hopper.jpg")
    arguments = ["--out", str(tmp_path), "--formats", "json", "--methods", "saliency", "--no-stability"]
    assert main([photo, photo, *arguments]) == 0
    assert written(tmp_path) == ["hopper.jpg.json"]
    data = json.loads((tmp_path / "hopper.jpg.json").read_text(encoding="utf-8"))
    assert data["methods"] == ["saliency"]
    assert data["faces"][0]["stability"] is None


def test_an_interruption_leaves_nothing_half_written(tmp_path, monkeypatch, capsys):
    def interrupt(self) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(Report, "to_json", interrupt)
    arguments = ["--out", str(tmp_path / "out"), "--formats", "html", "json", "--methods", "--no-stability"]
    assert main([str(EXAMPLES / "cat.jpg"), *arguments]) == 130
    assert written(tmp_path / "out") == ["cat.jpg.html"]
    assert "Stopped" in capsys.readouterr().err


def test_another_detector(write_detector, tmp_path):
    arguments = ["--out", str(tmp_path / "out"), "--formats", "json", "--methods", "--detector", str(write_detector())]
    assert main([str(EXAMPLES / "hopper.jpg"), *arguments]) == 0
    (face,) = json.loads((tmp_path / "out" / "hopper.jpg.json").read_text(encoding="utf-8"))["faces"]
    assert face["logit"] == pytest.approx(3)
    assert face["stability"]["holds"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "x"], "PATH"),
        (["examples/cat.jpg"], "--out"),
        (["nowhere.jpg", "--out", "x"], "nowhere.jpg: there is no such file"),
        (["examples/cat.jpg", "--out", "x", "--formats", "doc"], "doc"),
        (["examples/cat.jpg", "--out", "x", "--methods", "magic"], "magic"),
        (["examples/cat.jpg", "--out", "x", "--detector", "nowhere.json"], "nowhere.json"),
    ],
)
def test_wrong_use_is_status_2_and_says_why(arguments, message, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_photos_whose_reports_would_overwrite_each_other_are_refused(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        shutil.copy(EXAMPLES / "cat.jpg", tmp_path / name / "cat.jpg")
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "a" / "cat.jpg"), str(tmp_path / "b" / "cat.jpg"), "--out", str(tmp_path / "out")])
    assert stopped.value.code == 2
    assert "would get the same report, cat.jpg.html" in capsys.readouterr().err


def test_help_does_not_wait_for_tensorflow():
    script = (
        "import sys; from report.__main__ import main\n"
        "try: main(['--help'])\n"
        "finally: assert not {'tensorflow', 'reportlab'} & set(sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "--formats" in result.stdout
