"""An ensemble on disk: one description, copies of the weights, and it answers as it was calculated."""

from __future__ import annotations

import errno
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from explain import inspect_photo
from model import load_detector
from train import files as files_module
from train.__main__ import main
from train.crops import CropSet, load_crops
from train.datasets import read_samples
from train.several import ensemble as module
from train.several.ensemble import join_detectors
from train.several.stacking import Mix


@pytest.fixture
def validation(faces_data: Path, faces_cache: Path) -> CropSet:
    return load_crops(faces_data, read_samples(faces_data), faces_cache).select("validation")


def test_an_average_weighs_calibrated_logits_and_is_centred(
    two_files, validation: CropSet, faces_data: Path, faces_cache: Path, tmp_path: Path
):
    joined = join_detectors(faces_data, two_files, tmp_path / "out", faces_cache, how="average")
    detector = load_detector(joined.file)
    crops = np.asarray(validation.pixels[validation.rows])
    first, second = (load_detector(file).logits(crops) for file in two_files)
    # Temperatures are 1 and 0.5: mean of first and 2 x second, and whatever bias centres it.
    expected = (first + second / 0.5) / 2 + detector.description["bias"]
    np.testing.assert_allclose(detector.logits(crops), expected, atol=1e-5)
    assert joined.shares == {"first": 0.5, "second": 1.0}
    assert [member.share for member in detector.members] == [0.5, 1.0]


def test_the_description_says_it_all_and_nothing_of_this_machine(
    two_files, faces_data: Path, faces_cache: Path, tmp_path: Path
):
    out = tmp_path / "out"
    joined = join_detectors(faces_data, two_files, out, faces_cache, how="average")
    text = joined.file.read_text()
    description = json.loads(text)
    assert {path.name for path in out.iterdir()} == {
        "detector.json",
        "member1-tiny.weights.h5",
        "member2-tiny.weights.h5",
    }
    for member, file in zip(description["members"], two_files, strict=True):
        weights = out / member["weights"]["file"]
        assert hashlib.sha256(weights.read_bytes()).hexdigest() == member["weights"]["sha256"]
        assert weights.read_bytes() == (file.parent / "tiny.weights.h5").read_bytes()
    assert str(tmp_path) not in text
    assert description["metrics"]["accepted_error"] == 0.03
    assert description["training"]["settings"]["ensemble"]["cross_validation"] == joined.found
    assert 0 <= description["calibration"]["real_below"] <= 0.5 <= description["calibration"]["fake_above"] <= 1


def test_the_folder_can_be_moved_and_used_like_any_detector(
    two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, examples: Path
):
    join_detectors(faces_data, two_files, tmp_path / "out", faces_cache, how="average")
    for file in two_files:
        (file.parent / "tiny.weights.h5").unlink()
    (tmp_path / "out").rename(tmp_path / "moved")
    detector = load_detector(tmp_path / "moved" / "detector.json")
    (face,) = inspect_photo(examples / "astronaut.jpg", detector=detector).faces
    heads = [member.detector.network.get_layer("patch_logits").bias.numpy()[0] for member in detector.members]
    biases = detector.description["bias"] + np.dot([member.share for member in detector.members], heads)
    assert face.heatmaps["grad-cam"].values.sum() == pytest.approx(face.logit - biases, abs=1e-4)


def test_a_member_that_counts_nothing_is_left_out(
    two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    monkeypatch.setattr(module, "fit_mix", lambda *_: Mix(np.array([0.0, 0.7]), 0.0))
    out = tmp_path / "out"
    assert run(faces_data, two_files, out, faces_cache, "--how", "stack") == 0
    assert "Left out, because it adds nothing to the others: first." in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {"detector.json", "member1-tiny.weights.h5"}
    (member,) = load_detector(out / "detector.json").members
    assert member.share == 0.7


def test_members_that_know_nothing_are_not_joined(
    two_files, faces_data: Path, faces_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    monkeypatch.setattr(module, "fit_mix", lambda *_: Mix(np.zeros(2), 0.0))
    assert run(faces_data, two_files, tmp_path / "out", faces_cache) == 2
    assert "nothing to join" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def run(data: Path, files: list[Path], out: Path, cache: Path, *more: str) -> int:
    detectors = ["--detectors", *map(str, files)]
    return main(["ensemble", "--data", str(data), *detectors, "--out", str(out), "--cache", str(cache), *more])


def test_the_command_says_whether_it_is_worth_it(two_files, faces_data, faces_cache, tmp_path: Path, capsys):
    assert run(faces_data, two_files, tmp_path / "out", faces_cache) == 0
    output = capsys.readouterr().out
    assert "On faces left out, 4 folds of whole groups" in output
    assert "| first | 0.500 |" in output
    assert "the best single detector" in output
    assert f"Wrote {tmp_path / 'out' / 'detector.json'}" in output


def test_an_ensemble_of_ensembles_is_refused(two_files, write_tiny, faces_data, faces_cache, tmp_path: Path, capsys):
    join_detectors(faces_data, two_files, tmp_path / "joined", faces_cache, how="average")
    files = [tmp_path / "joined" / "detector.json", write_tiny(tmp_path / "third", 3)]
    assert run(faces_data, files, tmp_path / "out", faces_cache) == 2
    assert "this is an ensemble itself. Name its members in --detectors instead" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_weights_that_changed_in_the_meantime_are_refused(two_files, faces_data, faces_cache, tmp_path: Path, capsys):
    load_detector(two_files[0])  # kept in memory
    (two_files[0].parent / "tiny.weights.h5").write_bytes(b"others")
    assert run(faces_data, two_files, tmp_path / "out", faces_cache) == 2
    assert "tiny.weights.h5: the weights have changed since they were loaded" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_missing_data_folder_is_named(two_files, tmp_path: Path, capsys):
    assert run(tmp_path / "nowhere", two_files, tmp_path / "out", tmp_path / "cache") == 2
    assert "nowhere: there is no such folder" in capsys.readouterr().err


def test_sources_of_one_class_can_not_be_calibrated_on(two_files, faces_data: Path, tmp_path: Path, capsys):
    for split in ("train", "validation"):
        for source, label in (("a", "real"), ("b", "fake")):
            folder = tmp_path / "data" / source / split / label
            folder.mkdir(parents=True)
            for path in sorted((faces_data / "space" / split / label).glob("*.png"))[:2]:
                (folder / path.name).write_bytes(path.read_bytes())
    assert run(tmp_path / "data", two_files, tmp_path / "out", tmp_path / "cache") == 2
    assert "no source has both real and fake faces" in capsys.readouterr().err


def test_an_unknown_way_is_refused(two_files, faces_data: Path, tmp_path: Path, capsys):
    with pytest.raises(SystemExit) as caught:
        run(faces_data, two_files, tmp_path / "out", tmp_path / "cache", "--how", "vote")
    assert caught.value.code == 2
    assert "invalid choice: 'vote'" in capsys.readouterr().err


@pytest.mark.parametrize("error, status", [(OSError(errno.ENOSPC, "No space left"), 2), (KeyboardInterrupt(), 130)])
def test_what_breaks_off_leaves_no_half_ensemble(
    two_files, faces_data, faces_cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error, status, capsys
):
    write = Path.write_bytes

    def breaks(path: Path, data: bytes) -> int:
        if path.name.startswith("partial.member2"):
            raise error
        return write(path, data)

    monkeypatch.setattr(files_module.Path, "write_bytes", breaks)
    assert run(faces_data, two_files, tmp_path / "out", faces_cache) == status
    assert list((tmp_path / "out").iterdir()) == []
    assert "Traceback" not in capsys.readouterr().err
