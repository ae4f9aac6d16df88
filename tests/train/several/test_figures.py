"""Figures of several detectors, by hand and against scikit-learn; p-values that know of groups."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from train.evaluation.intervals import resample_groups
from train.evaluation.metrics import Scores
from train.several.figures import decided_figures, measure_detectors, p_of
from train.several.words import verdict


def scores_of(faces, logits: np.ndarray) -> Scores:
    verdicts = np.where(logits < -1, "real", np.where(logits > 1, "fake", "uncertain"))
    return Scores(faces.crops.labels > 0.5, logits, 1.0, verdicts)


def test_right_answers_are_counted_among_the_decided_ones():
    fake = np.array([True, True, True, False, False])
    verdicts = np.array(["fake", "real", "uncertain", "real", "uncertain"])
    figures = decided_figures(Scores(fake, np.zeros(5), 1.0, verdicts), np.array([[1, 1, 1, 1, 1], [1, 0, 1, 2, 0]]))
    np.testing.assert_allclose(figures["right"], [2 / 3, 1])
    np.testing.assert_allclose(figures["uncertain"], [0.4, 0.25])


def test_a_detector_that_decides_nothing_has_no_share_of_right_answers(make_faces):
    faces = make_faces(6)
    scores = scores_of(faces, np.linspace(-0.5, 0.5, 24))
    result = measure_detectors(faces, [scores, scores], resample_groups(faces.groups, faces.cells, 0, 50))
    assert result["detectors"][0]["all"]["right"] is None
    assert result["detectors"][0]["all"]["uncertain"]["value"] == 1


@pytest.fixture
def measured(make_faces):
    faces = make_faces(40)
    generator = np.random.default_rng(0)
    fake = faces.crops.labels > 0.5
    good, bad = generator.normal(np.where(fake, 1.5, -1.5), 1), generator.normal(np.where(fake, 0.3, -0.3), 1)
    scores = [scores_of(faces, logits) for logits in (good, bad, good + 0.01 * generator.normal(size=160))]
    return faces, scores, measure_detectors(faces, scores, resample_groups(faces.groups, faces.cells, 0))


def test_areas_are_those_of_scikit_learn(measured):
    faces, scores, result = measured
    fake, sources = faces.crops.labels > 0.5, faces.crops.sources
    for score, row in zip(scores, result["detectors"], strict=True):
        by_source = {s: roc_auc_score(fake[sources == s], score.logits[sources == s]) for s in ("a", "b")}
        assert row["all"]["auc"]["value"] == pytest.approx(roc_auc_score(fake, score.logits), abs=1e-4)
        assert {s: row["sources"][s]["auc"]["value"] for s in by_source} == pytest.approx(by_source, abs=1e-4)
        assert row["mean_auc"]["value"] == pytest.approx(np.mean(list(by_source.values())), abs=1e-4)


def test_differences_are_of_the_same_resamples(measured):
    _, _, result = measured
    rows = result["differences"]
    assert [(row["first"], row["second"]) for row in rows] == [(0, 1), (0, 2), (1, 2)]
    areas = [row["all"]["auc"] for row in result["detectors"]]
    assert rows[0]["auc"]["value"] == pytest.approx(areas[0]["value"] - areas[1]["value"], abs=2e-4)
    # Two scores that are nearly the same differ by next to nothing in every resample, however wide each one's interval.
    assert np.ptp(rows[1]["auc"]["interval"]) < 0.1 * np.ptp(areas[0]["interval"])


def test_a_large_difference_is_found_and_a_small_one_is_not(measured):
    large, small, _ = measured[2]["differences"]
    assert max(large["p_delong"], large["p_groups"], large["p_holm"]) < 0.01
    assert min(small["p_delong"], small["p_groups"], small["p_holm"]) > 0.05
    assert large["p_holm"] >= large["p_groups"]


def test_ten_frames_of_one_video_are_no_ten_proofs(make_faces):
    """All faces of a group get one score, so there is a tenth of the evidence: DeLong's test can't know, groups do."""
    faces = make_faces(60, size=10)
    fake = faces.crops.labels > 0.5
    generator = np.random.default_rng(3)
    names, group_of = np.unique(faces.groups, return_inverse=True)
    scores = []
    for shift in (0.9, 0.0):
        of_groups = generator.normal(0, 1, len(names))
        scores.append(scores_of(faces, of_groups[group_of] + shift * fake))
    alone = np.arange(len(fake))
    rows = [
        measure_detectors(faces, scores, resample_groups(groups, faces.cells, 0))["differences"][0]
        for groups in (faces.groups, alone)
    ]
    by_group, by_face = (np.ptp(row["auc"]["interval"]) for row in rows)
    # Ten faces that say the same are one: the square root of ten, less what six groups in a cell lack.
    assert by_group > 2 * by_face
    assert rows[0]["p_groups"] > rows[0]["p_delong"]


def test_p_values_of_a_bootstrap():
    assert p_of(np.array([1.0, 2, 3, -1])) == pytest.approx(2 * 2 / 5)
    assert p_of(np.ones(999)) == pytest.approx(0.002)
    assert p_of(np.zeros(10)) == 1


@pytest.mark.parametrize(
    "p_value, mean, words",
    [
        (0.01, (0.02, -0.01, 0.05), "new is better"),
        (0.2, (0.02, -0.01, 0.05), "no difference beyond chance"),
        (0.2, None, "no difference beyond chance"),
        (0.2, (0.02, 0.01, 0.05), "no difference beyond chance over all; in the mean of the sources new is ahead"),
        (0.2, (-0.02, -0.03, -0.01), "no difference beyond chance over all; in the mean of the sources old is ahead"),
    ],
    ids=["over all", "nowhere", "one class each", "in the mean", "in the mean, the other"],
)
def test_the_verdict_tells_what_all_faces_say_from_what_the_sources_say(
    p_value: float, mean: tuple[float, float, float] | None, words: str
):
    figure = None if mean is None else {"value": mean[0], "interval": list(mean[1:])}
    row = {"p_holm": p_value, "auc": {"value": 0.004}, "mean_auc": figure}
    assert verdict(row, "new", "old") == words
