"""What a scan shows: the same as Python and the command line, photo by photo, whatever single files do."""

import csv
import io
import itertools
import os
import re
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from explain import inspect_photo
from explain.__main__ import main
from model import load_detector
from tests.web import photos
from tests.web.many_photos.zips import make_zip
from web.many_photos import scan
from web.many_photos.files_input import Upload
from web.many_photos.scan import OUTPUTS, build_scan, left_out
from web.operation.patience import PATIENCE
from web.progress import AbandonedError
from web.turns import Turns
from web.warmup import NotReadyError

VISITOR = SimpleNamespace(session_hash="visitor")


class Ready:
    """A warmed-up detector."""

    done = True

    def __init__(self, detector):
        self.loaded = detector

    def detector(self):
        return self.loaded


class Failed:
    done = True

    def detector(self):
        raise NotReadyError("The detector could not be loaded.")


@pytest.fixture(scope="module")
def detector():
    return load_detector(os.environ.get("UNMASK_DETECTOR"))


@pytest.fixture
def folder(tmp_path):
    """One face, three faces, none, and a file that is no photo."""
    folder = tmp_path / "photos"
    folder.mkdir()
    photos.one_face(folder / "a.jpg")
    photos.three_faces(folder / "b.png")
    photos.no_face(folder / "c.png")
    photos.refused(folder / "d.jpg")
    return folder


@pytest.fixture
def often(monkeypatch):
    monkeypatch.setattr(scan, "_EVERY", 0.0)


def uploads(folder: Path) -> list[Upload]:
    return [Upload(path, path.name) for path in sorted(folder.iterdir())]


def run(detector, files, turns=None, turn="1.1"):
    """All that is shown, each by the names of the outputs."""
    event = build_scan(Ready(detector), turns or Turns())(VISITOR, turn, files)
    return [dict(zip(OUTPUTS, shown, strict=True)) for shown in event]


def words(html: str) -> list[str]:
    """The words of each row."""
    return [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in html.split("</tr>")[:-1]]


def test_every_face_has_a_row_and_every_other_file_a_reason(detector, folder):
    last = run(detector, uploads(folder))[-1]

    rows = words(last["table"])
    assert [row.split()[0] for row in rows] == ["a.jpg", "b.png", "b.png", "b.png", "c.png", "d.jpg"]
    assert "Face" not in rows[0] and [f"Face {i} of 3" in rows[i] for i in (1, 2, 3)] == [True] * 3
    assert "No face was found" in rows[4] and "This file is not a photo" in rows[5]
    assert [("%" in row) for row in rows] == [True] * 4 + [False] * 2
    assert last["table"].count('src="data:image/jpeg;base64,') == 4


def test_answers_are_those_of_python(detector, folder):
    rows = run(detector, uploads(folder))[-1]["table"].split("</tr>")

    for row, face in zip(rows[1:], inspect_photo(folder / "b.png", (), detector=detector).faces, strict=False):
        assert float(re.search('data-probability="([^"]*)"', row)[1]) == pytest.approx(face.probability_fake, abs=1e-5)
        assert f'<b class="{face.verdict}">' in row


def test_the_file_is_that_of_the_command_line(detector, folder, tmp_path, monkeypatch):
    shutil.copy(folder / "a.jpg", folder / "=formula.jpg")
    monkeypatch.setattr("model.detector.load_detector", lambda path: detector)
    monkeypatch.chdir(folder)
    main([*(path.name for path in sorted(folder.iterdir())), "--csv", str(tmp_path / "out.csv")])

    text = run(detector, uploads(folder))[-1]["csv"]

    assert text.encode() == (tmp_path / "out.csv").read_bytes()
    assert "\r\n'=formula.jpg,1," in text


def test_photos_in_a_zip_get_the_same_answers_as_outside(detector, folder, tmp_path):
    album = make_zip(tmp_path / "album", {path.name: path.read_bytes() for path in folder.iterdir()})

    outside, inside = (run(detector, files)[-1] for files in (uploads(folder), [Upload(album, "album.zip")]))

    assert sorted(words(inside["table"])) == sorted(words(outside["table"]))
    paths = {row["path"] for row in csv.DictReader(io.StringIO(inside["csv"], newline=""))}
    assert paths == {f"album.zip/{path.name}" for path in folder.iterdir()}


def test_the_summary_counts_faces_photos_answers_and_failures(detector, folder):
    last = run(detector, uploads(folder))[-1]

    verdicts = re.findall('<b class="(real|fake|uncertain)"><svg', last["table"])
    counts = [verdicts.count(verdict) for verdict in ("fake", "real", "uncertain")]
    assert len(verdicts) == 4
    assert (
        "4 faces in 2 photos: {} probably fake, {} probably real, {} can't tell; no face found in 1 photo; "
        "1 file could not be read".format(*counts)
    ) in last["summary"].replace("&#x27;", "'")
    assert 'role="status"' in last["summary"]


def test_rows_arrive_photo_by_photo_and_each_text_only_grows(detector, folder, often):
    *steps, last = run(detector, uploads(folder))

    assert steps[0]["results"].visible is False, "nothing is there at first"
    assert [step["table"].count("<tr") for step in steps[1:]] == [1, 4, 5]
    counts = [re.search(r"\d of 4 photos", step["progress"])[0] for step in steps[1:]]
    assert counts == ["1 of 4 photos", "2 of 4 photos", "3 of 4 photos"]
    assert [re.search(r'aria-valuenow="(\d+)"', step["progress"])[1] for step in steps[1:]] == ["25", "50", "75"]
    for name in ("table", "csv"):
        texts = [step[name] for step in (*steps, last)]
        assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))
    assert [step["stop"].visible for step in (*steps, last)] == [True] * 4 + [False]
    assert last["progress"] == ""


def test_quick_scans_send_no_more_than_twice_a_second(detector, folder, monkeypatch):
    monkeypatch.setattr(scan, "_EVERY", 1000)

    assert len(run(detector, uploads(folder))) == 3, "that it works, the first photo, and the end"


def test_whatever_one_photo_does_the_others_get_their_answers(detector, folder, monkeypatch, caplog):
    def fail_once(source, *rest, **options):
        if Path(source).name == "a.jpg":
            raise RuntimeError("out of memory")
        return inspect_photo(source, *rest, **options)

    monkeypatch.setattr(scan, "inspect_photo", fail_once)

    rows = words(run(detector, uploads(folder))[-1]["table"])

    assert len(rows) == 6
    assert "Something went wrong on the server" in rows[0] and "memory" not in rows[0]
    assert "a.jpg" not in caplog.text.replace(str(Path(__file__)), "")


def test_one_photo_that_takes_too_long_does_not_hold_up_the_others(detector, folder, monkeypatch):
    ended = threading.Event()

    def endless(source, *rest, **options):
        if Path(source).name == "b.png":
            ended.wait(30)
        return inspect_photo(source, *rest, **options)

    monkeypatch.setattr(scan, "inspect_photo", endless)
    monkeypatch.setattr(PATIENCE, "seconds", 3)

    rows = words(run(detector, uploads(folder))[-1]["table"])
    ended.set()

    assert [row.split()[0] for row in rows] == ["a.jpg", "b.png", "c.png", "d.jpg"]
    assert "%" in rows[0] and "This took longer than 3 seconds" in rows[1]
    assert "No face was found" in rows[2]


def test_a_scan_of_a_visitor_who_has_gone_ends(detector, folder, monkeypatch, caplog):
    looked_at = []

    def leave(source, *rest, **options):
        looked_at.append(source)
        raise AbandonedError

    monkeypatch.setattr(scan, "inspect_photo", leave)
    run(detector, uploads(folder))

    assert len(looked_at) == 1
    assert not caplog.records


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.jpg", "{{value}} ${alert(1)}.jpg", '" onmouseover="alert(1).jpg', "x" * 300]
)
def test_names_are_text_and_nothing_else(detector, folder, name):
    row = run(detector, [Upload(folder / "d.jpg", name)])[-1]["table"]

    assert "<img" not in row and '="alert' not in row
    assert len(row) < 600
    assert "<bdi>" in row


def test_of_a_zips_members_the_last_part_of_the_name_is_shown(detector, tmp_path):
    album = make_zip(tmp_path / "album", {"../../sea/notes.txt": b"hello"})

    last = run(detector, [Upload(album, "album.zip")])[-1]

    assert "<bdi>notes.txt</bdi>" in last["table"]
    assert "\r\nalbum.zip/sea/notes.txt," in last["csv"]


def stop_after(detector, files, stops, often_enough):
    """Shows of a scan whose visitor begins another turn after so many of them."""
    turns, shown = Turns(), []
    for values in build_scan(Ready(detector), turns)(VISITOR, "1.1", files):
        shown.append(dict(zip(OUTPUTS, values, strict=True)))
        if len(shown) == often_enough:
            turns.begin(VISITOR, stops)
    return shown


def test_a_stopped_scan_keeps_its_rows_and_says_so(detector, folder, often):
    last = stop_after(detector, uploads(folder), "1.2", 3)[-1]

    assert "Stopped after 2 of 4 photos." in last["progress"]
    assert last["table"].count("<tr") == 4
    assert last["csv"].count("\r\n") == 5, "the head and four faces"
    assert last["stop"].visible is False and last["results"].visible is True


def test_a_scan_stopped_before_its_first_photo_shows_no_table(detector, folder):
    last = stop_after(detector, uploads(folder), "1.2", 1)[-1]

    assert "Stopped before the first photo." in last["progress"]
    assert last["results"].visible is False


@pytest.mark.parametrize("after", [1, 2])
def test_a_scan_of_files_that_were_replaced_leaves_nothing(detector, folder, often, after):
    shown = stop_after(detector, uploads(folder), "2.2", after)

    assert len(shown) == after + 1
    assert (shown[-1]["progress"], shown[-1]["table"], shown[-1]["csv"]) == ("", "", "")
    assert shown[-1]["results"].visible is False


def test_another_visitors_stop_is_not_heeded(detector, folder, often):
    turns = Turns()
    turns.begin(SimpleNamespace(session_hash="another"), "9.9")

    assert len(words(run(detector, uploads(folder), turns)[-1]["table"])) == 6


def test_without_files_one_is_asked_for(detector):
    (shown,) = run(detector, [])

    assert "Choose photos first" in shown["progress"]
    assert shown["results"].visible is False


def test_without_a_detector_it_says_so(folder):
    *_, last = build_scan(Failed(), Turns())(VISITOR, "1.1", uploads(folder))

    assert "could not be loaded" in last[0]


def test_removed_uploads_are_asked_for_again(detector, tmp_path):
    last = run(detector, [Upload(tmp_path / "gone.jpg", "gone.jpg")])[-1]

    assert "upload it again" in last["progress"]


def test_too_many_photos_are_named():
    assert left_out(0) == ""
    assert "1 more was left out" in left_out(1)
    assert "first 50 photos" in left_out(7) and "7 more were left out" in left_out(7)


def test_nothing_is_left_on_the_server(detector, folder, tmp_path, monkeypatch):
    album = make_zip(tmp_path / "album", {path.name: path.read_bytes() for path in folder.iterdir()})
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path / "temporary")

    run(detector, [Upload(album, "album.zip")])

    assert list((tmp_path / "temporary").rglob("*")) == []
