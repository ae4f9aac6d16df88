from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from explain.__main__ import main
from explain.table import COLUMNS

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


@pytest.fixture
def with_detector(detector, monkeypatch):
    """Lets the command line load the small detector of these tests."""
    monkeypatch.setattr("model.detector.load_detector", lambda path: detector)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with one face, three faces, none, and a file that is no picture."""
    photos = tmp_path / "photos"
    (photos / "more").mkdir(parents=True)
    for name in ("hopper.jpg", "cat.jpg"):
        shutil.copy(EXAMPLES / name, photos / name)
    shutil.copy(EXAMPLES / "three_faces.jpg", photos / "more" / "three_faces.jpg")
    (photos / "broken.jpg").write_text("not a picture")
    (photos / "notes.txt").write_text("never looked at")
    return photos


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_row_a_face_and_one_for_a_file_without(with_detector, folder, tmp_path):
    assert main([str(folder), "--csv", str(tmp_path / "out.csv")]) == 1, "one file could not be read"
    rows = read_table(tmp_path / "out.csv")
    assert list(rows[0]) == COLUMNS
    assert [Path(row["path"]).name for row in rows] == ["broken.jpg", "cat.jpg", "hopper.jpg"] + ["three_faces.jpg"] * 3
    assert [row["face"] for row in rows] == ["", "", "1", "1", "2", "3"]
    assert "not a photo" in rows[0]["error"]
    assert rows[1]["error"] == "No face was found in this photo."
    assert rows[1]["probability_fake"] == ""
    assert all(0 <= float(row["probability_fake"]) <= 1 and not row["error"] for row in rows[2:])


def test_side_by_side_or_one_by_one_the_answers_are_the_same(with_detector, folder, tmp_path, capsys):
    printed = []
    for workers in ("1", "3"):
        main([str(folder), "--workers", workers, "--csv", str(tmp_path / f"{workers}.csv")])
        printed.append(capsys.readouterr().out)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "3.csv").read_bytes()
    assert printed[0] == printed[1]


@pytest.mark.parametrize("workers", ["0", "-1", "two", "65"])
def test_a_number_of_workers_that_is_none_is_refused(workers, capsys):
    with pytest.raises(SystemExit) as end:
        main([str(EXAMPLES), "--workers", workers])
    assert end.value.code == 2
    assert f"must be a whole number from 1 to 64. Received: {workers!r}" in capsys.readouterr().err


def test_every_file_read_is_success_even_without_a_face(with_detector, tmp_path):
    assert main([str(EXAMPLES / "cat.jpg"), "--csv", str(tmp_path / "out.csv")]) == 0


def test_drawings_and_json_agree_with_the_table(with_detector, folder, tmp_path):
    main([str(folder), "--out", str(tmp_path / "maps"), "--json", str(tmp_path / "out.json")])
    drawings = sorted(str(path.relative_to(tmp_path / "maps")) for path in (tmp_path / "maps").rglob("*.png"))
    faces = [f"more/three_faces.jpg/face{i}-{method}.png" for i in (1, 2, 3) for method in ("grad-cam", "saliency")]
    assert set(faces) < set(drawings)
    assert "hopper.jpg/grad-cam.png" in drawings
    assert not any("cat" in name or "broken" in name for name in drawings)
    assert Image.open(tmp_path / "maps" / "hopper.jpg" / "face1-grad-cam.png").width == 512
    answers = {Path(answer["path"]).name: answer for answer in json.loads((tmp_path / "out.json").read_text())}
    assert len(answers["three_faces.jpg"]["faces"]) == 3
    assert "error" in answers["broken.jpg"]


def test_only_the_methods_asked_for(with_detector, tmp_path):
    main([str(EXAMPLES / "hopper.jpg"), "--methods", "saliency", "--out", str(tmp_path)])
    assert sorted(path.name for path in tmp_path.rglob("*.png")) == ["face1-saliency.png", "saliency.png"]


def test_every_method_by_one_word(with_detector, tmp_path):
    from explain import METHODS

    main([str(EXAMPLES / "hopper.jpg"), "--methods", "all", "--out", str(tmp_path)])
    expected = [name for method in METHODS for name in (f"face1-{method}.png", f"{method}.png")]
    assert sorted(path.name for path in tmp_path.rglob("*.png")) == sorted(expected)


def test_another_layer_gives_another_map(with_detector, tmp_path):
    main([str(EXAMPLES / "hopper.jpg"), "--layer", "block4_add", "--json", str(tmp_path / "out.json")])
    ((face,),) = [answer["faces"] for answer in json.loads((tmp_path / "out.json").read_text())]
    assert face["heatmaps"]["grad-cam"]["shape"] == [32, 32]
    assert face["heatmaps"]["saliency"]["shape"] == [256, 256]


def test_check_says_of_every_map_what_hiding_it_did(with_detector, folder, tmp_path, capsys):
    main([str(folder), "--methods", "grad-cam", "--check", "--json", str(tmp_path / "out.json")])
    words = capsys.readouterr().out
    assert words.count("grad-cam: ") == 4, "one for each face"
    assert words.count("hiding as much elsewhere, to") + words.count("No region stood out") == 4
    last = words.strip().splitlines()[-1].split()
    assert last[0] == "grad-cam" and int(last[1]) == words.count("hiding as much elsewhere, to")
    answers = {Path(answer["path"]).name: answer for answer in json.loads((tmp_path / "out.json").read_text())}
    for face in answers["three_faces.jpg"]["faces"]:
        check = face["checks"]["grad-cam"]
        assert check["reason"] or check["trust"]["hiding"]["before"] == pytest.approx(face["logit"], abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "PATH"),
        (["nowhere.jpg"], "nowhere.jpg: there is no such file"),
        (["examples/cat.jpg", "--methods", "magic"], "magic"),
        (["examples/cat.jpg", "--layer", "nowhere"], "nowhere"),
        (["examples/cat.jpg", "--detector", "nowhere.json"], "nowhere.json"),
    ],
)
def test_wrong_use_is_status_2_and_says_why(arguments, message, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_help_does_not_wait_for_tensorflow():
    script = (
        "import sys; from explain.__main__ import main\n"
        "try: main(['--help'])\n"
        "finally: assert 'tensorflow' not in sys.modules"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "--csv" in result.stdout
