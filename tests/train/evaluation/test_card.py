"""The card's figures are the report's; what people wrote around them stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from train.evaluation import wording
from train.evaluation.card import SECTIONS, CardError, render_card
from train.evaluation.cli import CARD, RESULTS

PROSE = "# Unmask\n\nWritten by hand.\n\n## Results\n\n"
CROSSVAL = {
    "folds": [
        {
            "left_out": ["navy", "moon"],
            "auc": {"navy": 0.7123},
            "interval": {"navy": [0.65, 0.77]},
            "recall_of_single_class": {"moon": 0.42},
            "trained_on": ["space"],
            "epochs": 3,
        },
        {"left_out": ["space"], "auc": {"space": 0.81}, "interval": {"space": [0.79, 0.83]}},
    ],
    "mean_auc": 0.7612,
    "settings": {},
}
BASELINES = {"rows": [{"name": "Meso4", "parameters": 28073, "auc": {"navy": 0.901, "space": 0.653}, "all": 0.8}]}


def part(name: str) -> str:
    return f"<!-- {name}: begin -->\nold\n<!-- {name}: end -->\n"


@pytest.fixture
def results(tmp_path: Path, evaluation: dict) -> Path:
    (tmp_path / "evaluation.json").write_text(json.dumps(evaluation))
    (tmp_path / "crossval.json").write_text(json.dumps(CROSSVAL))
    (tmp_path / "baselines.json").write_text(json.dumps(BASELINES))
    return tmp_path


def lines_of(card: str, name: str) -> list[list[str]]:
    """The cells of the tables in a part."""
    text = card.split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]


@pytest.fixture
def card(results: Path) -> str:
    return render_card(PROSE + "".join(part(name) for name in SECTIONS) + "\nThe end.\n", results)


def test_the_cards_figures_are_the_reports(card: str, evaluation: dict, report: Path):
    rows = {row[0]: row for row in lines_of(card, "results")[:5]}
    page = (report / "report.html").read_text(encoding="utf-8")
    for title, row in wording.rows_of(evaluation).items():
        figure = row["metrics"]["auc"]
        low, high = figure["interval"]
        text = f"{figure['value']:.3f} ({low:.3f}–{high:.3f})"
        assert rows[title][2] == text
        assert f"<td>{text}</td>" in page
    for cells in (lines_of(card, "controls"), lines_of(card, "shortcuts")):
        assert all(f"<td>{cell}</td>" in page for row in cells[2:] for cell in row[1:])
    ece, brier, _ = lines_of(card, "calibration")[2:]
    metrics = evaluation["all"]["metrics"]
    for row, name in ((ece, "ece"), (brier, "brier")):
        assert row[1:] == [wording.figure(metrics[f"{name}_before"]), wording.figure(metrics[name])]
    blur = lines_of(card, "robustness")[4]
    expected = [row for row in evaluation["robustness"]["conditions"] if row["family"] == "blur"]
    assert blur[1] == " · ".join(f"{row['level']}: {row['mean_auc']['value']:.3f}" for row in expected)
    assert blur[2] == f"{max(row['mean_auc_loss'] for row in expected):.3f}"


def test_sources_left_out_stand_beside_what_training_on_them_gives(card: str, evaluation: dict):
    _, _, navy, space = lines_of(card, "unseen")
    own = evaluation["sources"]["navy"]["metrics"]["auc"]["value"]
    assert navy == ["navy", "moon", "0.712 (0.650–0.770)", f"{own:.3f}"]
    assert space[:3] == ["space", "–", "0.810 (0.790–0.830)"]
    assert "Mean: **0.761**" in card
    assert "moon: 42.0 %" in card


def test_the_baselines_stand_beside_the_detector(card: str, evaluation: dict):
    head, _, meso, own = lines_of(card, "baselines")
    assert head[:4] == ["model", "parameters", "navy", "space"]
    assert meso == ["Meso4", "28,073", "0.901", "0.653", "0.800"]
    assert own[1] == "12"
    assert own[-1] == f"{evaluation['all']['metrics']['auc']['value']:.3f}"


def test_fakes_made_here_are_those_of_the_same_detector(results: Path, evaluation: dict):
    assert "Not measured yet." in render_card(part("results") + part("made"), results)
    (results / "made.json").write_text(json.dumps(evaluation))
    rows = lines_of(render_card(part("results") + part("made"), results), "made")
    assert [row[0] for row in rows[2:]] == [*evaluation["sources"], wording.POOLED]
    assert rows[2][2] == wording.figure(evaluation["sources"][rows[2][0]]["metrics"]["auc"])
    other = {**evaluation, "detector": {**evaluation["detector"], "version": "other-1"}}
    (results / "made.json").write_text(json.dumps(other))
    with pytest.raises(CardError, match=r"made\.json about other-1: measure again"):
        render_card(part("results") + part("made"), results)


def test_the_readme_says_what_the_evaluation_says():
    evaluation = json.loads((RESULTS / "evaluation.json").read_text(encoding="utf-8"))
    readme = CARD.parents[1].joinpath("README.md").read_text(encoding="utf-8")
    for title, row in wording.rows_of(evaluation).items():
        if row["metrics"]["auc"]:
            assert f"| {title} | {wording.figure(row['metrics']['auc'])} |" in readme


def test_prose_stays_and_a_second_run_changes_nothing(card: str, results: Path):
    assert PROSE in card
    assert card.endswith("\nThe end.\n")
    assert "\nold\n" not in card
    assert render_card(card, results) == card


def test_what_was_not_measured_is_said(results: Path):
    (results / "crossval.json").unlink()
    (results / "baselines.json").unlink()
    card = render_card(part("results") + part("unseen") + part("baselines"), results)
    assert card.count("Not measured yet.") == 2


def test_the_hub_reads_the_front_matter(card: str, evaluation: dict):
    data = ModelCard(card).data
    assert (data.license, data.library_name, data.pipeline_tag) == ("apache-2.0", "keras", "image-classification")
    found = {
        (result.dataset_name.split(": ")[1], result.metric_type): result.metric_value for result in data.eval_results
    }
    assert found["navy", "roc_auc"] == evaluation["sources"]["navy"]["metrics"]["auc"]["value"]
    assert found[wording.POOLED, "accuracy"] == evaluation["all"]["metrics"]["accuracy"]["value"]
    assert len(found) == 3 * 5


@pytest.mark.parametrize(
    "text, words",
    [
        ("no marker", "must have the part `results`"),
        (part("results") + part("colours"), "results, colours"),
        (part("results") + "<!-- controls: begin -->\n", "without its other half"),
        ("<!-- results: begin -->\n<!-- controls: end -->", "without its other half"),
    ],
    ids=["none", "unknown", "no end", "crossed"],
)
def test_markers_that_can_not_be_are_refused(text: str, words: str, results: Path):
    with pytest.raises(CardError, match=words):
        render_card(text, results)


def test_without_figures_it_says_which_command_gives_them(tmp_path: Path):
    with pytest.raises(CardError, match=r"evaluation.json: there is no such file. `python -m train evaluate"):
        render_card(part("results"), tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_damaged_figures_are_named(content: str, results: Path):
    (results / "crossval.json").write_text(content)
    with pytest.raises(CardError, match=str(results)):
        render_card(part("results") + part("unseen"), results)


def test_the_committed_card_is_what_the_committed_figures_give():
    card = CARD.read_text(encoding="utf-8")
    assert render_card(card, RESULTS) == card, "run `python -m train card`"


def test_the_committed_figures_are_of_the_shipped_detector():
    shipped = json.loads((CARD.parent / "weights" / "detector.json").read_text(encoding="utf-8"))
    measured = json.loads((RESULTS / "evaluation.json").read_text(encoding="utf-8"))["detector"]
    assert measured["weights_sha256"] == shipped["weights"]["sha256"]
