"""Each degradation does what its name and level say, to the same faces in the same way every time."""

from __future__ import annotations

import numpy as np
import pytest
from tqdm import tqdm

from model import Detector
from train.crops import CropSet
from train.evaluation.faces import Faces
from train.evaluation.robustness import FAMILIES, _draw, add_noise, brighten
from train.evaluation.scoring import score_crops


@pytest.fixture
def crop(portrait) -> np.ndarray:
    return portrait("astronaut")[0]


def chance() -> np.random.Generator:
    return np.random.default_rng(0)


def test_the_conditions_are_those_asked_for():
    assert {family.name: family.levels for family in FAMILIES} == {
        "jpeg": (95, 85, 75, 60, 50, 40, 30),
        "scale": (0.75, 0.5, 0.35, 0.25),
        "blur": (0.5, 1, 2, 3),
        "noise": (2, 5, 10),
        "brightness": (0.7, 0.85, 1.15, 1.3),
    }


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_level_gives_another_crop_of_the_same_kind(family, crop: np.ndarray):
    before = crop.copy()
    results = [family.change(crop, level, chance()) for level in family.levels]
    assert all(result.dtype == np.uint8 and result.shape == (256, 256, 3) for result in results)
    assert len({result.tobytes() for result in [crop, *results]}) == len(results) + 1
    assert np.array_equal(crop, before)


def test_noise_has_its_level_and_brightness_its_factor():
    grey = np.full((256, 256, 3), 120, np.uint8)
    noise = add_noise(grey, 5, chance()).astype(float) - 120
    assert noise.std() == pytest.approx(5, abs=0.1)
    assert abs(noise.mean()) < 0.1
    assert (brighten(grey, 1.3, chance()) == 156).all()
    assert (brighten(np.full_like(grey, 250), 1.3, chance()) == 255).all()
    assert (brighten(grey, 0.7, chance()) == 84).all()


def test_a_face_meets_the_same_noise_wherever_it_stands(make_crops, stripes_detector: Detector):
    crops = make_crops([("a", 0, 40)])

    def score(part: CropSet) -> np.ndarray:
        with tqdm(disable=True) as bar:
            return score_crops(
                stripes_detector, part, bar, alter=lambda crop, _, source: add_noise(crop, 10, source), seed=1
            )

    whole, part = score(crops), score(crops.where(np.array([35, 3])))
    assert part.tolist() == whole[[35, 3]].tolist()
    assert len(set(whole.round(3))) > 20  # and every face another


def test_at_most_so_many_of_each_source_and_class_are_drawn(make_crops):
    crops = make_crops([("a", 0, 9), ("a", 1, 3), ("b", 1, 5)])
    faces = Faces(crops, "all", [], ["a"], [])
    chosen = _draw(faces, 4, seed=0)
    assert sorted(faces.cells[chosen].tolist()) == ["a/0"] * 4 + ["a/1"] * 3
    assert chosen.tolist() == sorted(set(chosen.tolist())) == _draw(faces, 4, seed=0).tolist()
    assert len(_draw(faces, None, seed=0)) == 12


def test_every_condition_is_compared_with_the_same_faces_untouched(evaluation: dict):
    robustness = evaluation["robustness"]
    assert robustness["faces"] == 8
    assert len(robustness["conditions"]) == sum(len(family.levels) for family in FAMILIES)
    for row in robustness["conditions"]:
        assert row["auc_loss"] == pytest.approx(robustness["untouched"]["auc"]["value"] - row["auc"]["value"], abs=1e-4)
        assert row["mean_auc"]["value"] == pytest.approx(np.mean(list(row["sources"].values())), abs=1e-4)
        assert set(row["sources"]) == {"navy", "space"}
    assert robustness["untouched"]["mean_auc"]["value"] == 1.0
