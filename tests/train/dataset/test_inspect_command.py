"""`python -m train inspect`: what it prints and writes, and how it ends."""

from __future__ import annotations

import csv
import errno
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.train.dataset.pictures import balanced, encoded, picture, write
from train.__main__ import main
from train.dataset import inspection as inspection_module
from train.dataset import report, set_aside
from train.datasets import read_samples

PROJECT = Path(__file__).parents[3]
HOSTILE = "real/<img src=x onerror=alert(1)>.jpg"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Six good pictures of each class, and one of each kind of trouble."""
    data = balanced(tmp_path / "data")
    return write(
        data,
        {
            "real/empty.jpg": b"",
            "real/cut.jpg": encoded(picture(50))[:900],
            "real/again.jpg": (data / "real/003.jpg").read_bytes(),
            "real/swapped.jpg": (data / "fake/002.jpg").read_bytes(),
            "fake/alike.jpg": encoded(picture(2).resize((80, 80))),
            "real/jpeg.png": encoded(picture(60)),
            HOSTILE: encoded(picture(61, 20)),
            "notes.txt": b"Dear aunt",
        },
    )


def inspect(data: Path, *more: str) -> int:
    return main(["inspect", "--data", str(data), "--out", str(data.parent / "out"), *more])


def rows_of(out: Path) -> dict[str, dict[str, str]]:
    with (out / "manifest.csv").open(newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


def test_the_table_counts_every_problem(data: Path, capsys: pytest.CaptureFixture[str]):
    assert inspect(data) == 0
    out = capsys.readouterr().out
    assert out.startswith("20 files, 19 of them pictures; training takes 19.")
    cells = {line.split(" | ")[0][2:]: line.split(" | ")[1] for line in out.splitlines() if line.startswith("| ")}
    expected = {"unreadable": "1", "truncated": "1", "too-small": "1", "wrong-extension": "1", "too-large": "0"}
    expected |= {"duplicate": "2", "both-labels": "2", "near-duplicate": "2", "near-both-labels": "2", "leak": "0"}
    assert {name: cells[name] for name in expected} == expected
    assert "no-face" not in cells
    assert "| all | train | 12 | 7 | 37% |" in out  # the source; a line for every source would repeat it


def test_nothing_changes_without_fix(data: Path):
    before = sorted(data.rglob("*"))
    assert inspect(data) == 0
    assert sorted(data.rglob("*")) == before
    assert sorted(path.name for path in (data.parent / "out").iterdir()) == ["manifest.csv", "report.html"]


def test_the_manifest_has_a_row_a_file(data: Path):
    (data / "manifest.csv").write_text("path,group\nreal/000.jpg,p1\n")
    inspect(data)
    rows = rows_of(data.parent / "out")
    assert len(rows) == 21
    good = rows["real/000.jpg"]
    assert (good["source"], good["split"], good["label"], good["group"]) == ("all", "train", "real", "p1")
    assert (good["format"], good["width"], good["height"], good["mode"], good["quality"]) == (
        "JPEG",
        "96",
        "96",
        "RGB",
        "75",
    )
    assert (good["bytes"], len(good["sha256"]), len(good["phash"]), good["problems"]) == (
        str((data / "real/000.jpg").stat().st_size),
        64,
        64,
        "",
    )
    again = rows["real/again.jpg"]
    assert (again["problems"], again["copy_of"]) == ("duplicate", "real/003.jpg")
    assert {rows[name]["problems"] for name in ("real/empty.jpg", "real/cut.jpg")} == {"unreadable", "truncated"}
    assert rows["real/001.jpg"]["looks_like"] == "fake/alike.jpg"
    assert rows["notes.txt"]["problems"] == rows["notes.txt"]["label"] == ""


def test_training_takes_the_manifest_and_an_unknown_group_is_none(data: Path):
    inspect(data)
    (data.parent / "out/manifest.csv").rename(data / "manifest.csv")
    samples = read_samples(data, divide=False)
    assert len({sample.group for sample in samples}) == len(samples) == 19


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_the_report_needs_no_other_file_and_escapes_names(data: Path):
    inspect(data)
    page = Tags()
    page.feed((data.parent / "out/report.html").read_text())
    assert not [tag for tag, _ in page.found if tag in ("img", "script", "link", "iframe")]
    assert not [attrs for _, attrs in page.found if {"src", "href"} & attrs.keys()]
    assert HOSTILE in page.text
    assert "real/empty.jpg" in page.text
    assert {attrs.get("scope") for tag, attrs in page.found if tag == "th"} == {"col", "row"}


def test_long_lists_are_cut_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(report, "LIMIT", 3)
    data = write(balanced(tmp_path / "data"), {f"real/bad{number}.jpg": b"" for number in range(5)})
    inspect(data)
    page = (tmp_path / "out/report.html").read_text()
    assert "unreadable: 5" in page
    assert "The first 3; <code>manifest.csv</code> has them all." in page
    assert ("bad2.jpg" in page, "bad3.jpg" in page) == (True, False)


def test_fix_sets_aside_what_only_harms_and_undo_puts_it_back(data: Path, capsys: pytest.CaptureFixture[str]):
    before = {path.relative_to(data): path.read_bytes() for path in data.rglob("*.*") if path.is_file()}
    assert inspect(data, "--fix") == 0
    aside = data / ".unmask-set-aside/001"
    moved = {path.relative_to(aside).as_posix() for path in aside.rglob("*.*")}
    assert moved == {"real/again.jpg", "real/empty.jpg", "real/cut.jpg", "real/swapped.jpg", "fake/002.jpg"}
    samples = read_samples(data, divide=False)
    assert not moved & {sample.path for sample in samples}
    assert len(samples) == 14
    log = data / ".unmask-set-aside/001.csv"
    assert f"--undo {log}" in capsys.readouterr().out
    # What is left is clean; a second time moves nothing.
    assert inspect(data, "--fix") == 0
    assert "There is nothing to set aside." in capsys.readouterr().out
    assert main(["inspect", "--undo", str(log)]) == 0
    assert "Moved 5 files back." in capsys.readouterr().out
    assert {p.relative_to(data): p.read_bytes() for p in data.rglob("*.*") if p.is_file() and p != log} == before


def test_of_copies_the_alphabetically_first_stays(tmp_path: Path):
    data = balanced(tmp_path / "data")
    write(data, {"real/zz.jpg": (data / "real/003.jpg").read_bytes()})
    inspect(data, "--fix", "--aside", str(tmp_path / "aside"))
    assert (data / "real/003.jpg").exists()
    assert (tmp_path / "aside/001/real/zz.jpg").exists()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--data", "nowhere"], "nowhere: there is no such folder"),
        (["--undo", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["--data", "{data}", "--aside", "x"], "--fix was not given"),
        (["--data", "{data}", "--out", "{data}"], "--out would overwrite the manifest.csv of the data"),
        ([], "one of the arguments --data --undo is required"),
        (["--data", "x", "--undo", "y"], "not allowed with argument"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(
    data: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
):
    try:
        status = main(["inspect", *(argument.format(data=data) for argument in arguments)])
    except SystemExit as end:
        status = end.code
    assert status == 2
    assert words in capsys.readouterr().err


def test_one_class_alone_is_inspected(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = write(tmp_path / "data", {f"real/{number}.jpg": encoded(picture(number)) for number in range(3)})
    assert inspect(data) == 0
    assert "| all | train | 3 | 0 | 0% |" in capsys.readouterr().out


def test_a_read_only_folder_is_refused_with_2_and_nothing_moves(data: Path, capsys: pytest.CaptureFixture[str]):
    before = sorted(data.rglob("*"))
    (data / "real").chmod(0o555)
    try:
        assert inspect(data, "--fix") == 2
    finally:
        (data / "real").chmod(0o755)
    assert "read-only, so nothing was moved" in capsys.readouterr().err
    assert sorted(data.rglob("*")) == before


def test_a_full_disk_ends_with_2_and_leaves_no_half_written_file(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert inspect(data) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert list((data.parent / "out").iterdir()) == []


def test_ctrl_c_ends_with_130_and_writes_nothing(data: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(inspection_module, "near_copies", interrupted)
    assert inspect(data) == 130
    assert not (data.parent / "out").exists()


def test_ctrl_c_while_files_move_ends_with_130_after_the_way_back_was_said(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(set_aside, "_move", interrupted)
    assert inspect(data, "--fix") == 130
    assert "--undo" in capsys.readouterr().out


def test_names_that_are_no_unicode_and_names_that_steer_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = balanced(tmp_path / "data", source="a/")
    bad = os.fsdecode(b"caf\xe9.jpg")
    write(data, {f"a/real/{bad}": b"", "\x1b[2Jsource/real/x.jpg": encoded(picture(70))})
    assert inspect(data, "--fix") == 0
    assert "\x1b" not in capsys.readouterr().out
    assert (data / ".unmask-set-aside/001/a/real" / bad).exists()
    assert main(["inspect", "--undo", str(data / ".unmask-set-aside/001.csv")]) == 0
    assert (data / "a/real" / bad).exists()


def test_help_does_not_wait_for_the_libraries():
    code = (
        "import sys; from train.__main__ import main\n"
        "try: main(['inspect', '--help'])\n"
        "except SystemExit as end: print(end.code, sorted({'sklearn', 'scipy', 'imagehash'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True
    )
    assert result.stdout.splitlines()[-1] == "0 []"
