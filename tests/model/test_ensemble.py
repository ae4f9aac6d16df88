"""An ensemble is loaded only when it is what it says, and answers with the weighted sum of its members' logits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from model import DetectorError, load_detector
from model.ensemble import digest_of, join_networks
from model.networks import DEPTHS, NETWORKS, build_network

CROPS = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), dtype=np.uint8)


def build_small(stride: int) -> Callable[[], keras.Model]:
    def build() -> keras.Model:
        pixels = keras.Input((None, None, 3), name="pixels")
        x = keras.layers.Rescaling(1 / 128, offset=-1, name="preprocessing")(pixels)
        x = keras.layers.Conv2D(4, 5, strides=stride, padding="same", activation="relu", name="features")(x)
        x = keras.layers.Conv2D(1, 1, name="patch_logits")(x)
        return keras.Model(pixels, keras.layers.GlobalAveragePooling2D(name="logit")(x), name="small")

    return build


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two networks of a few numbers, with maps of 64 x 64 and 32 x 32 cells."""
    monkeypatch.setitem(NETWORKS, "fine", build_small(4))
    monkeypatch.setitem(NETWORKS, "coarse", build_small(8))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes an ensemble of networks by name with random weights."""

    def write(*names: str, shares: tuple[float, ...] = (0.75, 0.5), bias: float = -0.2) -> Path:
        members = []
        for number, (name, share) in enumerate(zip(names, shares, strict=True), start=1):
            keras.utils.set_random_seed(number)
            file = tmp_path / f"{number}.weights.h5"
            build_network(name).save_weights(file)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            members.append({"network": name, "weights": {"file": file.name, "sha256": digest}, "share": share})
        description = {
            "format": 1,
            "network": "ensemble",
            "classes": ["real", "fake"],
            "preprocessing": {"size": 256, "margin": 1.3, "values": "RGB 0..255"},
            "members": members,
            "bias": bias,
            "weights": {"sha256": digest_of(members, bias)},
            "calibration": {"temperature": 2.0, "real_below": 0.2, "fake_above": 0.8},
        }
        path = tmp_path / "detector.json"
        path.write_text(json.dumps(description))
        return path

    return write


def test_the_logit_is_the_weighted_sum_plus_the_bias(write):
    detector = load_detector(write("fine", "coarse"))
    alone = [member.detector.logits(CROPS) for member in detector.members]
    np.testing.assert_allclose(detector.logits(CROPS), 0.75 * alone[0] + 0.5 * alone[1] - 0.2, atol=1e-5)
    assert np.abs(alone[0] - alone[1]).max() > 0.01
    assert detector.version == f"ensemble-{detector.description['weights']['sha256'][:12]}"


def test_members_of_one_architecture_keep_weights_of_their_own(write):
    detector = load_detector(write("fine", "fine"))
    first, second = (member.detector.logits(CROPS) for member in detector.members)
    assert np.abs(first - second).max() > 0.01
    np.testing.assert_allclose(detector.logits(CROPS), 0.75 * first + 0.5 * second - 0.2, atol=1e-5)


def test_joining_shares_the_weights_of_the_members():
    networks = [build_network("fine"), build_network("coarse")]
    joined = join_networks(networks, [1.0, 1.0], 0.0)
    before = joined.predict(CROPS, verbose=0)
    networks[1].get_layer("patch_logits").bias.assign([3.0])
    np.testing.assert_allclose(joined.predict(CROPS, verbose=0), before + 3, atol=1e-5)


@pytest.mark.parametrize("change", ["network", "sha256", "share", "depth", "bias", "order"])
def test_whatever_decides_the_logit_changes_the_digest(change: str):
    def member(network: str = "a", sha256: str = "1", share: float = 0.5) -> dict:
        return {"network": network, "weights": {"file": "x.weights.h5", "sha256": sha256}, "share": share}

    members, bias = [member(), member(sha256="2")], 0.1
    before = digest_of(members, bias)
    if change == "order":
        members = members[::-1]
    elif change == "bias":
        bias = 0.2
    elif change == "depth":
        members[0]["depth"] = 9
    else:
        members[0] = member(**{change: {"network": "b", "sha256": "3", "share": 0.6}[change]})
    assert digest_of(members, bias) != before


def test_the_name_of_a_file_does_not_change_the_digest():
    members = [{"network": "a", "weights": {"file": "x.weights.h5", "sha256": "1"}, "share": 1}]
    renamed = [members[0] | {"weights": {"file": "y.weights.h5", "sha256": "1"}}]
    assert digest_of(members, 0) == digest_of(renamed, 0.0)


def test_without_a_depth_the_digest_is_what_it_was_before_there_were_any():
    members = [{"network": "a", "weights": {"file": "x.weights.h5", "sha256": "1"}, "share": 1}]
    # sha256 of [[["a", "1", 1.0]], 0.5], as Python's json writes it.
    assert digest_of(members, 0.5) == hashlib.sha256(b'[[["a", "1", 1.0]], 0.5]').hexdigest()


def test_a_member_is_built_with_its_depth(write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(NETWORKS, "coarse", lambda depth=8: build_small(depth)())
    monkeypatch.setitem(DEPTHS, "coarse", range(4, 17, 4))
    path = write("fine", "coarse")
    description = json.loads(path.read_text())
    description["members"][1]["depth"] = 16
    description["weights"]["sha256"] = digest_of(description["members"], description["bias"])
    path.write_text(json.dumps(description))
    networks = [member.detector.network for member in load_detector(path).members]
    sides = [network.get_layer("features").compute_output_shape((1, 256, 256, 3))[1] for network in networks]
    assert sides == [64, 16]


@pytest.mark.parametrize("depth, words", [("9", "whole number of blocks"), (3, "depth")])
def test_a_depth_that_the_network_cannot_have_is_refused(write, depth: object, words: str):
    path = write("fine", "coarse")
    description = json.loads(path.read_text())
    description["members"][1]["depth"] = depth
    description["weights"]["sha256"] = digest_of(description["members"], description["bias"])
    path.write_text(json.dumps(description))
    with pytest.raises(DetectorError, match=words):
        load_detector(path)


def test_changed_weights_of_a_member_are_refused(write, tmp_path: Path):
    path = write("fine", "coarse")
    data = bytearray((tmp_path / "2.weights.h5").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "2.weights.h5").write_bytes(data)
    with pytest.raises(DetectorError, match=r"2.weights.h5: these are not the weights"):
        load_detector(path)


def test_changed_shares_are_refused(write):
    path = write("fine", "coarse")
    path.write_text(path.read_text().replace('"share": 0.5', '"share": 0.6'))
    with pytest.raises(DetectorError, match=r"not the digest of these members, shares and bias. Expected sha256"):
        load_detector(path)


@pytest.mark.parametrize(
    "file",
    ["../1.weights.h5", "/etc/1.weights.h5", "a/1.weights.h5", "a\\1.weights.h5", "..", "", "1.h5\0.weights.h5", 1],
)
def test_weights_elsewhere_are_refused(write, file: object):
    path = write("fine", "coarse")
    description = json.loads(path.read_text())
    description["members"][0]["weights"]["file"] = file
    path.write_text(json.dumps(description))
    with pytest.raises(DetectorError, match=r"must be a \.weights\.h5 file beside the description"):
        load_detector(path)


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"members": []}, "`members` must be a list of 1 to 8"),
        ({"members": None}, "`members` must be a list"),
        ({"members": [{}] * 9}, "`members` must be a list of 1 to 8"),
        ({"members": ["fine"]}, "a member must have `network`, `weights` and `share`"),
        ({"bias": None}, "`bias` must be a number"),
        ({"bias": float("nan")}, "`bias` must be a number"),
        ({"weights": {"file": "x"}}, "`weights` must have `sha256`"),
    ],
)
def test_damaged_descriptions_are_named(write, changes: dict, words: str):
    path = write("fine", "coarse")
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(DetectorError, match=words):
        load_detector(path)


@pytest.mark.parametrize("share", [-0.1, None, "1", True, float("inf")])
def test_a_share_is_a_number_from_0(write, share: object):
    path = write("fine", "coarse")
    description = json.loads(path.read_text())
    description["members"][0]["share"] = share
    path.write_text(json.dumps(description))
    with pytest.raises(DetectorError, match="share of a member must be a number from 0"):
        load_detector(path)


def test_an_ensemble_in_an_ensemble_is_refused(write):
    path = write("fine", "coarse")
    description = json.loads(path.read_text())
    description["members"][0]["network"] = "ensemble"
    description["weights"]["sha256"] = digest_of(description["members"], description["bias"])
    path.write_text(json.dumps(description))
    with pytest.raises(DetectorError, match="ensemble"):
        load_detector(path)
