"""An evaluation from folder to report: the figures are those of the scores, and nothing is half-written."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import roc_auc_score

from model import Detector
from train.datasets import DataError
from train.evaluation import evaluate as module
from train.evaluation import wording
from train.evaluation.evaluate import Settings, evaluate
from train.evaluation.metrics import METRICS, VERDICTS
from train.evaluation.plots import CAPTIONS

FILES = {"evaluation.json", "metrics.csv", "scores.csv", "left_out.csv", "report.html", *CAPTIONS}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everything_is_there_and_other_files_are_left_alone(report: Path):
    assert {path.name for path in report.iterdir()} == FILES | {"crossval.json"}
    assert (report / "crossval.json").read_text() == "{}"
    assert [path.name for path in report.parent.iterdir()] == ["out"]


def test_the_scores_are_the_detectors_and_the_figures_follow_from_them(report: Path, evaluation: dict):
    rows = read(report / "scores.csv")
    assert len(rows) == 24
    assert list(rows[0]) == ["path", "source", "label", "logit", "probability_fake", "verdict"]
    for row in rows:
        assert f"/{row['label']}/" in row["path"]
        probability = float(row["probability_fake"])
        assert probability == pytest.approx(1 / (1 + np.exp(-float(row["logit"]) / 1.5)), abs=1e-4)
        assert row["verdict"] == ("real" if probability < 0.3 else "fake" if probability > 0.7 else "uncertain")
    fake = np.array([row["label"] == "fake" for row in rows])
    logits = np.array([float(row["logit"]) for row in rows])
    sources = np.array([row["source"] for row in rows])
    metrics = evaluation["all"]["metrics"]
    assert metrics["auc"]["value"] == pytest.approx(roc_auc_score(fake, logits), abs=1e-3)
    assert metrics["accuracy"]["value"] == pytest.approx(((logits >= 0) == fake).mean(), abs=1e-4)
    by_source = [roc_auc_score(fake[sources == source], logits[sources == source]) for source in ("navy", "space")]
    assert evaluation["mean_auc"]["value"] == pytest.approx(np.mean(by_source), abs=1e-3)
    assert metrics["auc"]["value"] > 0.7  # of a detector that works


def test_the_record_says_what_was_measured(evaluation: dict):
    assert evaluation["detector"] == {
        "version": "stripes-" + "ab" * 6,
        "network": "stripes",
        "parameters": 12,
        "weights_sha256": "ab" * 32,
        "temperature": 1.5,
        "real_below": 0.3,
        "fake_above": 0.7,
    }
    assert (evaluation["seed"], evaluation["command"]) == (5, "python -m train evaluate")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", evaluation["date"])
    data = evaluation["data"]
    assert (data["split"], data["faces"], data["pooled"]) == ("all", 24, ["navy", "space"])
    for row in evaluation["sources"].values():
        assert (row["real"], row["fake"], row["groups"]) == (6, 6, 12)
        assert sum(map(sum, row["confusion"])) == 12


def test_intervals_hold_their_figures(evaluation: dict):
    for row in [evaluation["all"], *evaluation["sources"].values()]:
        for name, figure in row["metrics"].items():
            low, high = figure["interval"]
            assert low <= high
            # With few faces, resamples of figures that are no means lie to one side of them.
            if name in ("auc", "accuracy", "recall", "brier", "log_loss", *VERDICTS):
                assert low <= figure["value"] <= high, name


def test_pictures_left_out_are_listed_but_not_named_in_what_is_published(report: Path, evaluation: dict):
    rows = {row["path"]: row["reason"] for row in read(report / "left_out.csv")}
    assert set(rows) == {"space/train/fake/lawn.png", "space/train/real/letter.jpg"}
    assert rows["space/train/fake/lawn.png"] == "No face was found."
    assert [row["pictures"] for row in evaluation["data"]["left_out"]] == [1, 1]
    for name in ("evaluation.json", "metrics.csv"):
        text = (report / name).read_text()
        assert ".png" not in text
        assert ".jpg" not in text
    page = (report / "report.html").read_text()
    assert all(path in page for path in rows)


def test_the_table_has_a_row_a_source_with_the_figures_of_the_json(report: Path, evaluation: dict):
    rows = read(report / "metrics.csv")
    assert [row["source"] for row in rows] == ["navy", "space", "all"]
    for row in rows:
        expected = evaluation["all"] if row["source"] == "all" else evaluation["sources"][row["source"]]
        for name in METRICS:
            figure = expected["metrics"][name]
            cells = [float(row[column]) for column in (name, f"{name}_low", f"{name}_high")]
            assert cells == [figure["value"], *figure["interval"]]


def test_every_plot_is_a_picture_small_enough_for_git(report: Path):
    assert len(CAPTIONS) == 6
    for name in CAPTIONS:
        with Image.open(report / name) as picture:
            assert picture.format == "PNG"
            assert min(picture.size) > 300
        assert (report / name).stat().st_size < 80_000


class Links(HTMLParser):
    """Collects whatever a browser would fetch, and counts pictures and tables."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]


def test_the_page_needs_nothing_but_itself(report: Path):
    page = (report / "report.html").read_text(encoding="utf-8")
    links = Links()
    links.feed(page)
    assert len(links.fetched) == len(CAPTIONS)
    assert all(link.startswith("data:image/png;base64,") for link in links.fetched)
    assert "url(" not in page
    assert "@import" not in page
    assert "script" not in links.tags
    assert links.tags.count("table") >= 7


def test_the_page_has_the_figures_of_the_json(report: Path, evaluation: dict):
    page = (report / "report.html").read_text(encoding="utf-8")
    for table in wording.tables(evaluation).values():
        for row in table[1:]:
            assert all(f"<td>{cell}</td>" in page for cell in row[1:])
    assert wording.figure(evaluation["mean_auc"]) in page


def test_names_from_the_data_folder_are_no_markup(report: Path, evaluation: dict, tmp_path: Path):
    from train.datasets import Sample
    from train.evaluation.report import write_report

    sample = Sample("real/<script>alert(1)</script>.jpg", "all", "train", 0, "g")
    write_report(evaluation, [(sample, "No face was found.")], tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_what_breaks_off_leaves_an_earlier_report_as_it_was(
    report: Path,
    faces_data: Path,
    faces_cache: Path,
    stripes_detector: Detector,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    def fails(*_: object) -> None:
        raise OSError("disk full")

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "evaluation.json").write_text("earlier")
    monkeypatch.setattr(module, "load_detector", lambda _: stripes_detector)
    monkeypatch.setattr(module, "write_report", fails)
    with pytest.raises(OSError, match="disk full"):
        evaluate(faces_data, None, tmp_path / "out", faces_cache, Settings(robustness=False))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "evaluation.json").read_text() == "earlier"


def test_without_robustness_its_plot_and_figures_are_missing_and_the_page_says_so(
    faces_data: Path, faces_cache: Path, stripes_detector: Detector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "load_detector", lambda _: stripes_detector)
    result = evaluate(faces_data, None, tmp_path / "out", faces_cache, Settings(robustness=False))
    assert result["robustness"] is None
    assert result["data"]["split"] == "validation"
    assert not (tmp_path / "out" / "plot_robustness.png").exists()
    assert "--no-robustness" in (tmp_path / "out" / "report.html").read_text()


def test_a_network_that_gives_no_numbers_is_named_with_the_picture(
    faces_data: Path, faces_cache: Path, stripes_detector: Detector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Broken(Detector):
        def run(self, pixels: np.ndarray) -> np.ndarray:
            return np.full(len(pixels), np.nan)

    broken = Broken(stripes_detector.network, stripes_detector.calibration, stripes_detector.description)
    monkeypatch.setattr(module, "load_detector", lambda _: broken)
    with pytest.raises(DataError, match=r"navy/validation/fake/.*png: the network's answer is not a number"):
        evaluate(faces_data, None, tmp_path / "out", faces_cache, Settings())


def test_the_json_can_be_read_by_any_reader(report: Path):
    text = (report / "evaluation.json").read_text()
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
