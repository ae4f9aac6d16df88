"""The detector in the repository: whole, small, and the right way round."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import numpy as np
import pytest

from model import Detector, Face, Photo, crop_face, load_detector
from model.detector import CLASSES, DEFAULT_DETECTOR


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector()


def test_the_weights_are_those_described_and_fit_into_git():
    description = json.loads(DEFAULT_DETECTOR.read_text(encoding="utf-8"))
    weights = DEFAULT_DETECTOR.parent / description["weights"]["file"]
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == description["weights"]["sha256"]
    assert weights.stat().st_size <= 9.5e6


def test_fake_is_the_second_class_and_positive(detector: Detector):
    assert detector.description["classes"] == CLASSES == ["real", "fake"]
    low, high = detector.read_logits([-20.0, 20.0])
    assert (low.verdict, high.verdict) == ("real", "fake")


def test_the_weights_are_numbers(detector: Detector):
    assert all(np.isfinite(weight).all() for weight in detector.network.get_weights())


def test_the_band_in_which_it_does_not_know_is_no_fig_leaf(detector: Detector):
    calibration = detector.calibration
    assert 0.1 <= calibration.temperature <= 10
    assert calibration.real_below < calibration.fake_above


# Ranks, not verdicts: two portraits prove no threshold, but an inverted label or swapped channels show at once.
@pytest.mark.parametrize(
    "real, fake",
    [("astronaut", "astronaut_face_swap"), ("hopper", "hopper_self_blend"), ("astronaut", "astronaut_mouth_edit")],
)
def test_a_known_real_face_is_less_likely_fake_than_its_fake(
    real: str,
    fake: str,
    detector: Detector,
    example_photo: Callable[[str], Photo],
    example_faces: Callable[[str], list[Face]],
):
    crops = np.stack([crop_face(example_photo(name), example_faces(name)[0])[0] for name in (real, fake)])
    of_real, of_fake = detector.score(crops)
    assert of_real.probability_fake < of_fake.probability_fake
    assert of_real.logit < of_fake.logit
