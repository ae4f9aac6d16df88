"""`python -m train synthesise`: pairs that differ by the forgery only, ready for training."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from train import __main__ as command_line
from train.datasets import DataError, read_samples
from train.synthetic import cli as synthesise_cli
from train.synthetic import resynthesis as resynthesis_module
from train.synthetic import synthesise as synthesise_module
from train.synthetic.resynthesis import HELD_OUT
from train.synthetic.synthesise import DEFAULT_KINDS, KINDS, synthesise

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module", autouse=True)
def short_training(eager: None) -> Iterator[None]:
    """Autoencoders of two steps: what they are good for is another test's matter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resynthesis_module, "_STEPS", 2)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, faces_data: Path, faces_cache: Path) -> Path:
    """Forty fakes of all kinds but the held-out one from the eight real training faces."""
    out = tmp_path_factory.mktemp("made") / "out"
    synthesise(faces_data, out, cache=faces_cache, count=40, seed=3)
    return out


def manifest(out: Path) -> list[dict[str, str]]:
    with (out / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def fakes(out: Path) -> list[dict[str, str]]:
    return [row for row in manifest(out) if row["label"] == "fake"]


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


class TestFiles:
    def test_every_number_has_a_real_a_fake_and_a_mask(self, made: Path):
        numbers = [f"{number:06d}" for number in range(40)]
        for folder, ending in (("real", "jpg"), ("fake", "jpg"), ("mask", "png")):
            assert sorted(path.name for path in made.glob(f"*/train/{folder}/*")) == [f"{n}.{ending}" for n in numbers]
        assert sorted(path.name for path in made.iterdir()) == sorted([*DEFAULT_KINDS, "manifest.csv"])

    def test_pictures_and_masks_have_the_crops_size(self, made: Path):
        for row in fakes(made):
            assert pixels(made / row["path"]).shape == (256, 256, 3)
            assert pixels(made / row["mask"]).shape == (256, 256)
            assert pixels(made / row["mask"]).dtype == np.uint8

    def test_both_of_a_pair_are_encoded_alike_and_pairs_differently(self, made: Path):
        tables = []
        for row in fakes(made):
            real, fake = (Image.open(made / path) for path in (row["path"].replace("/fake/", "/real/"), row["path"]))
            assert real.quantization == fake.quantization
            tables.append(str(real.quantization))
        assert len(set(tables)) > 5

    def test_a_pair_differs_under_its_mask_and_nowhere_far_from_it(self, made: Path):
        for row in fakes(made):
            real, fake = (
                pixels(made / path).astype(int) for path in (row["path"].replace("/fake/", "/real/"), row["path"])
            )
            mask = pixels(made / row["mask"])
            if row["kind"] == "resynthesis":
                assert mask.min() == 255
                continue
            # Blur and two times JPEG carry a change on, but not further than 40 pixels.
            near = cv2.dilate((mask > 0).astype(np.uint8), np.ones((81, 81), np.uint8)) > 0
            np.testing.assert_array_equal(fake[~near], real[~near])
            difference = np.abs(fake - real).mean(2)
            assert difference[mask > 50].mean() > max(0.4, 3 * difference[mask == 0].mean())


class TestManifest:
    def test_each_row_is_a_file_with_its_label(self, made: Path):
        rows = manifest(made)
        assert list(rows[0]) == ["path", "source", "split", "label", "group", "kind", "mask", "made_from"]
        assert len(rows) == 80
        for row in rows:
            assert (made / row["path"]).is_file()
            assert row["path"].split("/")[2] == row["label"]
            assert row["split"] == "train"
            assert row["source"] in ("space", "navy")

    def test_a_fake_names_its_mask_its_kind_and_what_it_was_made_from(self, made: Path, faces_data: Path):
        samples = {sample.path: sample for sample in read_samples(faces_data)}
        for row in fakes(made):
            assert row["mask"] == row["path"].replace("/fake/", "/mask/").replace("jpg", "png")
            sources = [samples[path] for path in row["made_from"].split(";")]
            assert len(sources) == {"self-blend": 1, "swap": 2, "resynthesis": 1}[row["kind"]]
            assert len({sample.group for sample in sources}) == len(sources)
            assert {(sample.label, sample.split, sample.source) for sample in sources} == {(0, "train", row["source"])}
        assert {row["kind"] for row in fakes(made)} == {"self-blend", "swap", "resynthesis"}

    def test_a_real_partner_is_what_its_fake_was_made_from_first(self, made: Path):
        rows = manifest(made)
        for real, fake in zip(rows[::2], rows[1::2], strict=True):
            assert (real["label"], real["kind"], real["mask"]) == ("real", "", "")
            assert real["made_from"] == fake["made_from"].split(";")[0]
            assert real["group"] == fake["group"]

    def test_faces_that_were_swapped_into_each_other_are_of_one_group(self, made: Path):
        groups = {row["made_from"]: row["group"] for row in manifest(made) if row["label"] == "real"}
        for row in fakes(made):
            for path in row["made_from"].split(";"):
                assert groups.get(path, row["group"]) == row["group"]
        assert len(set(groups.values())) == 4  # two families in either source

    def test_the_held_out_decoder_is_used_when_asked_for_and_only_then(
        self, tmp_path: Path, faces_data: Path, faces_cache: Path, monkeypatch: pytest.MonkeyPatch
    ):
        used = []
        load = synthesise_module.load_autoencoder
        monkeypatch.setattr(
            synthesise_module, "load_autoencoder", lambda name, *a, **k: used.append(name) or load(name, *a, **k)
        )
        options = {"cache": faces_cache, "count": 2, "split": "validation"}
        synthesise(faces_data, tmp_path / "out", kinds=["held-out-decoder"], **options)
        assert used == [HELD_OUT]
        assert {(row["kind"], row["split"]) for row in fakes(tmp_path / "out")} == {("held-out-decoder", "validation")}
        synthesise(faces_data, tmp_path / "other", **options)
        assert HELD_OUT not in used[1:]

    def test_without_swaps_a_group_is_the_real_faces_own(self, tmp_path: Path, faces_data: Path, faces_cache: Path):
        synthesise(faces_data, tmp_path / "out", cache=faces_cache, kinds=["self-blend"])
        rows = manifest(tmp_path / "out")
        assert len(rows) == 16  # one fake for each of eight faces
        assert all(row["group"] == row["made_from"] for row in rows)


class TestTraining:
    def test_training_reads_pairs_but_no_masks(self, made: Path):
        samples = read_samples(made)
        assert len(samples) == 80
        assert sum(sample.label for sample in samples) == 40
        for sample in samples:
            kind, split, label, _ = sample.path.split("/")
            assert (kind, split, label) == (sample.source, "train", "fake" if sample.label else "real")
        assert {sample.source for sample in samples} == set(DEFAULT_KINDS)

    def test_no_group_stands_on_both_sides_of_the_split(self, made: Path):
        samples = read_samples(made)
        groups = [{s.group for s in samples if s.split == split} for split in ("train", "validation")]
        assert all(groups)
        assert not groups[0] & groups[1]


class TestChoice:
    def test_the_same_seed_writes_the_same_files(self, tmp_path: Path, made: Path, faces_data: Path, faces_cache: Path):
        synthesise(faces_data, tmp_path / "again", cache=faces_cache, count=40, seed=3)
        synthesise(faces_data, tmp_path / "other", cache=faces_cache, count=40, seed=4)
        files = [path.relative_to(made) for path in sorted(made.rglob("*")) if path.is_file()]
        assert all((tmp_path / "again" / path).read_bytes() == (made / path).read_bytes() for path in files)
        assert any((tmp_path / "other" / path).read_bytes() != (made / path).read_bytes() for path in files)

    def test_kind_count_and_split_are_heeded(self, tmp_path: Path, faces_data: Path, faces_cache: Path):
        synthesise(faces_data, tmp_path / "out", cache=faces_cache, kinds=["swap"], count=5, split="validation")
        rows = fakes(tmp_path / "out")
        assert [row["kind"] for row in rows] == ["swap"] * 5
        assert {row["split"] for row in rows} == {"validation"}
        assert all("/validation/real/" in path for row in rows for path in row["made_from"].split(";"))


class TestNothingHalfWritten:
    def test_a_folder_with_content_is_refused_and_left_alone(self, tmp_path: Path, faces_data: Path):
        (tmp_path / "letter.txt").write_text("Dear aunt")
        with pytest.raises(DataError, match="exists and is not empty"):
            synthesise(faces_data, tmp_path, cache=tmp_path / "cache")
        assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

    def test_an_empty_folder_is_used(self, tmp_path: Path, faces_data: Path, faces_cache: Path):
        out = tmp_path / "out"
        out.mkdir()
        synthesise(faces_data, out, cache=faces_cache, count=2)
        assert len(fakes(out)) == 2

    def test_a_part_without_real_faces_is_told(self, tmp_path: Path, faces_data: Path, faces_cache: Path):
        with pytest.raises(DataError, match="test part has 0 real faces, too few for swap"):
            synthesise(faces_data, tmp_path / "out", cache=faces_cache, kinds=["swap"], split="test")
        assert not list(tmp_path.iterdir())

    def test_interrupted_it_leaves_nothing_and_says_so(
        self,
        tmp_path: Path,
        faces_data: Path,
        faces_cache: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ):
        seen = []

        def interrupt(*arguments: object) -> None:
            seen.append(sorted(path.name for path in tmp_path.iterdir()))
            raise KeyboardInterrupt

        kind = replace(KINDS["self-blend"], make=interrupt)
        monkeypatch.setitem(synthesise_module.KINDS, "self-blend", kind)
        out = tmp_path / "out"
        options = ["--data", str(faces_data), "--out", str(out), "--cache", str(faces_cache), "--kind", "self-blend"]
        assert command_line.main(["synthesise", *options]) == 130
        assert seen == [["out.partial"]]
        assert not list(tmp_path.iterdir())
        assert capsys.readouterr().err.splitlines()[-1] == f"Stopped. {out} was not written."


class TestCommand:
    def test_it_writes_and_says_where(
        self, tmp_path: Path, faces_data: Path, faces_cache: Path, capsys: pytest.CaptureFixture[str]
    ):
        out = tmp_path / "deep" / "out"
        options = ["--data", str(faces_data), "--out", str(out), "--cache", str(faces_cache), "--count", "3"]
        assert command_line.main(["synthesise", *options]) == 0
        assert capsys.readouterr().out == f"Wrote {out}\n"
        assert len(fakes(out)) == 3

    def test_wrong_data_is_told_in_one_line(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        options = ["--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]
        assert command_line.main(["synthesise", *options]) == 2
        assert capsys.readouterr().err.startswith(f"error: {tmp_path / 'nowhere'}: there is no such folder")

    @pytest.mark.parametrize(
        "options, words",
        [
            (["--count", "0"], "must be at least 1. Received: 0"),
            (["--kind", "morph"], "invalid choice: 'morph'"),
            (["--split", "all"], "invalid choice: 'all'"),
        ],
    )
    def test_wrong_use_is_told(self, options: list[str], words: str, capsys: pytest.CaptureFixture[str]):
        with pytest.raises(SystemExit) as end:
            command_line.main(["synthesise", "--data", "x", "--out", "y", *options])
        assert end.value.code == 2
        assert words in capsys.readouterr().err

    def test_the_command_line_offers_every_kind(self):
        assert set(synthesise_cli._KINDS) == set(KINDS)
        assert synthesise_cli._DEFAULT_KINDS == DEFAULT_KINDS

    def test_help_names_kinds_and_files_and_does_not_wait_for_tensorflow(self):
        code = (
            "import sys; from train.__main__ import main\n"
            "try: main(['synthesise', '--help'])\n"
            "except SystemExit as end: print(end.code, sorted({'keras', 'tensorflow', 'cv2'} & set(sys.modules)))"
        )
        result = subprocess.run(
            [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
        )
        assert result.stdout.splitlines()[-1] == "0 []"
        for words in (*KINDS, "OUT/KIND/SPLIT/mask", "manifest.csv", "example:"):
            assert words in result.stdout
