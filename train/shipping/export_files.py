"""Exports a detector to other runtimes and measures whether it still says the same."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from model.detector import Detector, load_detector
from model.faces import crop_face, find_faces
from model.photo import read_photo
from model.sessions import count_processors
from train.crops import CropSet, load_crops
from train.datasets import DataError, read_samples
from train.files import write_json
from train.shipping.litert_files import write_litert
from train.shipping.onnx_files import add_metadata, write_onnx
from train.shipping.parity import Crops, ask, compare_answers, loss_in_words, objection
from train.shipping.runtimes import Run, run_keras, run_litert, run_onnx
from train.shipping.sidecar import describe_file
from train.timing import compare_times

SUFFIXES = {"onnx": ".onnx", "litert": ".tflite"}
PRECISIONS = ("float32", "float16", "int8")
FORMAT = 1
_EXAMPLES = Path(__file__).parents[2] / "examples"
_EXAMPLE_NAMES = ("astronaut.jpg", "hopper.jpg", "three_faces.jpg")
_LEARN_FROM = 200


@dataclass(frozen=True)
class Wish:
    """What to export.

    Attributes:
        runtimes: Keys of `SUFFIXES`.
        precisions: Names from `PRECISIONS`.
        rounds: How often each file's time is taken.
        seed: Divides undivided data, and chooses the faces that int8 learns from.
        command: The command line, for the record.
    """

    runtimes: Sequence[str]
    precisions: Sequence[str]
    rounds: int = 30
    seed: int = 0
    command: str = ""


def export_files(file: Path | None, out: Path, data: Path | None, cache: Path, wish: Wish) -> dict[str, Any]:
    """Writes files for other runtimes, each with a JSON beside it, and `export.json`.

    Everything is written to a folder in `out` first and moved when it is all there.

    Args:
        file: A `detector.json`; the shipped one if None.
        out: Folder to write to.
        data: Folder with labelled pictures: the validation part to compare on, the training part for int8 to learn
            from. Without it the example pictures are compared on.
        cache: Folder for face crops, shared with `python -m train fit`.
        wish: What to export.

    Returns:
        The content of `export.json`: a row a file with its size, its check and its time.

    Raises:
        DataError: If the data can't be used.
        DetectorError: If the detector can't be loaded.
        ImportError: If a converter or runtime is not installed.
        ValueError: If int8 is wanted without data, or a float32 file doesn't say what the detector says.
        OSError: If a file can't be written; nothing is half-written then.
    """
    if "int8" in wish.precisions and data is None:
        raise ValueError("int8 needs --data: it learns the ranges of the network's values from faces, and may cost AUC")
    if keras.backend.backend() != "tensorflow":
        raise ValueError(f"export needs Keras on TensorFlow. Received: KERAS_BACKEND={keras.backend.backend()}")
    detector = load_detector(file)
    learnt, checked = _faces_of(data, cache, wish.seed) if data else (None, _example_faces())
    partial = out / "partial.export"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        written = _write(detector, partial, wish, learnt)
        report = _check(detector, written, checked, wish)
        write_json(partial / "export.json", report)
        for path in sorted(partial.iterdir(), key=lambda path: path.name == "export.json"):
            path.replace(out / path.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return report


def _write(detector: Detector, folder: Path, wish: Wish, crops: np.ndarray | None) -> list[tuple[Path, str, str]]:
    written = []
    name = detector.description["network"]
    wanted = [(runtime, precision) for runtime in wish.runtimes for precision in wish.precisions]
    for runtime, precision in tqdm(wanted, desc="Exporting", unit="file"):
        file = folder / f"{name}-{precision}{SUFFIXES[runtime]}"
        {"onnx": write_onnx, "litert": write_litert}[runtime](detector.network, file, precision, crops)
        if runtime == "onnx":
            add_metadata(file, {"detector": detector.version, "input": "RGB 0..255", "output": "logit of fake"})
        written.append((file, runtime, precision))
    return written


def _check(detector: Detector, written: Sequence[tuple[Path, str, str]], crops: Crops, wish: Wish) -> dict[str, Any]:
    """Compares every file with the detector, writes what it needs beside it, and takes the times of all in turns."""
    keras_run = run_keras(detector.network)
    before = ask(keras_run, crops.pixels, "Keras")
    first = crops.pixels[:1]
    steps, rows = {"keras": lambda: keras_run(first)}, []
    for file, runtime, precision in written:
        run: Run = {"onnx": run_onnx, "litert": run_litert}[runtime](file)
        after = ask(run, crops.pixels, file.name)
        figures = compare_answers(before, after, detector.calibration.temperature, crops.fake)
        wrong = objection(precision, figures)
        if wrong and precision == "float32":
            raise ValueError(f"{file.name} {wrong}. It was not kept")
        steps[file.name] = lambda run=run: run(first)
        check = {"on": crops.about, **figures, "objection": wrong}
        description = describe_file(file, detector, runtime, precision, check)
        write_json(file.with_name(f"{file.name}.json"), description)
        rows.append({key: description[key] for key in ("file", "sha256", "bytes", "runtime", "precision", "check")})
    times = compare_times(steps, rounds=wish.rounds)
    return {
        "format": FORMAT,
        "command": wish.command,
        "date": datetime.date.today().isoformat(),
        "detector": {"version": detector.version, "weights_sha256": detector.description["weights"]["sha256"]},
        "threads": count_processors(),
        "keras": {"parameters": detector.network.count_params(), "time": times["keras"]},
        "files": [row | {"time": times[row["file"]]} for row in rows],
    }


def _faces_of(data: Path, cache: Path, seed: int) -> tuple[np.ndarray, Crops]:
    """Gives faces to learn ranges from, of the training part, and faces to compare on, of the validation part."""
    crops = load_crops(data, read_samples(data, seed=seed), cache)
    training, validation = crops.select("train"), crops.select("validation")
    validation = validation.where(np.isin(validation.sources, validation.paired_sources))
    if not validation.samples:
        raise DataError(f"{data}: no source has both real and fake faces in its validation part")
    if not training.samples:
        raise DataError(f"{data}: no picture of the training part shows a face")
    chosen = np.random.default_rng(seed).permutation(len(training.samples))[:_LEARN_FROM]
    about = f"{data.resolve().name}, validation"
    return _pixels(training.where(np.sort(chosen))), Crops(_pixels(validation), validation.labels > 0.5, about)


def _pixels(crops: CropSet) -> np.ndarray:
    return np.asarray(crops.pixels[crops.rows])


def _example_faces() -> Crops:
    crops = []
    for name in _EXAMPLE_NAMES:
        photo = read_photo(_EXAMPLES / name)
        crops += [crop_face(photo, face)[0] for face in find_faces(photo)]
    return Crops(np.stack(crops), None, "the faces of examples/")


def table(report: dict[str, Any]) -> list[list[str]]:
    """Sets an export as a table.

    Args:
        report: The content of `export.json`.

    Returns:
        Rows of cells, the head first: a row a file.
    """
    rows = [["file", "MB", "largest difference in probability", "AUC loss", "time / compiled Keras"]]
    for row in report["files"]:
        check, time = row["check"], row["time"]
        ratio = f"{time['ratio']:.2f} ({time['ratio_low']:.2f}–{time['ratio_high']:.2f})"
        rows.append(
            [row["file"], f"{row['bytes'] / 1e6:.2f}", f"{check['probability']:.1e}", loss_in_words(check), ratio]
        )
    return rows
