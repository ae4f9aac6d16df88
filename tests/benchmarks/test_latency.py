"""The tables of `benchmarks.latency` say what was measured, and whether it is enough."""

from __future__ import annotations

import pytest

from benchmarks import latency
from benchmarks.latency import ENDPOINT, FORWARD, LIBRARY, MAPS, format_aims, format_starts, format_times, main
from benchmarks.loading.client import Client, find_place
from benchmarks.photos import one_face
from explain import inspect_photo


def times(**ratios: float) -> dict[str, dict[str, float]]:
    """Ratios to a forward pass of 20 ms."""
    names = {"forward": FORWARD, "maps": MAPS, "library": LIBRARY, "one": latency.ONE, "eight": latency.EIGHT}
    rows = {"forward": 1, "maps": 2, "library": 12, "one": 3, "eight": 8.7, "endpoint": 4.5} | ratios
    named = {names.get(name, ENDPOINT): ratio for name, ratio in rows.items()}
    return {
        name: {"milliseconds": 20 * ratio, "ratio": ratio, "ratio_low": ratio / 2, "ratio_high": ratio * 2}
        for name, ratio in named.items()
    }


def test_every_aim_is_worked_out_from_its_steps():
    rows = [line.split() for line in format_aims(times()).splitlines()]
    assert [row[-1] for row in rows] == ["reached"] * 5
    # 3 and 2 forward passes; 12 / 2; 8.7 / 3; 90 ms less 60 ms.
    expected = ["3.00", "2.00", "6.00", "2.90", "30.00"]
    assert [number for row, number in zip(rows, expected, strict=True) if number in row] == expected


@pytest.mark.parametrize(
    "changed, missed",
    [({"one": 4.1}, 0), ({"maps": 2.4}, 1), ({"library": 9.9}, 2), ({"eight": 9.1}, 3), ({"endpoint": 5.1}, 4)],
)
def test_what_is_not_enough_is_missed(changed: dict[str, float], missed: int):
    rows = format_aims(times(**changed)).splitlines()
    assert rows[missed].endswith("MISSED")


def test_the_table_has_median_and_spread_of_the_ratios():
    row = format_times(times()).splitlines()[2].removeprefix(MAPS).split()
    assert row == ["40.0", "2.00", "1.00", "4.00"]


def test_starts_are_told_with_their_spread():
    lines = format_starts({latency.FIRST_PAGE: [3.0, 5.0, 3.5], latency.FIRST_ANSWER: [12.5, 14, 9]}).splitlines()
    assert lines[0].split("after `python app.py`")[1].split() == [
        "3.50",
        "s",
        "(3.0",
        "to",
        "5.0)",
        "aim",
        "≤",
        "4:",
        "reached",
    ]
    assert lines[1].endswith("12.50 s (9.0 to 14.0)   aim ≤ 12: MISSED")


def test_the_endpoint_gives_what_python_gives(address: str):
    photo = one_face()
    answer = latency.ask_endpoint(Client(find_place(address)), photo)
    (face,) = inspect_photo(photo).faces
    assert answer["faces"][0]["probability_fake"] == pytest.approx(face.probability_fake, abs=1e-6)


@pytest.mark.parametrize("words", [["--rounds", "0"], ["--starts", "-1"], ["--rounds", "many"]])
def test_wrong_use_is_refused(words: list[str], capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert words[1] in capsys.readouterr().err
