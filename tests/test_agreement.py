"""One file, one answer: page, endpoint, command line, Python and the evaluation of the training agree to 1e-4."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from explain import inspect_photo
from explain.__main__ import main as explain_command
from model import load_detector
from train.batches import predict_logits
from train.crops import load_crops
from train.datasets import read_samples

EXAMPLES = Path(__file__).parents[1] / "examples"
FILES = {"real": ["astronaut.jpg", "hopper.jpg"], "fake": ["astronaut_face_swap.jpg", "hopper_self_blend.jpg"]}
NAMES = [name for names in FILES.values() for name in names]


@pytest.fixture(scope="module")
def by_python() -> dict[str, float]:
    return {name: inspect_photo(EXAMPLES / name).faces[0].probability_fake for name in NAMES}


@pytest.fixture(scope="module")
def training_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for label, names in FILES.items():
        for split, name in zip(("train", "validation"), names, strict=True):
            (folder / split / label).mkdir(parents=True)
            shutil.copy(EXAMPLES / name, folder / split / label / name)
    return folder


def test_the_evaluation_of_the_training(by_python, training_folder, tmp_path):
    detector = load_detector()
    crops = load_crops(training_folder, read_samples(training_folder), tmp_path)
    probabilities = [score.probability_fake for score in detector.read_logits(predict_logits(detector.network, crops))]
    assert len(probabilities) == len(NAMES)
    for sample, probability in zip(crops.samples, probabilities, strict=True):
        assert probability == pytest.approx(by_python[Path(sample.path).name], abs=1e-4)


def test_the_command_line(by_python, tmp_path):
    explain_command([*(str(EXAMPLES / name) for name in NAMES), "--csv", str(tmp_path / "out.csv")])
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        table = {Path(row["path"]).name: float(row["probability_fake"]) for row in csv.DictReader(file)}
    assert table == pytest.approx(by_python, abs=1e-4)


def test_the_endpoint_over_http(by_python, address):
    client = Client(address, verbose=False)
    answers = {name: client.predict(handle_file(EXAMPLES / name), api_name="/inspect") for name in NAMES}
    probabilities = {name: answer["faces"][0]["probability_fake"] for name, answer in answers.items()}
    assert probabilities == pytest.approx(by_python, abs=1e-4)
    assert (
        json.loads(inspect_photo(EXAMPLES / NAMES[0]).to_json())["faces"][0]["box"]
        == answers[NAMES[0]]["faces"][0]["box"]
    )
