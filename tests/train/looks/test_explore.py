"""An exploration from folder to page: everything is there, true, escaped, and in full or not at all."""

from __future__ import annotations

import csv
import errno
import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.datasets import DataError, Sample, read_samples
from train.looks import report as report_module
from train.looks import stream
from train.looks.explore import choose_evenly, explore
from train.looks.stream import OTHERS, look_at_pictures
from train.looks.wording import CAPTIONS

pytestmark = pytest.mark.usefixtures("undrawn_plots")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everything_is_there_and_other_files_are_left_alone(explored: tuple[Path, Path, dict]):
    _, out, _ = explored
    files = {"explore.html", "explore.json", "features.csv", "left_out.csv", "notes.txt", *CAPTIONS}
    assert {path.name for path in out.iterdir()} == files
    assert (out / "notes.txt").read_text() == "mine"
    assert [path.name for path in out.parent.iterdir() if path.name.startswith("out")] == ["out"]


def test_the_numbers_are_those_of_the_pictures(explored: tuple[Path, Path, dict]):
    data, out, report = explored
    rows = rows_of(out / "features.csv")
    assert len(rows) == report["pictures"] == 97
    assert (report["real"], report["fake"], report["left_out"], report["without_spectrum"]) == (49, 48, 1, 1)
    row = next(row for row in rows if row["path"] == "south/train/fake/3.png")
    pixels = np.asarray(Image.open(data / row["path"]).convert("L"), float)
    assert (row["source"], row["split"], row["label"]) == ("south", "train", "fake")
    assert float(row["brightness"]) == pytest.approx(pixels.mean(), abs=0.5)
    assert float(row["contrast"]) == pytest.approx(pixels.std(), abs=0.1)
    assert float(row["noise"]) == pytest.approx(9, rel=0.1)
    assert next(row for row in rows if "small" in row["path"])["high_frequencies"] == ""
    assert report["features"]["noise"]["fake"]["50%"] > 2 * report["features"]["noise"]["real"]["50%"]
    assert json.loads((out / "explore.json").read_text()) == report


def test_the_grain_is_found_and_said_in_words(explored: tuple[Path, Path, dict]):
    _, out, report = explored
    assert report["separation"]["auc"] > 0.95
    assert "almost without fail" in report["verdict"]
    assert "shortcut" in report["verdict"]
    noise = next(power for power in report["separation"]["features"] if power["name"] == "noise")
    assert noise["auc"] > 0.99
    assert noise["mutual_information"] > 0.7
    assert report["verdict"] in html.unescape((out / "explore.html").read_text(encoding="utf-8"))


def test_fakes_that_differ_in_nothing_are_not_told_apart(write_faces: Callable[..., Path], tmp_path: Path):
    report = explore(write_faces(30), tmp_path / "out")
    assert report["separation"]["auc"] < 0.7
    assert "shortcut in these numbers" in report["verdict"] or "somewhat" in report["verdict"]


class Page(HTMLParser):
    """Collects tags, sources of pictures and alternative texts."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[str] = []
        self.images: list[dict[str, str]] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str]]):
        self.tags.append(tag)
        attributes = dict(attrs)
        if tag == "img":
            self.images.append(attributes)
        self.links += [value for name, value in attrs if name in ("href", "src", "action")]


def test_the_page_needs_nothing_else_and_names_from_outside_are_text(explored: tuple[Path, Path, dict]):
    _, out, _ = explored
    text = (out / "explore.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.images) == len(CAPTIONS)
    assert all(image["alt"] and image["src"].startswith("data:image/png;base64,") for image in page.images)
    assert all(link.startswith("data:image/png") for link in page.links)
    assert not {"script", "link", "b", "i"} - {"b"} & set(page.tags)
    assert "<b>bold" not in text
    assert "&lt;b&gt;bold" in text
    assert "letter&lt;i&gt;.jpg" in text
    assert re.search(r"prefers-color-scheme: dark", text)


def test_a_limit_draws_from_every_source_and_class(write_faces: Callable[..., Path], tmp_path: Path):
    data = write_faces(6)
    report = explore(data, tmp_path / "out", limit=8)
    assert (report["pictures"], report["of_all"], report["real"], report["fake"]) == (8, 24, 4, 4)
    counts = [row["source"] for row in rows_of(tmp_path / "out" / "features.csv")]
    assert counts.count("north") == counts.count("south") == 4
    assert report["separation"] is None
    assert "20 groups" in report["verdict"]
    assert not (tmp_path / "out" / "plot_separation.png").exists()


def test_a_small_class_is_never_left_out_of_the_draw():
    samples = [Sample(f"a/{i}", "a", "train", 0, f"a/{i}") for i in range(1000)]
    samples += [Sample(f"b/{i}", "b", "train", 1, f"b/{i}") for i in range(3)]
    assert [sample.label for sample in choose_evenly(samples, 2, 0)] == [0, 1]
    chosen = choose_evenly(samples, 500, 0)
    assert len(chosen) == len(set(chosen)) == 500
    assert sum(sample.label for sample in chosen) in (1, 2)
    assert set(choose_evenly(samples, 100, 0)) <= set(chosen)
    assert choose_evenly(samples, 5000, 0) == samples


def test_a_second_run_leaves_no_plot_of_the_first(write_faces: Callable[..., Path], tmp_path: Path):
    data, out = write_faces(22, grain=12), tmp_path / "out"
    explore(data, out)
    assert (out / "plot_separation.png").exists()
    explore(data, out, limit=8)
    assert not (out / "plot_separation.png").exists()


def test_beyond_twelve_sources_the_rest_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stream, "SHOWN_SOURCES", 2)
    data = tmp_path / "faces"
    for number, source in enumerate("abcd"):
        for label in ("real", "fake"):
            folder = data / source / label
            folder.mkdir(parents=True)
            for picture in range(number + 1):
                Image.new("RGB", (40, 40), (10 * number, picture, 0)).save(folder / f"{picture}.png")
    looks = look_at_pictures(data, read_samples(data, divide=False), 0)
    assert looks.sources == ["c", "d", OTHERS]
    assert looks.total(0, OTHERS).pictures == 1 + 2
    assert looks.total(1).pictures == 10


def test_many_chunks_come_back_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stream, "_CHUNK", 3)
    data = tmp_path / "faces"
    for label, first in (("fake", 0), ("real", 100)):
        (data / label).mkdir(parents=True)
        for number in range(20):
            Image.new("RGB", (40, 40), 3 * (first + number,)).save(data / label / f"{number:02d}.png")
    looks = look_at_pictures(data, read_samples(data, divide=False), 0)
    levels = [looks.features[i][3] for i in range(40)]
    assert levels == [*range(20), *range(100, 120)]
    assert looks.total(1).mean_face[0, 0, 0] == pytest.approx(9.5)


def test_a_class_of_broken_pictures_is_refused_with_a_reason(write_faces: Callable[..., Path], tmp_path: Path):
    data = write_faces(2)
    for path in data.rglob("fake/*.png"):
        path.write_text("Dear aunt")
    with pytest.raises(DataError, match=r"no fake picture can be read \(4 real and 0 fake ones can, 4 of 8 can't\)"):
        explore(data, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_the_earlier_report_alone(
    write_faces: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    data, out = write_faces(2), tmp_path / "out"
    explore(data, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(*_: object, **__: object):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(report_module, "save_figure", full)
    with pytest.raises(OSError, match="No space"):
        explore(data, out, seed=5)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert not list(tmp_path.glob("*.partial"))
