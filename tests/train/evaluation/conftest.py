"""A detector that sees stripes, and the evaluation of the small data set by it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from model import Detector
from model.calibration import Calibration
from train.evaluation import evaluate as module
from train.evaluation.evaluate import Settings, evaluate


class StripesNetwork:
    """Stands for a network where only its size is asked for."""

    def count_params(self) -> int:
        return 12


class StripesDetector(Detector):
    """Its logit grows with the steps between pixels, which the fakes of `faces_data` have."""

    def run(self, pixels: np.ndarray) -> np.ndarray:
        return np.abs(np.diff(pixels.astype(np.float32), axis=2)).mean((1, 2, 3)) - 6


@pytest.fixture(scope="session")
def stripes_detector() -> Detector:
    """That detector."""
    description = {"network": "stripes", "weights": {"file": "stripes.weights.h5", "sha256": "ab" * 32}}
    return StripesDetector(StripesNetwork(), Calibration(1.5, 0.3, 0.7), description)


@pytest.fixture(scope="session")
def report(
    tmp_path_factory: pytest.TempPathFactory, faces_data: Path, faces_cache: Path, stripes_detector: Detector
) -> Path:
    """The folder of an evaluation of all of `faces_data`, with degraded copies of two faces a source and class."""
    out = tmp_path_factory.mktemp("report") / "out"
    out.mkdir()
    (out / "crossval.json").write_text("{}")
    (out / "plot_stale.png").write_text("of an earlier run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "load_detector", lambda _: stripes_detector)
        settings = Settings(split="all", robustness_faces=2, seed=5, command="python -m train evaluate")
        evaluate(faces_data, None, out, faces_cache, settings)
    return out


@pytest.fixture(scope="session")
def evaluation(report: Path) -> dict:
    """What it wrote into `evaluation.json`."""
    return json.loads((report / "evaluation.json").read_text(encoding="utf-8"))
