"""What holds for every command of `python -m train`: help, wrong use, unusable data, a full disk, Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import csv
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from tests.train.commands import BROKEN, COMMANDS
from tests.train.several.conftest import WriteTiny
from tests.train.several.conftest import write_tiny as write_tiny
from tests.train.workshop import PROJECT, Outcome, Workshop
from train.__main__ import build_parser

# Those that draw many plots or compile two networks take longest.
WRITING = [
    pytest.param(name, marks=pytest.mark.slow) if name in ("explore", "generate") else name
    for name in COMMANDS
    if COMMANDS[name].results
]
LETTER = "Dear aunt"
CARD = "# Card\n\n<!-- results: begin -->\n<!-- results: end -->\n"


@dataclass(frozen=True)
class Place:
    """A folder to run a command in, with all it needs.

    Attributes:
        workshop: Runs it.
        name: Name of the command.
        root: The folder; everything that is written is in here.
        inputs: What is only read, by the name in the table.
    """

    workshop: Workshop
    name: str
    root: Path
    inputs: dict[str, Path]

    def options(self, text: str) -> list[str]:
        own = {"out": self.root / "out", "cache": self.root / "cache", "nowhere": self.root / "nowhere"}
        return [word.format(**self.inputs | own) for word in text.split()]

    def run(self, more: str = "", **conditions: int) -> Outcome:
        options = self.options(f"{COMMANDS[self.name].use} {more}")
        return self.workshop.run(self.name, *options, folder=self.root, **conditions)

    @property
    def has_results(self) -> bool:
        """Whether all is there that the table names."""
        return all((self.root / "out" / result).is_file() for result in COMMANDS[self.name].results)

    @property
    def written(self) -> list[Path]:
        """All files that are results or would pass for one."""
        return [path for path in files_below(self.root / "out") if path.read_bytes() != CARD.encode()]


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    workshop = Workshop()
    yield workshop
    workshop.close()


@pytest.fixture(scope="module")
def inputs(write_tiny: WriteTiny, faces_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The data set, two detectors, and measured figures."""
    detectors = {name: tmp_path_factory.mktemp(name) for name in ("first", "second")}
    for seed, folder in enumerate(detectors.values()):
        write_tiny(folder, seed)
    return {"data": faces_data, "results": PROJECT / "model" / "evaluation", **detectors}


@pytest.fixture(scope="module")
def make_place(
    workshop: Workshop, inputs: dict[str, Path], faces_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Place]:
    """Makes a folder to run a command in; keywords replace what is read."""

    def make(name: str, **others: Path) -> Place:
        root = tmp_path_factory.mktemp(name)
        (root / "out").mkdir()
        shutil.copytree(faces_cache, root / "cache", copy_function=os.link)
        if name == "card":
            (root / "out" / "CARD.md").write_text(CARD)
        return Place(workshop, name, root, inputs | others)

    return make


def require_whole(folder: Path) -> None:
    """Fails if a file below a folder is not what its name says, or bears the name of something unfinished."""
    for path in files_below(folder):
        assert "partial" not in str(path.relative_to(folder)), f"{path} was left"
        check = CHECKS.get(path.suffix)
        assert check, f"{path}: how can one see whether it is whole?"
        try:
            check(path)
        except Exception as error:
            pytest.fail(f"{path} is not whole: {error!r}")
    assert not list(folder.rglob("*partial*"))


def _open_picture(path: Path) -> None:
    with Image.open(path) as picture:
        picture.load()


def _read_table(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "history.csv" and not text:
        return  # no epoch has ended yet
    assert text.endswith("\n"), "the last line is cut off"
    assert len({len(row) for row in csv.reader(text.splitlines())}) == 1, "a row is cut off"


def _read_weights(path: Path) -> None:
    with h5py.File(path) as file:
        file.visititems(lambda _, item: np.asarray(item) if isinstance(item, h5py.Dataset) else None)


def _check_database(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _compare_digest(path: Path) -> None:
    about = json.loads(path.with_name(f"{path.name}.json").read_text())
    assert about["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def _read_to_the_end(path: Path, end: str) -> None:
    assert path.read_text(encoding="utf-8").rstrip().endswith(end)


CHECKS: dict[str, Callable[[Path], object]] = {
    ".json": lambda path: json.loads(path.read_text(encoding="utf-8")),
    ".csv": _read_table,
    ".png": _open_picture,
    # What was copied as it was is whole, too.
    ".jpg": lambda path: path.read_text(errors="replace") == LETTER or _open_picture(path),
    ".html": lambda path: _read_to_the_end(path, "</html>"),
    ".md": lambda path: _read_to_the_end(path, ""),
    ".h5": _read_weights,
    ".npy": lambda path: np.asarray(np.load(path, mmap_mode="r")),
    ".onnx": _compare_digest,
    ".tflite": _compare_digest,
    ".db": _check_database,
}


def test_the_table_names_every_command():
    (commands,) = (action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert set(COMMANDS) == set(commands.choices)


@pytest.fixture(scope="module")
def helped() -> dict[str, dict]:
    """What `--help` after each command ends with and prints, and what had been imported by then, from one process."""
    code = (
        "import contextlib, io, json, sys\n"
        "from train.__main__ import main\n"
        "told = {}\n"
        "for command in sys.argv[1:]:\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as text:\n"
        "        try: main([command, '--help'])\n"
        "        except SystemExit as end: status = end.code\n"
        "    heavy = {'keras', 'tensorflow', 'mtcnn', 'sklearn', 'matplotlib', 'cv2'} & set(sys.modules)\n"
        "    told[command] = {'status': status, 'text': text.getvalue(), 'heavy': sorted(heavy)}\n"
        "print(json.dumps(told))"
    )
    command = [sys.executable, "-c", code, *COMMANDS]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=True)
    return json.loads(result.stdout)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_a_command_does_with_an_example_and_waits_for_nothing(name: str, helped: dict[str, dict]):
    told = helped[name]
    assert (told["status"], told["heavy"]) == (0, [])
    usage, description, *_ = told["text"].split("\n\n")
    assert usage.startswith(f"usage: python -m train {name} ")
    assert len(description.split()) > 10
    # A line of help may be broken anywhere.
    text = " ".join(told["text"].removeprefix(usage).split())
    assert re.search(rf"[Ee]xamples?: python -m train {name}\b", text)


@pytest.mark.parametrize("name, options", [(name, options) for name in COMMANDS for options in COMMANDS[name].wrong])
def test_wrong_use_ends_with_status_2_and_names_what_was_received(
    name: str, options: str, make_place: Callable[..., Place]
):
    place = make_place(name)
    outcome = place.run(options)
    assert outcome.status == 2, outcome.error
    assert "error: " in outcome.complaint
    (words,) = place.options(COMMANDS[name].wrong[options])
    assert words in outcome.complaint
    assert not place.written


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_named(name: str, make_place: Callable[..., Place]):
    outcome = make_place(name).run("--colour")
    assert outcome.status == 2
    assert "unrecognized arguments: --colour" in outcome.complaint


def break_data(kind: str, data: Path) -> None:
    """Makes a data set that can't be used."""
    if kind == "missing":
        return
    data.mkdir()
    for number, folder in enumerate({"empty": (), "no layout": ("a", "b")}.get(kind, ("real", "fake"))):
        if kind == "one class" and folder == "fake":
            continue
        (data / folder).mkdir()
        for copy in range(3):
            path = data / folder / f"{copy}.jpg"
            if kind == "letters":
                path.write_text(LETTER)
            else:
                Image.new("RGB", (64, 64), (80 * copy, 100 * number, 0)).save(path)


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("name", [name for name in COMMANDS if COMMANDS[name].takes_data])
def test_data_that_can_not_be_used_is_named_and_nothing_passes_for_a_result(
    name: str, kind: str, make_place: Callable[..., Place], tmp_path: Path
):
    data = tmp_path / "broken"
    break_data(kind, data)
    place = make_place(name, data=data)
    outcome = place.run()
    words = COMMANDS[name].broken.get(kind)
    if words:
        assert outcome.status == 0, outcome.error
        assert words in outcome.output
    else:
        assert outcome.status == 2, outcome.error
        assert outcome.complaint.startswith(f"error: {data}: ")
        assert not place.written
    require_whole(place.root)


@pytest.fixture(scope="module")
def finished(workshop: Workshop, make_place: Callable[..., Place]) -> Callable[[str], tuple[Place, Outcome]]:
    """Gives a run of a command that nothing disturbed, and where; each command runs once."""

    @functools.cache
    def run(name: str) -> tuple[Place, Outcome]:
        place = make_place(name)
        return place, place.run()

    return run


@pytest.mark.parametrize("name", COMMANDS)
def test_undisturbed_a_command_writes_what_the_table_says(name: str, finished: Callable):
    place, outcome = finished(name)
    assert outcome.status == 0, outcome.error
    assert place.has_results
    require_whole(place.root)


@pytest.mark.parametrize("name", WRITING)
def test_a_full_disk_is_told_and_leaves_no_file_in_part(name: str, finished: Callable, make_place: Callable):
    sizes = sorted(path.stat().st_size for path in files_below(finished(name)[0].root / "out"))
    # Nothing can be written; half of the files can't; the largest can't, by a byte.
    for room in sorted({0, sizes[len(sizes) // 2] - 1, sizes[-1] - 1}):
        place = make_place(name)
        outcome = place.run(room=room)
        assert outcome.status == 2, (room, outcome)
        assert outcome.complaint.startswith(f"error: {place.root}"), room
        assert re.search("File too large|disk is full|disk I/O error", outcome.complaint)
        require_whole(place.root)


@pytest.mark.parametrize("name", WRITING)
def test_after_ctrl_c_all_files_are_whole_and_the_same_command_does_the_rest(
    name: str, finished: Callable, make_place: Callable
):
    changes = finished(name)[1].changes
    for moment in sorted({1, (changes + 1) // 2, changes}):
        place = make_place(name)
        stopped = place.run(interrupt=moment)
        assert stopped.status == 130, (moment, stopped)
        assert stopped.complaint.startswith("Stopped")
        require_whole(place.root)
        if moment > 1:
            again = place.run(COMMANDS[name].goes_on)
            assert again.status == 0, (moment, again)
            assert place.has_results
            require_whole(place.root)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["augment", "explore", "inspect"])
def test_ctrl_c_ends_all_processes_of_a_command_that_has_several(name: str, tmp_path: Path):
    generator = np.random.default_rng(0)
    pixels = Image.fromarray(generator.integers(0, 256, (900, 900, 3), dtype=np.uint8))
    pixels.save(tmp_path / "large.png", compress_level=0)
    for label in ("real", "fake"):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(300):
            (tmp_path / "data" / label / f"{number}.png").hardlink_to(tmp_path / "large.png")
    process = subprocess.Popen(
        [sys.executable, "-m", "train", name, "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")],
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whatever is started in the background of a shell ignores Ctrl-C.
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    shown = ""
    while not re.search(r" [1-9]\d*/600 ", shown):
        letter = process.stderr.read(1)
        assert letter, shown
        shown += letter
    # As a terminal does it: to every process of the group.
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=240)
    assert process.returncode == 130
    assert "\nStopped" in error
    assert "Traceback" not in error
    assert not list(tmp_path.rglob("*partial*"))
    with pytest.raises(ProcessLookupError):
        for _ in range(50):
            os.killpg(process.pid, 0)
            time.sleep(0.2)
