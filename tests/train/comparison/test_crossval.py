"""Leave-one-source-out cross-validation as a whole: what is trained, what is written, how it goes on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from model.networks import build_network
from train import __main__ as command_line
from train.batches import predict_logits
from train.callbacks import Resume
from train.comparison import crossval as crossval_module
from train.comparison.crossval import cross_validate, crossval_table, measure_fold, window_side
from train.crops import CropSet, load_crops
from train.datasets import Sample, read_samples
from train.files import load_plain_weights
from train.pairs import Mixture
from train.settings import Phase, Settings

SHORT = Settings(
    network="tiny",
    phases=(Phase(64, 1, 1e-2, True),),
    batch_size=4,
    mixture=Mixture(self_blended=0.2, swapped=0.0, resynthesised=0.0, across=0.2),
)
FAMILY = [["space", "studio"]]

pytestmark = pytest.mark.usefixtures("eager", "undrawn_plots")


@pytest.fixture(scope="module")
def crops(faces_data: Path, faces_cache: Path) -> CropSet:
    """Two sources of portraits, and `studio`, which has nothing but the fakes of `space`, as pictures of its own."""
    crops = load_crops(faces_data, read_samples(faces_data), faces_cache)
    chosen = (crops.sources == "space") & (crops.labels == 1)
    copies = [replace(sample, source="studio", path=f"studio/{sample.path}") for sample in crops.where(chosen).samples]
    copies = [replace(sample, group=sample.path) for sample in copies]
    return CropSet(
        crops.pixels,
        [*crops.samples, *copies],
        np.concatenate([crops.rows, crops.rows[chosen]]),
        np.concatenate([crops.landmarks, crops.landmarks[chosen]]),
        crops.skipped,
    )


@pytest.fixture(scope="module")
def run(crops: CropSet, faces_cache: Path, tiny_network: str) -> Callable[..., dict]:
    """Cross-validates the tiny network in a folder; keywords replace settings or options."""

    def cross(out: Path, **changes: object) -> dict:
        options = {key: changes.pop(key) for key in ("together", "only", "faces") if key in changes}
        options = {"together": FAMILY, "faces": 5} | options
        return cross_validate(crops, out, faces_cache, replace(SHORT, **changes), **options)

    return cross


@pytest.fixture(scope="module")
def finished(run: Callable[..., dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a cross-validation that went through, to be looked at only."""
    out = tmp_path_factory.mktemp("finished") / "out"
    run(out)
    return out


def report(out: Path) -> dict:
    return json.loads((out / "crossval.json").read_text())


def test_the_report_says_for_each_fold_what_was_left_out_tested_and_trained_on(finished: Path):
    written = report(finished)
    navy, family = written["folds"]
    assert (navy["left_out"], navy["trained_on"]) == (["navy"], ["space", "studio"])
    assert (family["left_out"], family["trained_on"]) == (["space", "studio"], ["navy"])
    # Six portraits of each class, of which five are drawn.
    assert navy["faces"] == {"navy": [5, 5]}
    assert family["faces"] == {"space": [5, 5], "studio": [0, 5]}
    assert (navy["auc"].keys(), navy["interval"].keys(), navy["recall_of_single_class"]) == ({"navy"}, {"navy"}, {})
    assert (family["auc"].keys(), family["interval"].keys()) == ({"space"}, {"space"})
    assert family["recall_of_single_class"].keys() == {"studio"}
    for fold in written["folds"]:
        assert fold["seconds"] > 0
        for source, (low, high) in fold["interval"].items():
            assert 0 <= low <= fold["auc"][source] <= high <= 1
    assert written["mean_auc"] == pytest.approx((navy["auc"]["navy"] + family["auc"]["space"]) / 2, abs=1e-4)
    assert written["seed"] == 0
    assert (written["settings"]["network"], written["settings"]["faces"]) == ("tiny", 5)
    assert written["settings"]["together"] == FAMILY


def test_what_a_fold_says_is_what_its_best_weights_say_of_the_left_out_faces(
    finished: Path, run: Callable, crops: CropSet
):
    for fold in report(finished)["folds"]:
        network = build_network("tiny")
        load_plain_weights(network, finished / "+".join(fold["left_out"]) / "best.weights.h5")
        for source, auc in fold["auc"].items():
            part = crossval_module.split_fold(crops, [source], 5, 0).tested
            assert auc == pytest.approx(roc_auc_score(part.labels, predict_logits(network, part)), abs=1e-4)
        for source, recall in fold["recall_of_single_class"].items():
            part = crossval_module.split_fold(crops, [source], 5, 0).tested
            assert recall == pytest.approx((predict_logits(network, part) > 0).mean(), abs=1e-4)


class TrainingAskedForError(Exception):
    """Ends a fold where its training would begin."""


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What is asked of `train_network`, which does not train."""
    asked = []

    def record(*arguments: object) -> None:
        asked.append(arguments)
        raise TrainingAskedForError

    monkeypatch.setattr(crossval_module, "train_network", record)
    return asked


@pytest.mark.parametrize("left_out", [{"navy"}, {"space", "studio"}], ids=["one", "two"])
def test_no_picture_of_the_left_out_sources_reaches_the_training(
    run: Callable, crops: CropSet, trainings: list[tuple], left_out: set[str], tmp_path: Path
):
    with pytest.raises(TrainingAskedForError):
        run(tmp_path, only=sorted(left_out)[:1])
    ((training, validation, out, _, _),) = trainings
    for part, split in ((training, "train"), (validation, "validation")):
        assert {sample.path for sample in part.samples} == {
            sample.path for sample in crops.samples if sample.source not in left_out and sample.split == split
        }
    assert out == tmp_path / "+".join(sorted(left_out))


def test_a_fold_teaches_patches_only_of_sources_that_it_trains_on(
    run: Callable, trainings: list[tuple], tmp_path: Path
):
    for only in ("navy", "studio"):
        with pytest.raises(TrainingAskedForError):
            run(tmp_path, only=[only], whole=("studio", "navy"))
    assert [settings.whole for *_, settings, _ in trainings] == [("studio",), ("navy",)]


def test_finished_folds_are_not_trained_again(run: Callable, finished: Path, trainings: list[tuple], tmp_path: Path):
    out = Path(shutil.copytree(finished, tmp_path / "out"))
    assert run(out) == report(out) == report(finished)
    # The report is made from the folds.
    (out / "crossval.json").unlink()
    assert run(out) == report(finished)
    (out / "navy" / "fold.json").unlink()
    with pytest.raises(TrainingAskedForError):
        run(out)


def test_an_interrupted_cross_validation_ends_where_an_uninterrupted_one_does(
    run: Callable, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out, commits = tmp_path / "out", []
    commit = Resume.commit

    def struck(self: Resume, epoch: int) -> None:
        commit(self, epoch)
        commits.append(epoch)
        if len(commits) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Resume, "commit", struck)
        with pytest.raises(KeyboardInterrupt):
            run(out)
    # The first fold is there in full, the second not at all.
    assert [fold["left_out"] for fold in report(out)["folds"]] == [["navy"]]
    assert not (out / "space+studio" / "fold.json").exists()
    assert not list(out.glob("**/partial*"))
    spent = json.loads((out / "space+studio" / "clock.json").read_text())["seconds"]
    first = (out / "navy" / "fold.json").read_bytes()

    run(out)
    assert (out / "navy" / "fold.json").read_bytes() == first
    mine, theirs = report(out), report(finished)
    # The time of both runs counts.
    assert mine["folds"][1]["seconds"] > round(spent, 1) - 0.1
    for fold in (*mine["folds"], *theirs["folds"]):
        fold.pop("seconds")
    assert mine == theirs
    # The epoch that was finished was not repeated: the header and one row.
    assert len((out / "space+studio" / "history.csv").read_text().splitlines()) == 2


def test_folds_can_be_run_one_by_one(run: Callable, finished: Path, tmp_path: Path):
    out = Path(shutil.copytree(finished, tmp_path / "out"))
    shutil.rmtree(out / "navy")
    # As if it had been asked for nothing else.
    assert [fold["left_out"] for fold in run(out, only=["studio"])["folds"]] == [["space", "studio"]]
    both = run(out, only=["navy"])
    assert [fold["left_out"] for fold in both["folds"]] == [["navy"], ["space", "studio"]]
    assert both["mean_auc"] == report(finished)["mean_auc"]


@pytest.mark.parametrize(
    "changes",
    [{"seed": 1}, {"phases": (Phase(64, 2, 1e-2, True),)}, {"faces": 6}, {"together": [["navy", "studio"]]}],
    ids=str,
)
def test_other_settings_in_the_same_folder_are_refused(run: Callable, finished: Path, changes: dict):
    before = (finished / "crossval.json").read_bytes()
    with pytest.raises(ValueError, match=r"holds results of other settings\. Choose another --out"):
        run(finished, **changes)
    assert (finished / "crossval.json").read_bytes() == before


def test_other_pictures_in_the_same_folder_are_refused(crops: CropSet, finished: Path, faces_cache: Path):
    with pytest.raises(ValueError, match="holds results on other pictures"):
        cross_validate(
            crops.where(np.arange(1, len(crops.samples))), finished, faces_cache, SHORT, together=FAMILY, faces=5
        )


def test_nothing_is_written_for_a_plan_that_can_not_be(run: Callable, tmp_path: Path):
    with pytest.raises(ValueError, match="no source 'spaec'"):
        run(tmp_path / "out", together=[["spaec", "studio"]])
    with pytest.raises(ValueError, match=r"`faces` must be at least 1\. Received: faces=0"):
        run(tmp_path / "out", faces=0)
    assert not (tmp_path / "out").exists()


def faces_of(rows: list[tuple[str, int, str]]) -> CropSet:
    samples = [Sample(f"{i}.jpg", source, "train", label, group) for i, (source, label, group) in enumerate(rows)]
    count = len(rows)
    return CropSet(np.zeros((count, 1, 1, 3), np.uint8), samples, np.arange(count), np.zeros((count, 5, 2)), [])


def test_figures_of_a_fold_by_hand():
    crops = faces_of(
        [
            *[("disk", 0, "a"), ("disk", 0, "b"), ("disk", 1, "c"), ("disk", 1, "d")],
            *[("studio", 1, "e")] * 4,
            *[("press", 0, "f"), ("press", 0, "g"), ("press", 0, "h")],
        ]
    )
    logits = np.array([-2.0, 1.0, 0.5, 3.0, 0.1, 2.0, -0.1, 0.0, -1.0, 0.0, 5.0])
    figures = measure_fold(crops, logits, seed=0)
    # Of the four pairs of a fake and a real, only 0.5 against 1.0 is the wrong way round.
    assert figures["auc"] == {"disk": 0.75}
    # On the fence is on neither side.
    assert figures["recall_of_single_class"] == {"press": round(1 / 3, 4), "studio": 0.5}
    assert figures["faces"] == {"disk": [2, 2], "press": [3, 0], "studio": [0, 4]}
    assert figures["interval"].keys() == {"disk"}


def test_the_interval_counts_groups_not_pictures():
    logits = np.tile([-1.0, 0.5, 1.0, 0.0], 10)
    labels = np.tile([0, 0, 1, 1], 10)
    # Forty frames of two videos are no more proof than two faces: drawn again, they are always the same.
    videos = measure_fold(faces_of([("disk", label, f"video {label}") for label in labels]), logits, seed=0)
    assert videos["auc"] == {"disk": 0.75}
    assert videos["interval"] == {"disk": [0.75, 0.75]}
    low, high = measure_fold(faces_of([("disk", label, str(i)) for i, label in enumerate(labels)]), logits, seed=0)[
        "interval"
    ]["disk"]
    assert 0.5 < low < 0.72
    assert 0.78 < high < 1


def test_the_table_has_a_row_for_each_source_tested():
    fold = {
        "left_out": ["gan", "studio"],
        "auc": {"gan": 0.81256},
        "interval": {"gan": [0.7, 0.9123]},
        "recall_of_single_class": {"studio": 0.375},
        "faces": {"gan": [750, 751], "studio": [0, 600]},
    }
    assert crossval_table({"folds": [fold], "mean_auc": 0.81256}).splitlines() == [
        "| left out | tested on | real | fake | AUC | 95 % interval | right side of 0.5 |",
        "|---|---|---:|---:|---:|---:|---:|",
        "| gan, studio | gan | 750 | 751 | 0.813 | 0.700 to 0.912 |  |",
        "| gan, studio | studio | 0 | 600 |  |  | 37.5% |",
        "| mean | | | | 0.813 | | |",
    ]


def test_windows_are_as_large_as_the_network_demands_and_otherwise_small(tiny_network: str):
    assert {name: window_side(name) for name in ("lite0", tiny_network)} == {"lite0": 128, "tiny": 128}
    assert {window_side(name) for name in ("meso4", "mesoinception4", "cnn4", "cnn-small")} == {256}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the command line asks of `cross_validate`."""
    calls = []

    def record(*arguments: object, **options: object) -> dict:
        calls.append((arguments, options))
        return {"folds": [], "mean_auc": None}

    monkeypatch.setattr(crossval_module, "cross_validate", record)
    return calls


def test_without_options_trainings_are_short(asked: list[tuple], faces_data: Path, faces_cache: Path, tmp_path: Path):
    command = ["crossval", "--data", str(faces_data), "--out", str(tmp_path), "--cache", str(faces_cache)]
    assert command_line.main(command) == 0
    (((crops, out, cache, settings), options),) = asked
    assert (len(crops.samples), out, cache) == (24, tmp_path, faces_cache)
    assert settings == replace(Settings(), phases=(Phase(128, 2, 1e-3, True),))
    assert options == {"together": [], "only": [], "faces": 1000}


def test_options_reach_the_cross_validation(asked: list[tuple], faces_data: Path, faces_cache: Path, tmp_path: Path):
    text = (
        "--by source --together a b --together c d --sources a c --network meso4 --epochs 3 --epoch-crops 64 --seed 9"
    )
    command = ["crossval", "--data", str(faces_data), "--out", str(tmp_path), "--cache", str(faces_cache)]
    assert command_line.main([*command, *text.split(), "--faces", "7", "--whole", "a", "d"]) == 0
    (((_, _, _, settings), options),) = asked
    assert settings == replace(
        Settings(), network="meso4", phases=(Phase(256, 3, 1e-3, True),), epoch_crops=64, whole=("a", "d"), seed=9
    )
    assert options == {"together": [["a", "b"], ["c", "d"]], "only": ["a", "c"], "faces": 7}


@pytest.mark.parametrize(
    "options, words",
    [
        ("--together navy studio", "no source 'studio' with faces. There are: navy, space"),
        ("--together navy space", "without navy, space no source"),
        ("--network resnet", "`name` must be one of"),
    ],
)
def test_what_can_not_be_ends_with_status_2_and_one_line(
    options: str, words: str, faces_data: Path, faces_cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    command = ["crossval", "--data", str(faces_data), "--out", str(tmp_path / "out"), "--cache", str(faces_cache)]
    assert command_line.main([*command, *options.split()]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert words in last
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--epochs 0", "--epochs two", "--faces 0", "--epoch-crops 0", "--by colour"])
def test_wrong_use_ends_with_status_2_and_says_what_was_wrong(option: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        command_line.main(["crossval", "--data", "x", "--out", "y", *option.split()])
    assert caught.value.code == 2
    message = capsys.readouterr().err
    assert option.split()[0] in message
    assert option.split()[1] in message


def test_an_interruption_says_how_to_go_on(
    faces_data: Path,
    faces_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def interrupted(*_: object, **__: object) -> dict:
        raise KeyboardInterrupt

    monkeypatch.setattr(crossval_module, "cross_validate", interrupted)
    command = ["crossval", "--data", str(faces_data), "--out", str(tmp_path), "--cache", str(faces_cache)]
    assert command_line.main(command) == 130
    assert "The same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["crossval", "baselines"])
def test_help_teaches_without_waiting_for_keras(command: str):
    code = (
        "import sys; from train.__main__ import main\n"
        f"try: main(['{command}', '--help'])\n"
        "except SystemExit as end: print(end.code, sorted({'keras', 'tensorflow', 'sklearn'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert result.stdout.splitlines()[-1] == "0 []"
    assert f"Example: python -m train {command} --data" in result.stdout
    text = " ".join(result.stdout.split())
    assert "python -m train networks" in text
