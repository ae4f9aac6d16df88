"""Every number of the list of bad inputs has its test; here stands where, for those that are no file of the corpus."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.hostile.corpus import CASES

TESTS = Path(__file__).resolve().parents[1]

# By number: why no file at three doors, and the tests that cover it.
ELSEWHERE = {
    18: (
        "no file makes a network give no number",
        ["hostile/test_no_number.py::test_python_is_uncertain_says_why_and_logs_it"],
    ),
    24: (
        "no file makes gradients vanish",
        [
            "explain/test_regions.py::test_a_flat_map_says_that_nothing_stood_out",
            "explain/test_overlay.py::test_a_flat_map_stays_invisible",
            "web/one_photo/test_events.py::test_a_flat_map_is_not_measured",
        ],
    ),
    25: (
        "only the server has several visitors",
        ["hostile/test_endpoint_alone.py::test_of_thirty_at_once_each_gets_its_own_answer_or_is_told_to_wait"],
    ),
    26: (
        "names that no disk takes, and names on the page",
        ["hostile/test_endpoint_alone.py::test_a_name_is_inert", "browser/test_many_photos.py::test_names_are_text"],
    ),
    27: (
        "only a program can send what is no upload",
        [
            "hostile/test_endpoint_alone.py::test_what_is_no_upload_is_refused_in_words",
            "hostile/test_endpoint_alone.py::test_addresses_of_the_servers_own_network_are_never_fetched",
            "web/api/test_inspect.py::test_the_page_itself_reads_only_uploads_too",
            "model/test_photo_refusals.py::test_what_is_no_file_at_all_is_a_mistake_of_the_caller",
        ],
    ),
    28: (
        "about arguments, not about a file",
        [
            "hostile/test_endpoint_alone.py::test_an_unknown_method_or_layer_is_named_in_the_same_words_at_every_door",
            "hostile/test_endpoint_alone.py::test_an_unknown_palette_is_named_by_the_endpoint_and_the_command_line",
        ],
    ),
    29: (
        "only on the page is a photo replaced or cleared",
        [
            "browser/test_page.py::test_photos_replaced_in_haste_each_leave_their_place_to_the_next",
            "browser/test_page.py::test_of_a_photo_replaced_while_it_is_checked_no_answer_comes",
            "browser/test_page.py::test_a_cleared_photo_clears_its_answer",
        ],
    ),
    30: (
        "only the page has buttons and examples",
        [
            "browser/test_page.py::test_the_button_pressed_twice_runs_the_check_once",
            "browser/test_page.py::test_an_example_is_checked_as_soon_as_it_is_chosen",
        ],
    ),
    31: ("a file sent twice", ["hostile/test_doors.py::test_the_same_file_twice_gives_the_same_bits"]),
    32: (
        "only the server keeps uploads, for minutes",
        ["web/api/test_report.py::test_a_report_on_the_server_is_deleted_when_an_upload_of_its_age_is"],
    ),
}


def test_every_number_is_a_file_of_the_corpus_or_stands_here():
    assert {case.number for case in CASES if case.number} | set(ELSEWHERE) == set(range(1, 33))


@pytest.mark.parametrize("place", [place for _, places in ELSEWHERE.values() for place in places])
def test_the_tests_that_are_named_are_there(place: str):
    path, name = place.split("::")
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert name in functions


def test_the_corpus_has_no_name_twice_and_every_case_has_a_right_answer():
    assert len({case.name for case in CASES}) == len(CASES)
    for case in CASES:
        assert bool(case.refused) != bool(case.faces is None or case.faces or case.notes), case.name
