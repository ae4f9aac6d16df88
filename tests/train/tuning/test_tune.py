"""Whole searches on a data set of a few faces: what they write, how they go on, and that they agree with `fit`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model import load_detector
from train.callbacks import Resume, auc_per_source
from train.crops import load_crops
from train.datasets import DataError, read_samples
from train.settings import Phase
from train.tuning import tune as tune_module
from train.tuning.report import write_report
from train.tuning.rows import FINISHED, INTERRUPTED, Row
from train.tuning.search import Search
from train.tuning.study import open_study
from train.tuning.tune import Limits, tune

PLOTS = ("history.png", "slices.png", "importance.png")

pytestmark = pytest.mark.usefixtures("eager")


@pytest.fixture(scope="module")
def search(make_search: Callable[..., Search]) -> Search:
    """A search whose trials have two epochs."""
    return make_search(epochs=2)


@pytest.fixture(scope="module")
def finished(
    run: Callable[..., list[Row]], search: Search, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Row]]:
    """The folder and the trials of a search that went through, to be looked at only."""
    out = tmp_path_factory.mktemp("finished") / "out"
    return out, run(out, search, 2)


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_search_leaves_its_results_and_nothing_large(finished: tuple[Path, list[Row]]):
    out, rows = finished
    best = max(rows, key=lambda row: row.value).number
    trials = [f"trials/{n:04d}/{name}" for n in (1, 2) for name in ("settings.json", "history.csv", "curves.png")]
    results = ["tuning.json", "tuning.html", "trials.csv", *PLOTS, "best/detector.json", "best/tiny.weights.h5"]
    kept = [f"trials/{best:04d}/best.weights.h5", "study.db", "settings.json", "manifest.csv"]
    assert sorted(files_below(out)) == sorted([*trials, *results, *kept])


def test_the_table_holds_every_trial_exactly(finished: tuple[Path, list[Row]]):
    out, rows = finished
    with (out / "trials.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [int(row["number"]) for row in table] == [1, 2]
    for line, row in zip(table, rows, strict=True):
        assert (line["state"], line["network"], line["depth"], line["epochs"]) == (FINISHED, "tiny", "", "2")
        assert float(line["learning_rate"]) == row.point.learning_rate
        assert float(line["augmentation"]) == row.point.augmentation
        assert float(line["value"]) == row.value
        assert float(line["seconds"]) > 0
        with (out / "trials" / f"{row.number:04d}" / "history.csv").open(newline="") as file:
            assert max(float(epoch["val_auc"]) for epoch in csv.DictReader(file)) == row.value


def test_each_training_had_the_settings_that_its_trial_chose(finished: tuple[Path, list[Row]], search: Search):
    out, rows = finished
    for row in rows:
        settings = json.loads((out / "trials" / f"{row.number:04d}" / "settings.json").read_text())
        assert settings["augmentation"] == row.point.augmentation
        assert settings["batch_size"] == search.base.batch_size
        assert settings["phases"] == [Phase(128, 2, row.point.learning_rate, adapt_statistics=True).__dict__]


def test_the_best_detector_is_used_like_any_other_and_is_as_good_as_its_trial_was(
    finished: tuple[Path, list[Row]], faces_data: Path, faces_cache: Path
):
    out, rows = finished
    detector = load_detector(out / "best" / "detector.json")
    validation = load_crops(faces_data, read_samples(faces_data), faces_cache).select("validation")
    logits = detector.logits(np.asarray(validation.pixels[validation.rows]))
    best = max(rows, key=lambda row: row.value)
    assert np.mean(list(auc_per_source(validation, logits).values())) == pytest.approx(best.value, abs=1e-6)
    assert detector.description["metrics"]["mean_auc"] == pytest.approx(best.value, abs=1e-4)
    assert detector.description["training"]["settings"]["augmentation"] == best.point.augmentation


def test_the_figures_say_what_was_searched_on_what_and_what_came_out(
    finished: tuple[Path, list[Row]], faces_data: Path
):
    out, rows = finished
    report = json.loads((out / "tuning.json").read_text())
    best = max(rows, key=lambda row: row.value)
    assert report["best"]["trial"] == best.number
    assert report["best"]["parameters"] == best.point.__dict__
    assert report["trials"] == {"finished": 2}
    assert report["data"]["faces"]["validation"] == {
        f"{source}/{label}": 2 for source in ("navy", "space") for label in ("fake", "real")
    }
    assert report["data"]["left_out"] == 2
    assert set(report["versions"]) == {"python", "keras", "optuna", "scikit-learn"}
    assert report["compared"].startswith("2 finished trials were compared. The best of many")
    assert "Too few finished trials to tell: 2" in report["importance"][0]["why_not"]
    # Nobody learns where on this machine anything lies.
    assert str(out.parent) not in (out / "tuning.json").read_text()
    assert str(faces_data.parent) not in (out / "tuning.json").read_text()


class Page(HTMLParser):
    """Collects what a page would load."""

    def __init__(self, text: str):
        super().__init__()
        self.sources, self.scripts = [], 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [value for name, value in attrs if name in ("src", "href")]
        self.scripts += tag == "script"


def test_the_page_needs_no_network_and_says_that_the_best_flatters_itself(finished: tuple[Path, list[Row]]):
    out, rows = finished
    text = (out / "tuning.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.sources) == 3
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert page.scripts == 0
    assert "2 finished trials were compared" in text
    assert "flatters itself" in text
    assert all(f"{row.value:.4f}" in text for row in rows)


def test_what_other_people_call_their_folders_does_nothing_on_the_page(
    finished: tuple[Path, list[Row]], search: Search, faces_data: Path, faces_cache: Path, tmp_path: Path
):
    study = open_study(finished[0] / "study.db", pruning=False)
    crops = load_crops(faces_data, read_samples(faces_data), faces_cache)
    name = '<script>alert("1")<script>'
    write_report(study, search, Path(name), crops, tmp_path / "out", "<b>note</b>")
    text = (tmp_path / "out" / "tuning.html").read_text(encoding="utf-8")
    assert Page(text).scripts == 0
    assert "&lt;script&gt;alert(" in text
    assert "&lt;b&gt;note&lt;/b&gt;" in text


def test_the_plots_are_pictures_of_some_size(finished: tuple[Path, list[Row]]):
    out, _ = finished
    for name in PLOTS:
        with Image.open(io.BytesIO((out / name).read_bytes())) as picture:
            assert picture.format == "PNG"
            assert min(picture.size) > 100
            # More than a white sheet.
            assert np.asarray(picture.convert("L")).std() > 1


@pytest.mark.usefixtures("undrawn_plots")
def test_an_interrupted_search_comes_to_what_an_uninterrupted_one_does(
    run: Callable[..., list[Row]],
    finished: tuple[Path, list[Row]],
    search: Search,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    out, expected = tmp_path / "out", finished[1]
    batches = iter(range(100))

    def press(self: Resume, batch: int, logs: dict | None = None) -> None:
        # Two batches an epoch and two epochs a trial: in the second epoch of the second trial.
        if next(batches) == 6:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Resume, "on_train_batch_end", press)
        with pytest.raises(KeyboardInterrupt):
            run(out, search, 2)
    left = files_below(out)
    # One trial is in the table, and nothing passes for the result of a search.
    assert left["trials.csv"].decode().splitlines()[1:][0].startswith("1,finished,")
    assert left["trials.csv"].count(b"\n") == 2
    assert not [name for name in left if "best/" in name or name.startswith("tuning.")]
    first_weights = left["trials/0001/best.weights.h5"]

    rows = run(out, search, 2)
    assert [row.number for row in rows] == [1, 2]
    assert [row.point for row in rows] == [row.point for row in expected]
    assert [row.epochs for row in rows] == [2, 2]
    for mine, theirs in zip(rows, expected, strict=True):
        assert mine.state == theirs.state == FINISHED
        assert mine.value == pytest.approx(theirs.value, abs=1e-4)
    assert sorted(files_below(out)) == sorted(files_below(finished[0]))
    # What was finished was not done again.
    if rows[0].value == max(row.value for row in rows):
        assert files_below(out)["trials/0001/best.weights.h5"] == first_weights


@pytest.mark.usefixtures("undrawn_plots")
def test_other_limits_add_trials_or_only_write_what_there_is(
    run: Callable[..., list[Row]], make_search: Callable[..., Search], tmp_path: Path
):
    search, out = make_search("bayesian"), tmp_path / "out"
    first = run(out, search, 1)
    (out / "tuning.html").unlink()
    assert run(out, search, 1) == first
    assert (out / "tuning.html").exists()
    second = run(out, search, 2)
    assert second[:1] == first
    assert len(second) == 2
    # As long as the slowest trial: another one would not fit.
    fraction = max(row.seconds for row in second) / 60 / 2
    assert run(out, search, 3, minutes=fraction) == second
    report = json.loads((out / "tuning.json").read_text())
    assert report["note"].startswith("Stopped after 2 of 3 trials: another could take")


@pytest.mark.usefixtures("undrawn_plots")
def test_when_the_time_is_up_in_a_trial_it_is_not_lost(
    run: Callable[..., list[Row]],
    make_search: Callable[..., Search],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    search, out = make_search("grid", learning_rate=[1e-3, 1e-2], augmentation=[0], epochs=2), tmp_path / "out"
    give = tune_module.run_trial
    with monkeypatch.context() as patch:
        # As if the deadline came within the first epoch.
        patch.setattr(tune_module, "run_trial", lambda *arguments: give(*arguments[:-1], 0.0))
        (row,) = run(out, search, None, minutes=60)
    assert (row.state, row.epochs) == (INTERRUPTED, 1)
    assert "The time is up in trial 1 of 2, after epoch 1." in capsys.readouterr().out
    assert not (out / "tuning.json").exists()
    rows = run(out, search, None)
    first, second = (line for line in capsys.readouterr().out.splitlines() if line.startswith("Trial "))
    assert first == f"Trial 1 of 2: learning rate {rows[0].point.learning_rate:g}; goes on after epoch 1"
    assert f"; best so far {rows[0].value:.4f} (trial 1); about " in second
    # A grid without a limit ends when all of it was tried.
    assert [row.state for row in rows] == [FINISHED, FINISHED]
    assert {row.point.learning_rate for row in rows} == {1e-3, 1e-2}
    assert json.loads((out / "tuning.json").read_text())["note"] == ""


def test_another_search_or_other_pictures_in_the_same_folder_are_refused(
    run: Callable[..., list[Row]],
    finished: tuple[Path, list[Row]],
    make_search: Callable[..., Search],
    search: Search,
    faces_data: Path,
    tmp_path: Path,
):
    out, _ = finished
    before = files_below(out)
    for changes in ({"learning_rate": [1e-3, 1e-2]}, {"epochs": 3}, {"pruning": True}):
        with pytest.raises(ValueError, match="holds results of other settings"):
            run(out, make_search(**{"epochs": 2} | changes))
    with pytest.raises(ValueError, match="holds results of other settings"):
        run(out, make_search("bayesian", epochs=2))
    with pytest.raises(ValueError, match="holds results on other pictures"):
        tune(_copied(faces_data / "navy", tmp_path / "less"), out, tmp_path / "cache", search, Limits(3))
    assert files_below(out) == before


def _copied(source: Path, data: Path) -> Path:
    for path in source.rglob("*.png"):
        target = data / "navy" / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return data


def test_what_can_not_be_trained_is_refused_before_anything_is_written(
    run: Callable[..., list[Row]], make_search: Callable[..., Search], tmp_path: Path
):
    search, out = make_search(), tmp_path / "out"
    for changes, words in (
        ({"batch_size": 3}, "batch_size=3"),
        ({"seed": -1}, "seed=-1"),
        ({"whole": ("attic",)}, "attic"),
    ):
        with pytest.raises(ValueError, match=words):
            run(out, replace(search, base=replace(search.base, **changes)))
    assert not out.exists()


def test_data_that_can_not_be_used_is_refused_before_anything_is_written(
    search: Search, faces_data: Path, tmp_path: Path
):
    out = tmp_path / "out"
    with pytest.raises(DataError, match="nowhere: there is no such folder"):
        tune(tmp_path / "nowhere", out, tmp_path / "cache", search, Limits(1))
    data = _copied(faces_data / "navy", tmp_path / "data")
    for path in (data / "navy/validation/real").iterdir():
        (data / "space/validation/real").mkdir(parents=True, exist_ok=True)
        path.rename(data / "space/validation/real" / path.name)
    with pytest.raises(DataError, match="data: no source has both real and fake faces for validation"):
        tune(data, out, tmp_path / "cache", search, Limits(1))
    assert not out.exists()
