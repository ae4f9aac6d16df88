from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explain import METHODS, inspect_photo
from explain.gradients import compute_gradients
from explain.probe import Probe
from model import PhotoError, crop_face, find_faces, read_photo
from model.photo import Photo

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def inspection(detector):
    return inspect_photo(EXAMPLES / "three_faces.jpg", detector=detector)


def test_three_faces_from_left_to_right(inspection):
    centres = [face.box[0] + face.box[2] / 2 for face in inspection.faces]
    assert len(centres) == 3
    assert centres == sorted(centres)


def test_path_bytes_and_file_give_the_same_answer(detector):
    path = EXAMPLES / "hopper.jpg"
    with path.open("rb") as file:
        answers = {
            inspect_photo(source, detector=detector).to_json() for source in (path, str(path), path.read_bytes(), file)
        }
    assert len(answers) == 1


def test_the_score_is_that_of_the_detector_on_the_crop(detector, inspection):
    photo = read_photo(EXAMPLES / "three_faces.jpg")
    crops = np.stack([crop_face(photo, face)[0] for face in find_faces(photo)])
    for face, crop, score in zip(inspection.faces, crops, detector.score(crops), strict=True):
        np.testing.assert_array_equal(face.crop, crop)
        assert face.logit == pytest.approx(score.logit, abs=1e-4)
        assert face.probability_fake == pytest.approx(score.probability_fake, abs=1e-4)


def test_heatmaps_are_signed_shares_of_the_logit_and_unsigned_influence(detector, inspection):
    bias = float(detector.network.get_layer("patch_logits").bias.numpy()[0])
    for face in inspection.faces:
        cam, sensitivity = face.heatmaps["grad-cam"], face.heatmaps["saliency"]
        assert cam.values.shape == (16, 16)
        assert cam.values.dtype == np.float32
        assert cam.values.sum(dtype=np.float64) == pytest.approx(face.logit - bias, abs=1e-4)
        assert sensitivity.values.shape == (256, 256)
        assert sensitivity.values.min() >= 0


def test_each_face_gets_its_own_map(detector, inspection):
    expected = METHODS["grad-cam"].compute(Probe(detector, inspection.faces[1].crop[None])).values[0]
    np.testing.assert_allclose(inspection.faces[1].heatmaps["grad-cam"].values, expected, rtol=1e-3, atol=1e-5)


def test_without_methods_there_are_scores_but_no_maps(detector, inspection):
    plain = inspect_photo(EXAMPLES / "three_faces.jpg", methods=(), detector=detector)
    assert [face.heatmaps for face in plain.faces] == [{}, {}, {}]
    for face, other in zip(plain.faces, inspection.faces, strict=True):
        assert face.probability_fake == pytest.approx(other.probability_fake, abs=1e-4)


def test_a_photo_without_a_face_has_no_probability(detector):
    inspection = inspect_photo(EXAMPLES / "cat.jpg", detector=detector)
    assert inspection.faces == []
    assert inspection.notes == ("No face was found in this photo.",)
    assert "probability" not in inspection.to_json()


def test_a_tiny_face_is_not_judged(detector, monkeypatch):
    import cv2

    pixels = cv2.resize(read_photo(EXAMPLES / "astronaut.jpg").pixels, (200, 200), interpolation=cv2.INTER_AREA)
    monkeypatch.setattr("explain.inspection.read_photo", lambda source: Photo(pixels, (), ""))
    (face,) = inspect_photo("anything", detector=detector).faces
    assert max(face.box[2:]) < 48
    assert face.verdict == "uncertain"
    assert face.notes == ("This face is too small to judge.",)


def test_of_a_crowd_the_eight_largest_stay_in_order(detector, monkeypatch):
    (face,) = find_faces(read_photo(EXAMPLES / "hopper.jpg"))
    crowd = [replace(face, box=(20 * i, 50, 100 + 10 * (i % 5), 120)) for i in range(12)]
    monkeypatch.setattr("explain.inspection.find_faces", lambda photo: crowd)
    inspection = inspect_photo(EXAMPLES / "hopper.jpg", methods=(), detector=detector)
    assert len(inspection.faces) == 8
    assert [face.box[0] for face in inspection.faces] == sorted(face.box[0] for face in inspection.faces)
    assert min(face.box[2] for face in inspection.faces) == 110
    assert "12 faces" in inspection.notes[0]


def test_json_has_no_number_that_is_none(detector, monkeypatch):
    def broken(*arguments):
        gradients = compute_gradients(*arguments)
        return replace(gradients, logits=np.full_like(gradients.logits, np.nan))

    monkeypatch.setattr("explain.probe.compute_gradients", broken)
    inspection = inspect_photo(EXAMPLES / "hopper.jpg", detector=detector)
    assert inspection.faces[0].verdict == "uncertain"
    assert json.loads(inspection.to_json())["faces"][0]["probability_fake"] is None


def test_unknown_methods_are_named(detector):
    with pytest.raises(ValueError, match=r"grad-cam, .*saliency, .*'magic'"):
        inspect_photo(EXAMPLES / "hopper.jpg", methods=("magic",), detector=detector)
    with pytest.raises(ValueError, match="several names"):
        inspect_photo(EXAMPLES / "hopper.jpg", methods="saliency", detector=detector)


def test_a_bad_file_is_refused_in_plain_words(detector):
    with pytest.raises(PhotoError, match="not a photo"):
        inspect_photo(b"hello", detector=detector)
