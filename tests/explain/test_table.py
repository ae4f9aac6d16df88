"""The table is plain CSV, and no cell of it is a formula that a stranger wrote."""

import csv
import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from explain.table import COLUMNS, NO_FACE, Table, error_row, face_rows
from explain.wording import NO_NUMBER


def written(*rows) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    table = Table(file)
    for row in rows:
        table.add(row)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def face(**changes):
    values = {"box": (1, 2, 30, 40), "probability_fake": 0.25, "verdict": "real", "logit": -1.5}
    return SimpleNamespace(**values | changes)


def test_a_face_has_its_box_and_its_answer_in_the_order_of_the_columns():
    (row,) = written(*face_rows("a.jpg", SimpleNamespace(faces=[face()])))

    assert list(row) == COLUMNS
    assert list(row.values()) == ["a.jpg", "1", "1", "2", "30", "40", "0.25", "real", "-1.5", ""]


def test_faces_are_numbered_from_one():
    rows = written(*face_rows("a.jpg", SimpleNamespace(faces=[face(), face(), face()])))

    assert [row["face"] for row in rows] == ["1", "2", "3"]


def test_a_photo_without_a_face_has_one_row_that_says_so_and_no_probability():
    (row,) = written(*face_rows("a.jpg", SimpleNamespace(faces=[])))

    assert row == dict.fromkeys(COLUMNS, "") | {"path": "a.jpg", "error": NO_FACE}


@pytest.mark.parametrize("logit", [float("nan"), float("inf"), float("-inf")])
def test_an_answer_that_is_no_number_leaves_its_cells_empty_and_says_why(logit):
    broken = face(probability_fake=float("nan"), verdict="uncertain", logit=logit)
    (row,) = written(*face_rows("a.jpg", SimpleNamespace(faces=[broken])))

    assert (row["face"], row["verdict"]) == ("1", "uncertain")
    assert (row["probability_fake"], row["logit"]) == ("", "")
    assert row["error"] == NO_NUMBER


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(begin):
    name = f"{begin}SUM(1,2)"

    assert [row["path"] for row in written(error_row(name, "x"), error_row(Path(name), "x"))] == [f"'{name}"] * 2


@pytest.mark.parametrize("name", ["a=1.jpg", "folder/-1.jpg", "'=1.jpg", 'with "quotes",\n.jpg', "ü.jpg"])
def test_other_names_stay_as_they_are(name):
    assert written(error_row(name, "x"))[0]["path"] == name


def test_negative_numbers_stay_numbers():
    (row,) = written(*face_rows("a.jpg", SimpleNamespace(faces=[face(logit=-0.125, box=(-3, 0, 5, 5))])))

    assert (float(row["logit"]), row["x"]) == (-0.125, "-3")
