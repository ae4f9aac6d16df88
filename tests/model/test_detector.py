"""A detector is loaded only when it is what it says, and answers with numbers or with doubt."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model import Detector, DetectorError, load_detector
from model.detector import read_description

WriteDetector = Callable[..., Path]


@pytest.fixture(scope="module")
def detector(plain_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Detector:
    """A detector whose network gives every crop the logit 3, with a temperature of 2."""
    from model.calibration import Calibration
    from model.networks import build_network

    network = build_network("lite0")
    network.load_weights(plain_weights)
    description = {"network": "lite0", "weights": {"sha256": "0123456789abcdef" * 4}}
    return Detector(network, Calibration(2.0, 0.2, 0.8), description)


def test_a_written_detector_is_loaded_with_its_weights_and_calibration(write_detector: WriteDetector):
    detector = load_detector(write_detector())
    (score,) = detector.score(np.zeros((1, 256, 256, 3), np.uint8))
    assert score.logit == pytest.approx(3, abs=1e-5)
    assert score.probability_fake == pytest.approx(1 / (1 + math.exp(-1.5)), abs=1e-6)
    assert score.verdict == "fake"


def test_loading_the_same_file_again_gives_the_same_object(
    write_detector: WriteDetector, monkeypatch: pytest.MonkeyPatch
):
    path = write_detector()
    first = load_detector(path)
    monkeypatch.chdir(path.parent)
    assert load_detector("detector.json") is first
    assert load_detector(str(path)) is first


def test_every_crop_gets_a_score(detector: Detector):
    crops = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), dtype=np.uint8)
    logits = detector.logits(crops)
    assert logits.shape == (3,)
    assert logits.dtype == np.float32
    assert [score.verdict for score in detector.score(crops)] == ["fake"] * 3


def test_no_crops_get_no_scores(detector: Detector):
    assert detector.score(np.zeros((0, 256, 256, 3), np.uint8)) == []


@pytest.mark.parametrize(
    "crops",
    [
        np.zeros((256, 256, 3), np.uint8),
        np.zeros((1, 128, 128, 3), np.uint8),
        np.zeros((1, 256, 256, 1), np.uint8),
        np.zeros((1, 256, 256, 4), np.uint8),
        np.zeros((1, 3, 256, 256), np.uint8),
        np.zeros((1, 256, 256, 3), np.float32),
        [[0]],
    ],
    ids=["no batch", "small", "grey", "alpha", "channels first", "floats", "list"],
)
def test_other_arrays_than_crops_are_refused(detector: Detector, crops: object):
    # Floats of 0..1 would pass for a black picture: the silent mistake of many detectors.
    with pytest.raises(ValueError, match=r"`crops` must be a uint8 array of shape \(faces, 256, 256, 3\). Received: "):
        detector.score(crops)


def test_logits_are_read_as_scores(detector: Detector):
    real, unclear, fake = detector.read_logits([-8.0, 0.0, np.float32(8.0)])
    assert (real.verdict, unclear.verdict, fake.verdict) == ("real", "uncertain", "fake")
    assert real.logit == -8
    assert real.probability_fake == pytest.approx(1 / (1 + math.exp(4)))
    assert unclear.probability_fake == 0.5
    assert type(fake.logit) is float  # so that JSON can hold it


@pytest.mark.parametrize("logit", [math.nan, math.inf, -math.inf])
def test_an_answer_that_is_no_number_is_uncertain(detector: Detector, logit: float):
    (score,) = detector.read_logits([logit])
    assert score.verdict == "uncertain"
    assert math.isnan(score.probability_fake)


def test_broken_weights_give_doubt_not_a_verdict(detector: Detector):
    from model.networks import build_network

    network = build_network("lite0")
    head = network.get_layer("patch_logits")
    head.set_weights([head.get_weights()[0], np.array([math.nan])])
    (score,) = dataclasses.replace(detector, network=network).score(np.zeros((1, 256, 256, 3), np.uint8))
    assert score.verdict == "uncertain"


def test_the_version_names_network_and_weights(detector: Detector):
    assert detector.version == "lite0-0123456789ab"


def test_weights_with_another_digest_are_refused(write_detector: WriteDetector):
    path = write_detector()
    weights = path.with_name("lite0.weights.h5")
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1  # a single bit
    weights.write_bytes(data)
    with pytest.raises(
        DetectorError, match=r"not the weights that detector.json describes. Expected sha256 [0-9a-f]{64}"
    ):
        load_detector(path)


def test_missing_weights_are_named(write_detector: WriteDetector):
    path = write_detector()
    path.with_name("lite0.weights.h5").unlink()
    with pytest.raises(DetectorError, match=r"lite0.weights.h5: .*can't be read"):
        load_detector(path)


def test_a_missing_detector_is_named(tmp_path: Path):
    with pytest.raises(DetectorError, match=r"nowhere.json: the detector can't be read"):
        load_detector(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    "key, value",
    [
        ("classes", ["fake", "real"]),
        ("classes", None),
        ("format", 2),
        ("preprocessing", {"size": 224, "margin": 1.3, "values": "RGB 0..255"}),
        ("preprocessing", {"size": 256, "margin": 1.0, "values": "RGB 0..255"}),
        ("preprocessing", {"size": 256, "margin": 1.3, "values": "BGR 0..255"}),
    ],
    ids=["inverted classes", "no classes", "other format", "other size", "other margin", "other channel order"],
)
def test_a_detector_made_for_something_else_is_refused(write_detector: WriteDetector, key: str, value: object):
    with pytest.raises(DetectorError, match=rf"detector.json: `{key}` must be .* Received: "):
        load_detector(write_detector(**{key: value}))


@pytest.mark.parametrize("content", [b"", b"not JSON", b"{", b"\xff\xfe\x00", b"[]", b"3", b"null"])
def test_a_file_that_is_no_description_is_refused(content: bytes, tmp_path: Path):
    path = tmp_path / "detector.json"
    path.write_bytes(content)
    with pytest.raises(DetectorError, match=r"detector.json: "):
        read_description(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"network": "resnet"},
        {"network": None},
        {"weights": {}},
        {"weights": None},
        {"calibration": {"temperature": -1, "real_below": 0.2, "fake_above": 0.8}},
        {"depth": 17},
        {"network": "meso4", "depth": 3},
        {"calibration": {"temperature": 1}},
        {"calibration": None},
    ],
    ids=[
        "unknown network",
        "no network",
        "no file",
        "no weights",
        "bad calibration",
        "too deep",
        "no network with a depth",
        "half calibration",
        "none",
    ],
)
def test_a_damaged_description_is_refused_as_such(write_detector: WriteDetector, changes: dict):
    with pytest.raises(DetectorError, match=r"detector.json"):
        load_detector(write_detector(**changes))


# Keras first warns of every block that the file lacks.
@pytest.mark.filterwarnings("ignore:Skipping nested container:UserWarning")
def test_a_network_of_another_depth_is_built_as_it_is_described(write_detector: WriteDetector, tmp_path: Path):
    from model.networks import build_network

    network = build_network("lite0", 5)
    network.get_layer("patch_logits").set_weights([np.zeros((1, 1, 40, 1)), np.array([-1.0])])
    weights = tmp_path / "short.weights.h5"
    network.save_weights(weights)
    stated = {"file": weights.name, "sha256": hashlib.sha256(weights.read_bytes()).hexdigest()}
    detector = load_detector(write_detector(depth=5, weights=stated))
    assert detector.network.count_params() == network.count_params()
    (score,) = detector.score(np.zeros((1, 256, 256, 3), np.uint8))
    assert score.logit == pytest.approx(-1, abs=1e-5)
    # A new folder, since a file is loaded once: the same weights are none for the usual depth.
    other = tmp_path / "usual"
    other.mkdir()
    (other / weights.name).write_bytes(weights.read_bytes())
    description = json.loads((tmp_path / "detector.json").read_text())
    del description["depth"]
    (other / "detector.json").write_text(json.dumps(description))
    with pytest.raises(DetectorError, match=r"short.weights.h5: these are no weights for lite0"):
        load_detector(other / "detector.json")


@pytest.mark.parametrize("depth", [None, "5", 5.0, True, [5]])
def test_a_depth_that_is_no_whole_number_is_refused(write_detector: WriteDetector, depth: object):
    with pytest.raises(DetectorError, match=r"detector.json: `depth` must be a whole number of blocks. Received: "):
        read_description(write_detector(depth=depth))


def test_a_weights_file_of_another_format_is_refused(write_detector: WriteDetector):
    rubbish = b"not HDF5"
    path = write_detector(weights={"file": "other.weights.h5", "sha256": hashlib.sha256(rubbish).hexdigest()})
    path.with_name("other.weights.h5").write_bytes(rubbish)
    with pytest.raises(DetectorError, match=r"other.weights.h5"):
        load_detector(path)


def test_the_description_is_kept(write_detector: WriteDetector):
    path = write_detector(training={"date": "2026-01-01"})
    assert read_description(path) == json.loads(path.read_text())
    assert load_detector(path).description["training"] == {"date": "2026-01-01"}
