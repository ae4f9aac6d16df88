from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explain import METHODS, inspect_photo
from explain.check import NO_NUMBER, NO_REGION, QUICK, Check, check_map, summarise

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def face(detector):
    return inspect_photo(EXAMPLES / "hopper.jpg", ("grad-cam",), detector=detector).faces[0]


def test_the_figures_belong_to_the_face_and_its_answer(detector, face):
    check = check_map(face, "grad-cam", detector)
    assert check.trust.hiding.before == pytest.approx(face.logit, abs=1e-3)
    assert check.trust.hiding.sign == (1 if face.logit > 0 else -1)
    assert check.trust.deletion.logits[0] == pytest.approx(face.logit, abs=1e-3)
    assert set(check.agreements) == set(QUICK) - {"grad-cam"}
    # At the last layer of a linear head the two are the same map.
    assert check.agreements["patch-evidence"].overlap == pytest.approx(1)
    json.dumps(check.to_dict(), allow_nan=False)


def test_a_slow_method_is_compared_with_the_quick_ones(detector, face):
    check = check_map(face, "occlusion", detector)
    assert set(check.agreements) == set(QUICK)
    assert not METHODS["occlusion"].quick


def test_progress_grows_from_the_maps_to_the_end(detector, face):
    shares = []
    check_map(face, "grad-cam", detector, report=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_a_flat_map_has_nothing_to_hide(detector, face):
    heatmap = face.heatmaps["grad-cam"]
    flat = replace(face, heatmaps={"grad-cam": replace(heatmap, values=np.zeros_like(heatmap.values))})
    assert check_map(flat, "grad-cam", detector) == Check(None, {}, NO_REGION)


def test_a_face_without_a_number_has_nothing_to_compare(detector, face):
    assert check_map(replace(face, logit=float("nan")), "grad-cam", detector) == Check(None, {}, NO_NUMBER)


def test_the_table_has_the_means_over_faces(detector, face):
    check = check_map(face, "grad-cam", detector)
    line = summarise({"grad-cam": [check, check, Check(None, {}, NO_REGION)]}).splitlines()[-1].split()
    hiding = check.trust.hiding
    assert line[:2] == ["grad-cam", "2"]
    assert float(line[2]) == pytest.approx(np.mean(list(hiding.effects.values())), abs=0.006)
    assert float(line[3]) == pytest.approx(np.mean(list(hiding.effects_elsewhere.values())), abs=0.006)
    assert float(line[5]) == pytest.approx(check.trust.deletion_advantage, abs=0.006)


def test_a_method_without_any_region_says_so():
    assert "no region stood out" in summarise({"saliency": [Check(None, {}, NO_REGION)]})
