"""The trained detector: face crops in, calibrated scores out."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.calibration import Calibration, Verdict
from model.ensemble import ENSEMBLE, join_networks, require_depth, require_ensemble
from model.faces import CROP_MARGIN, CROP_SIZE

if TYPE_CHECKING:
    import keras

    from model.folding import Folded

DEFAULT_DETECTOR = Path(__file__).parent / "weights" / "detector.json"
CLASSES = ["real", "fake"]
FORMAT = 1


class DetectorError(RuntimeError):
    """A detector that can't be loaded or must not be trusted; the message names the file and what to do."""


@dataclass(frozen=True)
class Score:
    """What a detector says of one face.

    Attributes:
        logit: Image logit before calibration; positive speaks for fake.
        probability_fake: Calibrated probability, 0..1; NaN if the network's answer was not a number.
        verdict: "real", "uncertain" or "fake".
    """

    logit: float
    probability_fake: float
    verdict: Verdict


@dataclass(frozen=True)
class Detector:
    """A network with its calibration.

    Attributes:
        network: Keras model from crops (batch, 256, 256, 3), RGB 0..255, to the image logit (batch, 1).
        calibration: How its logits are read.
        description: The content of `detector.json`.
        members: The networks of an ensemble, whose `network` adds up their logits; empty for a single network.
    """

    network: keras.Model
    calibration: Calibration
    description: dict[str, Any]
    members: tuple[Member, ...] = ()

    @property
    def version(self) -> str:
        """Network name and the first digits of the weights' sha256: enough to tell two detectors apart."""
        return f"{self.description['network']}-{self.description['weights']['sha256'][:12]}"

    @functools.cached_property
    def folded(self) -> Folded:
        """The network with normalisation merged into the convolutions: the same answers in half of the time."""
        from model.folding import fold_normalisation  # here, so that Keras loads only when it is needed

        return fold_normalisation(self.network)

    def logits(self, crops: np.ndarray) -> np.ndarray:
        """Runs the network.

        Args:
            crops: uint8 RGB (faces, 256, 256, 3), as `crop_face` cuts them.

        Returns:
            float32 (faces,), image logits.

        Raises:
            ValueError: If `crops` has another shape or type.
        """
        require_crops(crops)
        return self.run(crops)

    def run(self, pixels: np.ndarray) -> np.ndarray:
        """Runs the network on pictures that need not be whole grey levels.

        Args:
            pixels: uint8 or float32 RGB (pictures, 256, 256, 3), 0..255 or a little beyond.

        Returns:
            float32 (pictures,), image logits.
        """
        # Always of one type: for another one the network would be compiled once more.
        return np.asarray(self.folded.network.predict_on_batch(np.asarray(pixels, np.float32)))[:, 0]

    def score(self, crops: np.ndarray) -> list[Score]:
        """Scores face crops.

        Args:
            crops: uint8 RGB (faces, 256, 256, 3), as `crop_face` cuts them.

        Returns:
            One score for each crop.

        Raises:
            ValueError: If `crops` has another shape or type.
        """
        require_crops(crops)
        return self.read_logits(self.logits(crops)) if len(crops) else []

    def read_logits(self, logits: Sequence[float] | np.ndarray) -> list[Score]:
        """Turns image logits, (faces,), into scores; what is not a number is "uncertain"."""
        scores = []
        for logit in map(float, logits):
            probability = self.calibration.probability_fake(logit) if math.isfinite(logit) else math.nan
            scores.append(Score(logit, probability, self.calibration.verdict(probability)))
        return scores


@dataclass(frozen=True)
class Member:
    """One network of an ensemble.

    Attributes:
        share: What its logit counts, 0 or more.
        detector: The network alone; its calibration is that of the ensemble, which doesn't fit it.
    """

    share: float
    detector: Detector


def require_crops(crops: np.ndarray) -> None:
    """Checks that an array is a batch of face crops.

    Args:
        crops: What should be uint8 (faces, 256, 256, 3).

    Raises:
        ValueError: If it is not.
    """
    expected = (CROP_SIZE, CROP_SIZE, 3)
    if not isinstance(crops, np.ndarray) or crops.dtype != np.uint8 or crops.shape[1:] != expected:
        raise ValueError(
            f"`crops` must be a uint8 array of shape (faces, {CROP_SIZE}, {CROP_SIZE}, 3). "
            f"Received: dtype {getattr(crops, 'dtype', None)}, shape {getattr(crops, 'shape', None)}"
        )


def load_detector(path: str | Path | None = None) -> Detector:
    """Loads a detector: builds its network in code and fills in the weights.

    No code is ever read from a file. The weights must have the sha256 that `detector.json` states. A network that was
    built with another number of blocks than usual has it as its `depth`. An ensemble states several networks, and its
    own network adds up their logits.

    Args:
        path: A `detector.json`; without it the shipped one. The weights lie beside it.

    Returns:
        The detector; the same object for the same file, since loading takes seconds.

    Raises:
        DetectorError: If a file is missing, damaged, of another format, or the digest does not match.

    Example:
        >>> load_detector().calibration.verdict(0.5)
        'uncertain'
    """
    return _load(Path(path or DEFAULT_DETECTOR).resolve())


@functools.cache
def _load(path: Path) -> Detector:
    description = read_description(path)
    parts = description["members"] if description.get("network") == ENSEMBLE else [description]
    files = [_find_weights(path, part["weights"]) for part in parts]
    from model.networks import build_network  # here, so that Keras loads only when it is needed

    try:
        calibration = Calibration(**description["calibration"])
        networks = [build_network(part["network"], part.get("depth")) for part in parts]
    except (KeyError, TypeError, ValueError) as error:
        raise DetectorError(f"{path}: this detector description is damaged: {error}") from error
    for network, weights, part in zip(networks, files, parts, strict=True):
        try:
            network.load_weights(weights)
        except (OSError, KeyError, ValueError) as error:
            raise DetectorError(f"{weights}: these are no weights for {part['network']}: {error}") from error
    if parts == [description]:
        return Detector(networks[0], calibration, description)
    shares = [part["share"] for part in parts]
    alone = [Detector(network, calibration, part) for network, part in zip(networks, parts, strict=True)]
    members = tuple(Member(share, detector) for share, detector in zip(shares, alone, strict=True))
    return Detector(join_networks(networks, shares, description["bias"]), calibration, description, members)


def _find_weights(path: Path, stated: dict[str, str]) -> Path:
    """Gives the file with the weights that a description states, if it has their digest."""
    weights = path.parent / stated["file"]
    try:
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    except OSError as error:
        raise DetectorError(f"{weights}: the weights that {path.name} names can't be read: {error.strerror}") from error
    if digest != stated["sha256"]:
        raise DetectorError(
            f"{weights}: these are not the weights that {path.name} describes. "
            f"Expected sha256 {stated['sha256']}. Received: {digest}"
        )
    return weights


def read_description(path: Path) -> dict[str, Any]:
    """Reads and checks a `detector.json`.

    Args:
        path: The file.

    Returns:
        Its content.

    Raises:
        DetectorError: If it is missing, not JSON, of another format, or was made for other classes or crops.
    """
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DetectorError(f"{path}: the detector can't be read: {error.strerror}") from error
    except ValueError as error:
        raise DetectorError(f"{path}: this is not a detector description: {error}") from error
    if not isinstance(description, dict):
        raise DetectorError(f"{path}: this is not a detector description. Received: {description!r}")
    expected = {
        "format": FORMAT,
        "classes": CLASSES,
        "preprocessing": {"size": CROP_SIZE, "margin": CROP_MARGIN, "values": "RGB 0..255"},
    }
    for key, value in expected.items():
        if description.get(key) != value:
            raise DetectorError(f"{path}: `{key}` must be {value!r}. Received: {description.get(key)!r}")
    joined = description.get("network") == ENSEMBLE
    weights, needed = description.get("weights"), ["sha256"] if joined else ["file", "sha256"]
    if not isinstance(weights, dict) or not set(needed) <= weights.keys():
        names = " and ".join(f"`{name}`" for name in needed)
        raise DetectorError(f"{path}: `weights` must have {names}. Received: {weights!r}")
    try:
        if joined:
            require_ensemble(description)
        else:
            require_depth(description)
    except ValueError as error:
        raise DetectorError(f"{path}: {error}") from error
    return description
