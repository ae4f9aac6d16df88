"""Exported files say what the detector says, by runtimes that know nothing of it, and whoever has them can use them."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from model import load_detector
from model.ensemble import digest_of
from train.__main__ import main
from train.crops import load_crops
from train.datasets import read_samples
from train.shipping import export_files as module
from train.shipping import litert_files
from train.shipping.export_files import Wish, export_files
from train.shipping.runtimes import run_litert, run_onnx

NAMES = {f"tiny-{precision}.{suffix}" for precision in ("float32", "float16", "int8") for suffix in ("onnx", "tflite")}
RUN: dict[str, Callable] = {".onnx": run_onnx, ".tflite": run_litert}


@pytest.fixture(scope="module")
def out(tiny_file: Path, faces_data: Path, faces_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an export of everything."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "mine.txt").write_text("mine")
    wish = Wish(["onnx", "litert"], ["float32", "float16", "int8"], rounds=2, command="python -m train export")
    export_files(tiny_file, folder, faces_data, faces_cache, wish)
    return folder


@pytest.fixture(scope="module")
def crops(faces_data: Path, faces_cache: Path) -> np.ndarray:
    chosen = load_crops(faces_data, read_samples(faces_data), faces_cache).select("validation")
    return np.asarray(chosen.pixels[chosen.rows])


def test_everything_is_there_and_other_files_are_left_alone(out: Path):
    expected = NAMES | {f"{name}.json" for name in NAMES} | {"export.json", "mine.txt"}
    assert {path.name for path in out.iterdir()} == expected


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_runtimes_give_the_logits_of_the_detector(out: Path, tiny_file: Path, crops: np.ndarray, name: str):
    expected = load_detector(tiny_file).logits(crops)
    received = RUN[Path(name).suffix](out / name)(crops)
    allowed = {"float32": 1e-4, "float16": 0.02, "int8": 0.15}[name.split("-")[1].split(".")[0]]
    assert np.ptp(expected) > 0.5  # so that a constant would be noticed
    np.testing.assert_allclose(received, expected, atol=allowed)


def test_the_onnx_file_can_be_used_with_its_json_alone(out: Path, tiny_file: Path, crops: np.ndarray):
    import onnxruntime

    about = json.loads((out / "tiny-float32.onnx.json").read_text())
    session = onnxruntime.InferenceSession(out / about["file"])
    (given,), (answer,) = session.get_inputs(), session.get_outputs()
    assert (given.name, given.shape, given.type) == ("pixels", ["batch", 256, 256, 3], "tensor(float)")
    assert (answer.name, answer.shape) == ("logit", ["batch", 1])
    assert (about["input"]["name"], about["input"]["shape"]) == (given.name, given.shape)
    assert (about["output"]["name"], about["output"]["shape"]) == (answer.name, answer.shape)
    logits = session.run(["logit"], {"pixels": crops[:3].astype(np.float32)})[0][:, 0]
    probabilities = 1 / (1 + np.exp(-logits / about["calibration"]["temperature"]))
    expected = [score.probability_fake for score in load_detector(tiny_file).score(crops[:3])]
    np.testing.assert_allclose(probabilities, expected, atol=1e-4)


def test_the_json_beside_a_file_has_what_a_user_needs(out: Path, tiny_file: Path):
    detector = load_detector(tiny_file)
    for name in NAMES:
        about = json.loads((out / f"{name}.json").read_text())
        assert about["sha256"] == hashlib.sha256((out / name).read_bytes()).hexdigest()
        assert about["bytes"] == (out / name).stat().st_size
        assert about["classes"] == ["real", "fake"]
        assert about["calibration"]["temperature"] == 0.5
        assert (about["calibration"]["real_below"], about["calibration"]["fake_above"]) == (0.4, 0.6)
        assert about["detector"]["version"] == detector.version
        assert "RGB 0..255" in about["input"]["values"]
        assert all(words in about["input"]["crop"] for words in ("1.3 times", "256 x 256", "640", "no padding"))
        assert about["output"]["meaning"].startswith("positive speaks for fake")


def test_the_table_has_every_file_with_difference_loss_and_time(out: Path):
    report = json.loads((out / "export.json").read_text())
    assert [row["file"] for row in report["files"]] == [
        f"tiny-{precision}{suffix}" for suffix in (".onnx", ".tflite") for precision in ("float32", "float16", "int8")
    ]
    rows = module.table(report)
    assert len(rows) == 7
    for row in report["files"]:
        assert row["check"]["faces"] == 8
        assert row["check"]["on"].endswith(", validation")
        assert -1 <= row["check"]["auc_loss"] <= 1
        assert row["time"]["ratio"] > 0
        if row["precision"] == "float32":
            assert row["check"]["probability"] < 1e-3
    assert report["keras"]["time"]["ratio"] == 1


def test_large_weights_take_half_the_bytes_and_small_ones_stay_exact(tmp_path: Path):
    import onnx

    from train.shipping.onnx_files import _halve_weights

    generator = np.random.default_rng(0)
    large, small = generator.normal(size=(200, 120)).astype(np.float32), generator.normal(size=120).astype(np.float32)
    make = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("MatMul", ["x", "large"], ["y"]),
            onnx.helper.make_node("Add", ["y", "small"], ["logit"]),
        ],
        "graph",
        [make("x", 1, [1, 200])],
        [make("logit", 1, [1, 120])],
        [onnx.numpy_helper.from_array(large, "large"), onnx.numpy_helper.from_array(small, "small")],
    )
    file = tmp_path / "x.onnx"
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 15)], ir_version=8), file)
    before = file.stat().st_size
    _halve_weights(file)
    assert file.stat().st_size < 0.55 * before
    import onnxruntime

    x = generator.normal(size=(1, 200)).astype(np.float32)
    (answer,) = onnxruntime.InferenceSession(file).run(None, {"x": x})
    np.testing.assert_allclose(answer, x @ large.astype(np.float16).astype(np.float32) + small, atol=1e-4)


def test_litert_halves_large_weights_and_no_others(tmp_path: Path):
    from tensorflow.lite.tools import flatbuffer_utils

    keras.utils.set_random_seed(0)
    pixels = keras.Input((256, 256, 3), name="pixels")
    x = keras.layers.Conv2D(96, 16, strides=64, name="large")(keras.layers.Rescaling(1 / 255)(pixels))
    x = keras.layers.Conv2D(8, 1, activation="relu", name="small")(x)
    network = keras.Model(pixels, keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(x)))
    sizes = {}
    for precision in ("float32", "float16"):
        file = tmp_path / f"{precision}.tflite"
        litert_files.write_litert(network, file, precision, None)
        sizes[precision] = file.stat().st_size
    assert sizes["float16"] < 0.55 * sizes["float32"]
    (graph,) = flatbuffer_utils.read_model(str(file)).subgraphs
    halved = [tuple(tensor.shape) for tensor in graph.tensors if tensor.type == 1]  # FLOAT16
    assert halved == [(96, 16, 16, 3)]
    kernel, bias = network.get_layer("large").get_weights()
    network.get_layer("large").set_weights([kernel.astype(np.float16).astype(np.float32), bias])
    crops = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), dtype=np.uint8)
    expected = network.predict(crops.astype(np.float32), verbose=0)[:, 0]
    np.testing.assert_allclose(run_litert(file)(crops), expected, atol=1e-4)


def test_int8_learns_from_faces_of_the_training_part_only(
    tiny_file: Path, faces_data: Path, faces_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    seen = []
    monkeypatch.setattr(module, "write_onnx", lambda *arguments: seen.append(arguments[3]) or _stop())
    with pytest.raises(KeyboardInterrupt):
        export_files(tiny_file, tmp_path, faces_data, faces_cache, Wish(["onnx"], ["int8"]))
    training = load_crops(faces_data, read_samples(faces_data), faces_cache).select("train")
    np.testing.assert_array_equal(seen[0], np.asarray(training.pixels[training.rows]))
    assert list(tmp_path.iterdir()) == []


def _stop() -> None:
    raise KeyboardInterrupt


def run(*arguments: str) -> int:
    return main(["export", *arguments])


def test_without_data_the_examples_are_compared_on(tiny_file: Path, tmp_path: Path, capsys):
    options = ["--detector", str(tiny_file), "--out", str(tmp_path / "out"), "--to", "onnx", "--rounds", "1"]
    assert run(*options) == 0
    output = capsys.readouterr().out
    assert "| tiny-float32.onnx |" in output
    assert "Compared on 5 faces (the faces of examples/)" in output
    report = (tmp_path / "out" / "export.json").read_text()
    assert str(tmp_path) not in report


def test_int8_without_data_is_refused(tiny_file: Path, tmp_path: Path, capsys):
    options = ["--detector", str(tiny_file), "--out", str(tmp_path / "out"), "--to", "litert", "--precision", "int8"]
    assert run(*options) == 2
    assert "int8 needs --data" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "options, words",
    [
        (["--to", "coreml"], "invalid choice: 'coreml'"),
        (["--to", "onnx", "--precision", "int4"], "invalid choice: 'int4'"),
        ([], "required: --to"),
        (["--to", "onnx", "--rounds", "0"], "must be at least 1. Received: 0"),
    ],
)
def test_what_is_unknown_is_refused(options: list[str], words: str, tmp_path: Path, capsys):
    with pytest.raises(SystemExit) as caught:
        run("--out", str(tmp_path / "out"), *options)
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


def test_a_missing_detector_and_missing_data_are_named(tiny_file: Path, tmp_path: Path, capsys):
    out = str(tmp_path / "out")
    assert run("--detector", str(tmp_path / "none.json"), "--out", out, "--to", "onnx") == 2
    assert "none.json: the detector can't be read" in capsys.readouterr().err
    nowhere = str(tmp_path / "nowhere")
    assert run("--detector", str(tiny_file), "--out", out, "--to", "onnx", "--data", nowhere) == 2
    assert "nowhere: there is no such folder" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_float32_file_that_says_something_else_is_not_kept(
    tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    """As if the converter had swapped red and blue, the mistake that peers make most."""
    right = module.run_onnx
    monkeypatch.setattr(module, "run_onnx", lambda file: lambda crops: right(file)(crops[..., ::-1]))
    options = ["--detector", str(tiny_file), "--out", str(tmp_path / "out"), "--to", "onnx", "--rounds", "1"]
    assert run(*options) == 2
    error = capsys.readouterr().err
    assert "tiny-float32.onnx is up to" in error and "It was not kept" in error
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("error, status", [(OSError(errno.ENOSPC, "No space left"), 2), (KeyboardInterrupt(), 130)])
def test_what_breaks_off_leaves_an_earlier_export_as_it_was(
    tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, capsys
):
    def breaks(network, file: Path, *_: object) -> None:
        file.write_bytes(b"half")
        raise error

    monkeypatch.setattr(module, "write_onnx", breaks)
    (tmp_path / "export.json").write_text("earlier")
    assert run("--detector", str(tiny_file), "--out", str(tmp_path), "--to", "onnx") == status
    assert [path.name for path in tmp_path.iterdir()] == ["export.json"]
    assert (tmp_path / "export.json").read_text() == "earlier"
    assert "Traceback" not in capsys.readouterr().err


def test_a_package_that_is_not_installed_is_named(tiny_file: Path, tmp_path: Path, monkeypatch, capsys):
    def missing(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'tf2onnx'", name="tf2onnx")

    monkeypatch.setattr(module, "write_onnx", missing)
    assert run("--detector", str(tiny_file), "--out", str(tmp_path), "--to", "onnx") == 2
    assert "No module named 'tf2onnx'. `pip install -r requirements-dev.txt`" in capsys.readouterr().err


def test_help_does_not_wait_for_keras():
    import subprocess
    import sys

    code = (
        "import sys; from train.__main__ import main\n"
        "for command in ('compare', 'ensemble', 'export', 'publish'):\n"
        "    try: main([command, '--help'])\n"
        "    except SystemExit as end: print(end.code, sorted({'keras', 'tensorflow', 'sklearn'} & set(sys.modules)))"
    )
    root, environment = Path(__file__).parents[3], os.environ | {"COLUMNS": "200"}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert [line for line in result.stdout.splitlines() if line.startswith("0")] == ["0 []"] * 4


def test_the_options_of_litert_are_those_of_the_precision():
    assert litert_files._options("float32", None) == litert_files._options("float16", None) == {}
    options = litert_files._options("int8", np.zeros((2, 256, 256, 3), np.uint8))
    examples = list(options["representative_dataset"]())
    assert [example.dtype for (example,) in examples] == [np.float32] * 2
    assert examples[0][0].shape == (1, 256, 256, 3)


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["onnx", "litert"])
def test_the_shipped_detector_says_the_same_everywhere(runtime: str, tmp_path: Path):
    report = export_files(None, tmp_path, None, tmp_path, Wish([runtime], ["float32", "float16"], rounds=1))
    for row in report["files"]:
        assert row["check"]["probability"] < (1e-4 if row["precision"] == "float32" else 1e-3)


@pytest.mark.slow
def test_an_ensemble_is_exported_as_one_file(write_tiny, tmp_path: Path):
    members = []
    for number, share in enumerate((0.7, 0.4), start=1):
        file = write_tiny(tmp_path / f"{number}", number)
        part = json.loads(file.read_text())
        name = f"{number}.weights.h5"
        (tmp_path / name).write_bytes((file.parent / "tiny.weights.h5").read_bytes())
        weights = {"file": name, "sha256": part["weights"]["sha256"]}
        members.append({"network": "tiny", "weights": weights, "share": share})
    joined = part | {"network": "ensemble", "members": members, "bias": 0.3}
    (tmp_path / "detector.json").write_text(json.dumps(joined | {"weights": {"sha256": digest_of(members, 0.3)}}))
    wish = Wish(["onnx", "litert"], ["float32"], rounds=1)
    report = export_files(tmp_path / "detector.json", tmp_path / "out", None, tmp_path, wish)
    assert [row["file"] for row in report["files"]] == ["ensemble-float32.onnx", "ensemble-float32.tflite"]
    assert max(row["check"]["probability"] for row in report["files"]) < 1e-4
