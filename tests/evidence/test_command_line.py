from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evidence import error_level, noise_residual
from evidence.__main__ import main
from model import read_photo
from tests.evidence.files import with_exif
from tests.evidence.signing import GENERATED, authority, picture, signed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a plain picture, one of a camera, one that is signed, and a file that is no picture."""
    photos = tmp_path / "photos"
    (photos / "more").mkdir(parents=True)
    (photos / "plain.png").write_bytes(picture("PNG"))
    (photos / "camera.jpg").write_bytes(with_exif(tag_272="Box"))
    (photos / "more" / "signed.jpg").write_bytes(signed(actions=[GENERATED]))
    (photos / "broken.jpg").write_text("not a picture")
    (photos / "notes.txt").write_text("never looked at")
    return photos


def test_every_file_is_told_of_in_plain_words(folder: Path, capsys: pytest.CaptureFixture):
    assert main([str(folder)]) == 1, "one file could not be read"
    words = capsys.readouterr().out
    assert f"{folder / 'plain.png'}: This file says nothing" in words
    assert f"{folder / 'camera.jpg'}: This file has the notes that a camera writes." in words
    assert "\n  Camera: Box\n" in words
    assert f"{folder / 'more' / 'signed.jpg'}: This file's Content Credentials say that AI made this picture" in words
    assert "\n  Content Credentials: This file carries Content Credentials, and the picture is as it was" in words
    assert "\n  Written by: Darkroom 1.0\n" in words
    assert "\n  What was done: created (made by generative AI)\n" in words
    assert f"{folder / 'broken.jpg'}: This file is not a photo" in words
    assert "notes.txt" not in words


def test_every_file_read_is_success(folder: Path):
    assert main([str(folder / "plain.png"), str(folder / "more")]) == 0


def test_json_holds_every_file_and_the_refusals(folder: Path, tmp_path: Path):
    main([str(folder), "--json", str(tmp_path / "new" / "out.json")])
    answers = json.loads((tmp_path / "new" / "out.json").read_text())
    by_name = {Path(answer["path"]).name: answer for answer in answers}
    assert [Path(answer["path"]).name for answer in answers] == ["broken.jpg", "camera.jpg", "signed.jpg", "plain.png"]
    assert "not a photo" in by_name["broken.jpg"]["error"]
    assert by_name["signed.jpg"]["credentials"]["declares_ai"] is True
    assert by_name["camera.jpg"]["findings"] == [{"label": "Camera", "text": "Box", "kind": "camera"}]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out.json"], "nothing half-written is left"


def test_views_are_written_below_the_names_of_the_files(folder: Path, tmp_path: Path):
    assert main([str(folder), "--views", str(tmp_path / "views")]) == 1
    views = [path for path in (tmp_path / "views").rglob("*") if path.is_file()]
    written = sorted(str(path.relative_to(tmp_path / "views")) for path in views)
    names = ["camera.jpg", "more/signed.jpg", "plain.png"]
    assert written == sorted(f"{name}/{view}.png" for name in names for view in ("error-level", "noise"))
    pixels = read_photo(folder / "camera.jpg").pixels
    for view, draw in (("error-level", error_level), ("noise", noise_residual)):
        drawn = np.asarray(Image.open(tmp_path / "views" / "camera.jpg" / f"{view}.png"))
        np.testing.assert_array_equal(drawn, draw(pixels))


def test_signers_are_known_with_a_list_of_authorities(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    (tmp_path / "list.pem").write_text(authority().root)
    main([str(folder / "more"), "--trust", str(tmp_path / "list.pem")])
    assert "on the list of trusted signers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "PATH"),
        (["nowhere.jpg"], "nowhere.jpg: there is no such file"),
        (["examples/cat.jpg", "--trust", "nowhere.pem"], "nowhere.pem"),
        (["examples/cat.jpg", "--trust", "examples/README.md"], "holds no certificates"),
    ],
)
def test_wrong_use_is_status_2_and_says_why(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_an_interruption_ends_cleanly(folder: Path, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evidence.folder.gather_evidence", interrupt)
    assert main([str(folder), "--json", str(tmp_path / "out.json")]) == 130
    assert "Stopped" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


def test_it_runs_as_a_module_without_tensorflow():
    script = "import sys, runpy; sys.argv = ['evidence', 'examples/cat.jpg']\n" + (
        "try: runpy.run_module('evidence', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code and 'tensorflow' not in sys.modules"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "cat.jpg: This file says nothing" in result.stdout
