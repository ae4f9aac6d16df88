"""Copies of a photo are changed as named and nowhere else, and what follows from their answers is said as it is."""

from __future__ import annotations

import functools
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explain import inspect_photo, stability
from explain.check import NO_NUMBER
from explain.stability import CHANGES, TOO_SMALL, Change, Stability, Variant, check_stability
from model import Photo
from model.degradations import blur, compress, shrink
from model.detector import Detector
from model.faces import crop_square

EXAMPLES = Path(__file__).parents[2] / "examples"
KEYS = ["jpeg-90", "jpeg-70", "jpeg-50", "jpeg-30", "half-size", "blur", "tighter", "wider", "mirror"]


class Recorder(Detector):
    """Keeps the batches that it is asked about."""

    def logits(self, crops: np.ndarray) -> np.ndarray:
        BATCHES.append(crops)
        return super().logits(crops)


BATCHES: list[np.ndarray] = []


@pytest.fixture
def recorder(detector) -> Recorder:
    BATCHES.clear()
    return Recorder(detector.network, detector.calibration, detector.description)


@pytest.fixture(scope="module")
def inspection(detector):
    return inspect_photo(EXAMPLES / "hopper.jpg", (), detector=detector)


@pytest.fixture(scope="module")
def face(inspection):
    return inspection.faces[0]


def grain(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)


def places(height: int, width: int) -> np.ndarray:
    """A picture whose pixels say where they stand: row, column and 0."""
    rows, columns = np.mgrid[:height, :width]
    return np.dstack([rows, columns, np.zeros_like(rows)]).astype(np.uint8)


def cut(key: str, pixels: np.ndarray, square: tuple[int, int, int]) -> np.ndarray | None:
    return next(change for change in CHANGES if change.key == key).cut(pixels, square)


def of(verdict: str, original: float, *probabilities: float) -> Stability:
    """A stability whose thresholds are 0.2 and 0.7."""

    def named(probability: float) -> str:
        return "real" if probability < 0.2 else "fake" if probability > 0.7 else "uncertain"

    variants = (Variant(f"k{i}", f"change {i}", 0.0, p, named(p)) for i, p in enumerate(probabilities, 1))
    return Stability(original, verdict, tuple(variants))


def test_every_change_is_asked_in_one_batch(recorder, inspection, face):
    result = check_stability(inspection.photo, face, recorder)

    assert [variant.key for variant in result.variants] == KEYS
    assert [batch.shape for batch in BATCHES] == [(9, 256, 256, 3)]
    assert len({crop.tobytes() for crop in [face.crop, *BATCHES[0]]}) == 10
    assert result.original == face.probability_fake
    assert result.verdict == face.verdict
    for variant in result.variants:
        assert variant.probability_fake == recorder.calibration.probability_fake(variant.logit)
        assert variant.verdict == recorder.calibration.verdict(variant.probability_fake)


def test_the_unchanged_copy_gets_the_answer_of_the_face(detector, inspection, face, monkeypatch):
    unchanged = Change("none", "nothing", stability._degraded(np.copy))
    monkeypatch.setattr(stability, "CHANGES", (unchanged,))

    (variant,) = check_stability(inspection.photo, face, detector).variants

    assert variant.logit == pytest.approx(face.logit, abs=1e-4)
    assert variant.verdict == face.verdict


# In the middle, along the borders of blocks, at two corners, and as large as the photo, whose sides are no multiples of
# a block.
@pytest.mark.parametrize("square", [(101, 59, 130), (96, 64, 128), (0, 0, 77), (517 - 90, 333 - 90, 90), (60, 0, 333)])
@pytest.mark.parametrize(
    ("key", "whole"),
    [
        *((f"jpeg-{quality}", functools.partial(compress, quality=quality)) for quality in (90, 70, 50, 30)),
        ("blur", functools.partial(blur, sigma=0.75)),
    ],
)
def test_a_square_of_the_changed_photo_is_the_same_whether_all_of_it_was_changed_or_not(key, whole, square):
    photo = grain(333, 517)
    left, top, side = square

    np.testing.assert_array_equal(cut(key, photo, square), whole(photo)[top : top + side, left : left + side])


@pytest.mark.parametrize("square", [(101, 59, 130), (96, 64, 128), (0, 0, 77), (520 - 91, 336 - 91, 91)])
def test_half_the_size_and_back_is_that_of_the_whole_photo(square):
    photo = grain(336, 520)
    left, top, side = square

    expected = shrink(photo, 0.5)[top : top + side, left : left + side]
    np.testing.assert_array_equal(cut("half-size", photo, square), expected)


def test_no_more_of_a_large_photo_is_changed_than_needed():
    seen = []
    pixels = np.zeros((4000, 6000, 3), np.uint8)

    stability._degraded(lambda part: seen.append(part.shape) or part)(pixels, (3001, 2003, 300))

    # A block on each side at most, besides what the blur looks at.
    assert max(seen[0][:2]) <= 300 + 2 * (16 + 8)


def test_tighter_and_wider_crops_keep_their_middle():
    photo, square = places(250, 250), (80, 60, 100)

    tighter, wider = cut("tighter", photo, square), cut("wider", photo, square)

    assert tighter.shape == (90, 90, 3)
    assert tighter[0, 0].tolist() == [65, 85, 0]
    assert wider.shape == (110, 110, 3)
    assert wider[0, 0].tolist() == [55, 75, 0]


def test_a_wider_crop_stays_inside_the_photo_and_is_left_out_where_there_is_no_room(recorder, inspection, face):
    assert cut("wider", places(120, 250), (0, 10, 100))[0, 0].tolist() == [5, 0, 0]
    assert cut("wider", places(105, 250), (0, 0, 100)) is None
    left, top, side = crop_square(face.box, *inspection.photo.pixels.shape[:2])
    narrow = Photo(inspection.photo.pixels[top : top + side, left : left + side], (), "")
    x, y, width, height = face.box

    result = check_stability(narrow, replace(face, box=(x - left, y - top, width, height)), recorder)

    assert [variant.key for variant in result.variants] == [key for key in KEYS if key != "wider"]
    assert result.sentence.startswith("The answer held in all 8") or " of 8 copies" in result.sentence


def test_the_mirrored_copy_is_the_face_mirrored(recorder, inspection, face):
    check_stability(inspection.photo, face, recorder)

    mirrored = BATCHES[0][KEYS.index("mirror")]
    assert np.abs(mirrored.astype(int) - face.crop[:, ::-1]).max() <= 1


def test_the_photo_is_left_as_it_was(detector, inspection, face):
    before = inspection.photo.pixels.copy()

    check_stability(inspection.photo, face, detector)

    np.testing.assert_array_equal(inspection.photo.pixels, before)


def test_a_face_too_small_to_judge_stays_so_in_every_copy(detector, inspection, face):
    small = replace(face, box=(200, 150, 30, 40), verdict="uncertain")

    result = check_stability(inspection.photo, small, detector)

    assert {variant.verdict for variant in result.variants} == {"uncertain"}
    assert result.sentence == TOO_SMALL
    assert not result.holds


def test_what_is_not_a_number_is_never_shown(detector, inspection, face, monkeypatch):
    monkeypatch.setattr(Detector, "logits", lambda self, crops: np.full(len(crops), np.nan, np.float32))
    broken = replace(face, logit=math.nan, probability_fake=math.nan, verdict="uncertain")

    result = check_stability(inspection.photo, broken, detector)

    assert result.sentence == NO_NUMBER
    assert result.spread is None
    assert not result.holds
    shown = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert shown["original"] is None and shown["spread"] is None
    assert {variant["probability_fake"] for variant in shown["variants"]} == {None}


def test_progress_grows_to_the_end(detector, inspection, face):
    shares = []
    check_stability(inspection.photo, face, detector, report=shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_an_answer_holds_when_every_copy_gets_it():
    result = of("fake", 0.95, 0.71, 0.98, 0.9)

    assert result.holds
    assert result.spread == (0.71, 0.98)
    assert result.sentence == "The answer held in all 3 changed copies (between 71% and 98% fake)."


def test_numbers_that_read_the_same_are_said_once():
    sentence = of("real", 0.001, 0.0001, 0.0003).sentence

    assert sentence == "The answer held in all 2 changed copies (<1% fake in each)."


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (
            of("fake", 0.9, 0.6, 0.95, 0.1, 0.8),
            "The answer changed in 2 of 4 copies: change 1, change 3. "
            "That happens to many right answers too; take it with more care.",
        ),
        (
            of("fake", 0.9, 0.6, 0.5, 0.1, 0.8),
            "The answer changed in 3 of 4 copies: change 1, change 2, change 3. Treat it as can't tell.",
        ),
        (
            of("uncertain", 0.6, 0.8, 0.5, 0.1, 0.9),
            "The answer changed in 3 of 4 copies: change 1, change 3, change 4. Leave it at can't tell.",
        ),
    ],
)
def test_a_changed_answer_is_named_with_what_follows(result, words):
    assert not result.holds
    assert result.sentence == words


def test_a_copy_without_a_number_has_not_the_same_answer():
    result = of("uncertain", 0.5, 0.5, math.nan)

    assert not result.holds
    assert [variant.key for variant in result.changed] == ["k2"]
    assert result.spread == (0.5, 0.5)
    assert "nan" not in result.sentence.lower()


def test_json_has_every_copy():
    shown = of("fake", 0.95, 0.71, 0.98).to_dict()

    assert shown["holds"] is True
    assert shown["spread"] == [0.71, 0.98]
    assert [variant["verdict"] for variant in shown["variants"]] == ["fake", "fake"]
    assert list(shown["variants"][0]) == ["key", "title", "logit", "probability_fake", "verdict"]
