"""A comparison from folder to page: one set of faces, honest figures, nothing half-written."""

from __future__ import annotations

import csv
import errno
import json
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import roc_auc_score

from model import load_detector
from train import files as files_module
from train.__main__ import main
from train.several import compare as module
from train.several.compare import Settings, compare
from train.several.detectors import names_of
from train.several.pictures import most_disputed

FILES = {"comparison.html", "comparison.json", "roc.png", "disputed.png", "disputed.csv"}


@pytest.fixture(scope="module")
def compared(write_tiny, faces_data: Path, faces_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a comparison of two detectors, one in a folder with a hostile name."""
    folder = tmp_path_factory.mktemp("compared")
    detectors = [write_tiny(folder / "<b>bold$", 1), write_tiny(folder / "plain", 2, temperature=0.5)]
    out = folder / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    compare(faces_data, detectors, out, faces_cache, Settings(disputed=5, command="python -m train compare"))
    return out


@pytest.fixture(scope="module")
def comparison(compared: Path) -> dict:
    text = (compared / "comparison.json").read_text()
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_everything_is_there_and_other_files_are_left_alone(compared: Path):
    assert {path.name for path in compared.iterdir()} == FILES | {"mine.txt"}
    for name in ("roc.png", "disputed.png"):
        with Image.open(compared / name) as picture:
            assert picture.format == "PNG"
            assert min(picture.size) > 200


def test_figures_are_those_of_the_detectors_on_the_validation_part(
    comparison: dict, compared: Path, faces_data: Path, faces_cache: Path
):
    from train.evaluation.faces import load_faces

    crops = load_faces(faces_data, None, faces_cache).crops
    assert comparison["data"]["split"] == "validation"
    assert comparison["data"]["faces"] == len(crops.samples) == 8
    for row in comparison["detectors"]:
        detector = load_detector(compared.parent / row["name"] / "detector.json")
        logits = detector.logits(np.asarray(crops.pixels[crops.rows]))
        assert row["all"]["auc"]["value"] == pytest.approx(roc_auc_score(crops.labels, logits), abs=1e-4)
        verdicts = [score.verdict for score in detector.read_logits(logits)]
        assert row["all"]["uncertain"]["value"] == pytest.approx(verdicts.count("uncertain") / 8, abs=1e-4)
        assert row["version"] == detector.version
    (difference,) = comparison["differences"]
    first, second = (row["all"]["auc"]["value"] for row in comparison["detectors"])
    assert difference["auc"]["value"] == pytest.approx(first - second, abs=2e-4)


def test_times_are_ratios_to_the_first(comparison: dict):
    first, second = (row["time"] for row in comparison["detectors"])
    assert first["ratio"] == first["ratio_low"] == first["ratio_high"] == 1
    assert 0.05 < second["ratio"] < 20


def test_disputed_faces_come_by_falling_distance(comparison: dict, compared: Path):
    distances = [np.ptp(row["probabilities"]) for row in comparison["disputed"]]
    assert len(distances) == 5
    assert distances == sorted(distances, reverse=True)
    with (compared / "disputed.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["plain"]) for row in rows] == [row["probabilities"][1] for row in comparison["disputed"]]
    assert all(f"/{row['label']}/" in row["path"] for row in rows)


def test_the_most_disputed_face_is_where_probabilities_lie_furthest_apart():
    from train.evaluation.metrics import Scores

    fake, verdicts = np.array([True, False, True]), np.array(["real"] * 3)
    # Far apart in logits but both sure; closer in logits but of another opinion.
    scores = [Scores(fake, np.array(logits), 1.0, verdicts) for logits in ([20.0, -1, 0], [9.0, 1, 0.1])]
    assert most_disputed(scores, 2).tolist() == [1, 2]


def test_names_of_pictures_stay_out_of_what_may_be_passed_on(compared: Path, faces_data: Path):
    for name in ("comparison.json", "comparison.html"):
        text = (compared / name).read_text()
        assert "validation/fake" not in text
        assert str(compared.parent) not in text
        assert str(faces_data) not in text


class Links(HTMLParser):
    """Collects whatever a browser would fetch, and the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]


def test_the_page_needs_nothing_but_itself_and_names_are_no_markup(compared: Path):
    page = (compared / "comparison.html").read_text()
    links = Links()
    links.feed(page)
    assert len(links.fetched) == 2
    assert all(link.startswith("data:image/png;base64,") for link in links.fetched)
    assert "script" not in links.tags and "url(" not in page and "@import" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;bold$" in page


def test_names_are_those_of_folders_with_numbers_where_they_are_the_same(tmp_path: Path):
    files = [tmp_path / "a" / "run" / "x.json", tmp_path / "b" / "run" / "x.json", tmp_path / "other" / "x.json"]
    assert names_of(files) == ["run (1)", "run (2)", "other"]


def run(data: Path, files: list[Path], out: Path, cache: Path, *more: str) -> int:
    detectors = ["--detectors", *map(str, files)]
    return main(["compare", "--data", str(data), *detectors, "--out", str(out), "--cache", str(cache), *more])


def test_the_command_prints_the_tables(two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, capsys):
    assert run(faces_data, two_files, tmp_path / "out", faces_cache) == 0
    output = capsys.readouterr().out
    assert "| first | tiny-" in output
    assert "first − second" in output
    assert "| navy |" in output
    command = json.loads((tmp_path / "out" / "comparison.json").read_text())["command"]
    assert command.endswith("--detectors first/detector.json second/detector.json --out out")
    assert str(tmp_path) not in command


def test_the_same_detector_twice_is_refused(two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, capsys):
    assert run(faces_data, [two_files[0]] * 2, tmp_path / "out", faces_cache) == 2
    assert "two of `--detectors` are the same, tiny-" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_one_detector_is_too_few(two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, capsys):
    assert run(faces_data, two_files[:1], tmp_path / "out", faces_cache) == 2
    assert "takes 2 to 8 files named detector.json. Received: 1" in capsys.readouterr().err


def test_a_missing_detector_is_named(two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, capsys):
    assert run(faces_data, [two_files[0], tmp_path / "none.json"], tmp_path / "out", faces_cache) == 2
    assert "none.json: the detector can't be read" in capsys.readouterr().err


@pytest.mark.parametrize("broken", ["missing", "empty", "one class"])
def test_data_that_can_not_be_used_is_named(two_files, tmp_path: Path, broken: str, capsys):
    data = tmp_path / "data"
    if broken != "missing":
        data.mkdir()
    if broken == "one class":
        (data / "real").mkdir()
        (data / "real" / "a.jpg").write_bytes(b"picture")
    assert run(data, two_files, tmp_path / "out", tmp_path / "cache") == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    words = {"missing": "there is no such folder", "empty": "no pictures", "one class": "no fake pictures"}
    assert error.startswith(f"error: {data}: {words[broken]}")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_an_earlier_comparison_as_it_was(
    two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    out = tmp_path / "out"
    out.mkdir()
    (out / "comparison.json").write_text("earlier")
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "partial.comparison.html":
            write(path, data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(files_module.Path, "write_bytes", full)
    assert run(faces_data, two_files, out, faces_cache) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["comparison.json"]
    assert (out / "comparison.json").read_text() == "earlier"


def test_an_interruption_writes_nothing(
    two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "draw_sheet", interrupted)
    assert run(faces_data, two_files, tmp_path / "out", faces_cache) == 130
    assert "no comparison was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
