"""`python -m train generate`: trains, goes on exactly where it stopped, and writes fakes that training can read."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.datasets import DataError, read_samples
from train.files import load_plain_weights
from train.generating import generate as module
from train.generating import watch as watch_module
from train.generating.faces import draw_noise
from train.generating.generate import Settings, generate
from train.generating.networks import build_generator
from train.generating.pictures import generate_faces

SMALL = Settings(size=16, batch_size=4, seed=5)
Run = Callable[..., dict]

pytestmark = pytest.mark.usefixtures("eager", "undrawn_plots")


@pytest.fixture(scope="module")
def run(faces_data: Path, faces_cache: Path) -> Run:
    """Trains on the eight real training faces of the small data set."""

    def start(out: Path, settings: Settings = SMALL, **options: object) -> dict:
        return generate(faces_data, out, faces_cache, settings, **({"epochs": 3, "samples": 5} | options))

    return start


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """Three epochs in one go."""
    out = tmp_path_factory.mktemp("made") / "out"
    run(out)
    return out


def weights(out: Path) -> bytes:
    """The weights of the saved generator. The file itself also holds names that Keras numbers as it goes."""
    generator = build_generator(16)
    load_plain_weights(generator, out / "training" / "generator.weights.h5")
    return b"".join(weights.tobytes() for weights in generator.get_weights())


def fakes(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "generated/train/fake").iterdir()}


def history(out: Path) -> list[dict[str, str]]:
    with (out / "history.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def losses(out: Path) -> list[tuple[str, str]]:
    return [(row["discriminator_loss"], row["generator_loss"]) for row in history(out)]


class TestFiles:
    def test_there_are_fakes_grids_curves_and_how_they_were_made(self, made: Path):
        names = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
        assert names == {
            *(f"generated/train/fake/00000{number}.png" for number in range(5)),
            *(f"grids/epoch-000{number}.png" for number in (1, 2, 3)),
            *(f"training/{name}" for name in ("settings.json", "manifest.csv", "resume.json")),
            *(f"training/{name}.weights.h5" for name in ("resume", "generator")),
            *("manifest.csv", "history.csv", "curves.png", "generator.json"),
        }

    def test_fakes_have_the_native_size_and_come_from_the_saved_generator(self, made: Path):
        generator = build_generator(16)
        load_plain_weights(generator, made / "training" / "generator.weights.h5")
        expected = generate_faces(generator, draw_noise(5, SMALL.seed, 3))
        for number in range(5):
            pixels = np.asarray(Image.open(made / f"generated/train/fake/00000{number}.png"))
            assert pixels.shape == (16, 16, 3)
            np.testing.assert_allclose(pixels.astype(int), expected[number], atol=1)
        assert len(set(fakes(made).values())) == 5

    def test_grids_show_the_same_48_points_as_they_become_others(self, made: Path):
        grids = [np.asarray(Image.open(made / f"grids/epoch-000{number}.png")) for number in (1, 2, 3)]
        assert {grid.shape for grid in grids} == {(6 * 16, 8 * 16, 3)}
        assert not np.array_equal(grids[0], grids[2])
        generator = build_generator(16)
        load_plain_weights(generator, made / "training" / "generator.weights.h5")
        first = generate_faces(generator, draw_noise(48, SMALL.seed, 2))[0]
        np.testing.assert_allclose(grids[2][:16, :16].astype(int), first, atol=1)

    def test_the_history_has_a_row_for_each_epoch(self, made: Path):
        rows = history(made)
        assert [row["epoch"] for row in rows] == ["1", "2", "3"]
        assert {row["faces"] for row in rows} == {"8"}
        assert all(0 < float(row["discriminator_loss"]) < 5 and float(row["seconds"]) >= 0 for row in rows)

    def test_it_says_how_they_were_made(self, made: Path):
        about = json.loads((made / "generator.json").read_text())
        assert about["settings"] == json.loads(json.dumps(asdict(SMALL)))
        assert about["epochs"] == 3
        assert about["faces"] == {"navy": 4, "space": 4}
        file = made / "training" / about["weights"]["file"]
        assert about["weights"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert about["fakes"] == {"folder": "generated/train/fake", "count": 5, "noise": [5, 3]}

    def test_only_real_training_pictures_were_learnt_from(self, made: Path):
        with (made / "training" / "manifest.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert {(row["split"], row["label"]) for row in rows} == {("train", "real")}


class TestTraining:
    def test_beside_real_faces_the_fakes_are_a_source(self, made: Path, faces_data: Path, tmp_path: Path):
        data = tmp_path / "both"
        shutil.copytree(faces_data, data)
        shutil.copytree(made / "generated", data / "generated")
        generated = [sample for sample in read_samples(data) if sample.source == "generated"]
        assert [(sample.split, sample.label) for sample in generated] == [("train", 1)] * 5

    def test_the_manifest_lists_the_fakes_and_grids_are_none(self, made: Path, tmp_path: Path):
        data = tmp_path / "copy"
        shutil.copytree(made, data)
        (data / "portraits/real").mkdir(parents=True)
        for number in range(3):
            Image.new("RGB", (40, 40)).save(data / f"portraits/real/{number}.png")
        samples = read_samples(data, divide=False)
        assert len(samples) == 5 + 3
        with (made / "manifest.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert {row["path"] for row in rows} == {sample.path for sample in samples if sample.label}
        assert {(row["source"], row["split"], row["label"]) for row in rows} == {("generated", "train", "fake")}
        assert len({row["group"] for row in rows}) == 5


class TestGoingOn:
    def test_stopped_twice_it_ends_as_in_one_go_bit_by_bit(self, made: Path, run: Run, tmp_path: Path):
        out, save = tmp_path / "out", watch_module.save_curves
        full = OSError(errno.ENOSPC, "No space left on device")
        for epoch, epochs, error in ((2, 2, KeyboardInterrupt()), (3, 3, full)):

            def fail(rows: list[dict], path: Path, epoch: int = epoch, error: BaseException = error) -> None:
                if len(rows) == epoch:
                    raise error
                save(rows, path)

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(watch_module, "save_curves", fail)
                with pytest.raises(type(error)):
                    run(out, epochs=epochs, resume=True)
            # The epoch that could not be finished is done again.
            assert json.loads((out / "training/resume.json").read_text())["epoch"] == epoch - 1
            assert not (out / "generated").exists()
        run(out, resume=True)
        assert weights(out) == weights(made)
        assert fakes(out) == fakes(made)
        assert losses(out) == losses(made)
        assert not list(out.rglob("partial*"))

    def test_when_all_is_done_only_fakes_are_made(self, made: Path, run: Run, tmp_path: Path):
        out = tmp_path / "out"
        shutil.copytree(made, out)
        about = run(out, samples=2, resume=True)
        assert about["epochs"] == 3
        assert weights(out) == weights(made)
        assert fakes(out) == {name: content for name, content in fakes(made).items() if name < "000002"}
        assert len(history(out)) == 3

    def test_stopped_while_fakes_are_written_the_earlier_ones_stay(
        self, made: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        out = tmp_path / "out"
        shutil.copytree(made, out)
        save = module.save_picture

        def full(pixels: np.ndarray, path: Path) -> None:
            if path.name == "000002.png":
                raise OSError(errno.ENOSPC, "No space left on device")
            save(pixels, path)

        monkeypatch.setattr(module, "save_picture", full)
        with pytest.raises(OSError, match="No space left"):
            run(out, samples=4, resume=True)
        assert fakes(out) == fakes(made)
        assert not list(out.glob(".partial*"))

    def test_without_asking_nothing_is_gone_on_with(self, made: Path, run: Run):
        with pytest.raises(ValueError, match=r"holds a training\. Add --resume"):
            run(made)

    def test_other_settings_are_refused(self, made: Path, run: Run):
        with pytest.raises(ValueError, match=r"results of other settings.*'seed': 6"):
            run(made, replace(SMALL, seed=6), resume=True)

    def test_a_folder_of_somebody_else_is_left_alone(self, run: Run, tmp_path: Path):
        (tmp_path / "generated").mkdir()
        (tmp_path / "generated" / "letter.txt").write_text("Dear aunt")
        for resume in (False, True):
            with pytest.raises(ValueError, match="holds no training"):
                run(tmp_path, resume=resume)
        assert [path.name for path in tmp_path.rglob("*")] == ["generated", "letter.txt"]


class TestTime:
    def test_it_stops_after_the_last_epoch_that_fits(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        # A clock on which every look at it takes ten seconds: an epoch then takes some.
        clock = iter(range(0, 10**6, 10))
        monkeypatch.setattr(watch_module.time, "monotonic", lambda: float(next(clock)))
        about = run(tmp_path / "out", epochs=50, minutes=2.0)
        rows = history(tmp_path / "out")
        took = [float(row["seconds"]) for row in rows]
        assert 1 < len(rows) < 12
        assert about["epochs"] == len(rows)
        # Another one would not have fitted.
        assert sum(took) <= 120 < sum(took) + len(rows) * 30 + took[-1]


class TestOtherSettings:
    def test_an_autoencoder_of_one_source_in_no_time(
        self, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        settings = replace(SMALL, network="vae", sources=("navy",))
        # The first epoch is always done; and with nothing there to resume, it begins.
        about = run(tmp_path / "out", settings, minutes=1e-6, resume=True)
        assert about["epochs"] == 1
        assert about["faces"] == {"navy": 4}
        assert len(fakes(tmp_path / "out")) == 5
        assert {"reconstruction_loss", "divergence"} <= history(tmp_path / "out")[0].keys()
        line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Epoch 1/3: "))
        for words in ("reconstruction loss", "s of processor time", "faces a second", "at most 0 min left"):
            assert words in line

    def test_too_few_faces_are_told(self, run: Run, tmp_path: Path):
        with pytest.raises(DataError, match=r"fewer than the 64 of a batch\. Add pictures or lower --batch-size"):
            run(tmp_path / "out", replace(SMALL, batch_size=64))

    @pytest.mark.parametrize("wrong", [{"network": "diffusion"}, {"batch_size": 1}])
    def test_impossible_settings_are_refused(self, wrong: dict):
        with pytest.raises(ValueError, match="Received"):
            replace(SMALL, **wrong)
