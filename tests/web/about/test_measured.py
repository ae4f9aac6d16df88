"""Figures are those of the detector in use, or there are none."""

from web.about.measured import read_measured


def test_the_shipped_figures_are_those_of_the_shipped_weights(shipped):
    measured = read_measured(shipped)

    assert measured.evaluation["detector"]["weights_sha256"] == shipped["weights"]["sha256"]
    assert measured.crossval["mean_auc"] < 1


def test_figures_of_other_weights_are_not_given(other):
    assert read_measured(other) is None


def test_without_figures_there_are_none(shipped, tmp_path):
    assert read_measured(shipped, tmp_path) is None


def test_a_damaged_file_is_named_and_counts_as_missing(shipped, evaluation, write_figures, caplog):
    assert read_measured(shipped, write_figures(evaluation="{")) is None
    assert "evaluation.json" in caplog.text

    measured = read_measured(shipped, write_figures(evaluation=evaluation, crossval="{"))
    assert measured.crossval is None and measured.row["real"] == evaluation["all"]["real"]


def test_figures_in_another_format_are_not_read(shipped, evaluation, write_figures):
    assert read_measured(shipped, write_figures(evaluation={**evaluation, "format": 2})) is None


def test_sources_of_a_single_class_are_left_out(shipped, evaluation):
    assert set(read_measured(shipped).sources) == set(evaluation["data"]["pooled"]) < set(evaluation["sources"])
