"""A small network whose maps can be worked out by hand, wrapped as a detector."""

from __future__ import annotations

import numpy as np
import pytest

from model.calibration import Calibration
from model.detector import Detector
from model.networks import build_network


@pytest.fixture(scope="session")
def detector() -> Detector:
    """The shipped architecture with random weights, head included, so that nothing is zero by chance.

    The spread of He et al. 2015 keeps signals alive through eleven blocks; Keras' default lets them vanish.
    """
    network = build_network("lite0")
    generator = np.random.default_rng(7)
    for layer in network.layers:
        if layer.name.endswith("_conv"):
            (kernel,) = layer.get_weights()
            inputs = np.prod(kernel.shape[:2]) if "depthwise" in layer.name else np.prod(kernel.shape[:3])
            layer.set_weights([generator.normal(0, np.sqrt(2 / inputs), kernel.shape)])
    head = network.get_layer("patch_logits")
    head.set_weights([generator.normal(0, 0.3, (1, 1, 112, 1)), np.array([0.37])])
    return Detector(network, Calibration(1.5, 0.3, 0.7), {"network": "lite0", "weights": {"sha256": "0" * 64}})


@pytest.fixture(scope="session")
def crops() -> np.ndarray:
    """Three crops with structure: uint8 RGB (3, 256, 256, 3)."""
    generator = np.random.default_rng(1)
    coarse = generator.integers(0, 256, (3, 16, 16, 3)).astype(np.uint8)
    return np.repeat(np.repeat(coarse, 16, axis=1), 16, axis=2)
