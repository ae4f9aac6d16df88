"""The whole way: a photo in, what there is to say of every face out.

The page, its endpoint, the command line and Python all call `inspect_photo`, so they can't disagree.
"""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from explain.heatmap import Heatmap
from explain.methods import METHODS, require_methods
from explain.probe import Probe, require_layer
from explain.wording import NO_NUMBER
from model.calibration import Verdict
from model.detector import Detector, load_detector
from model.faces import LANDMARKS, SMALL_FACE, Face, crop_face, find_faces
from model.layer_names import FEATURES_LAYER
from model.photo import Photo, read_photo

_logger = logging.getLogger(__name__)

MAX_FACES = 8
DEFAULT_METHODS = ("grad-cam", "saliency")


@dataclass(frozen=True)
class FaceInspection:
    """What there is to say of one face.

    Attributes:
        box: (x, y, width, height) in pixels of the upright photo.
        landmarks: float64 (5, 2), x and y in photo pixels, in the order of `model.faces.LANDMARKS`.
        confidence: The face search's own score, 0..1.
        crop: uint8 RGB (256, 256, 3), what the network saw.
        crop_to_photo: float64 (2, 3), affine map from crop pixels to photo pixels.
        logit: Image logit before calibration; positive speaks for fake.
        probability_fake: Calibrated probability, 0..1; NaN if the network's answer was not a number.
        verdict: "real", "uncertain" or "fake".
        heatmaps: Heatmaps by method name.
        notes: Reasons for caution in plain words.
    """

    box: tuple[int, int, int, int]
    landmarks: np.ndarray
    confidence: float
    crop: np.ndarray
    crop_to_photo: np.ndarray
    logit: float
    probability_fake: float
    verdict: Verdict
    heatmaps: dict[str, Heatmap]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Gives what can be written as JSON, heatmaps with their values; what is not a number becomes null."""
        return {
            "box": list(self.box),
            "landmarks": {
                name: [round(float(x), 2) for x in point] for name, point in zip(LANDMARKS, self.landmarks, strict=True)
            },
            "confidence": round(self.confidence, 4),
            "probability_fake": _finite(self.probability_fake),
            "verdict": self.verdict,
            "logit": _finite(self.logit),
            "crop_to_photo": self.crop_to_photo.tolist(),
            "heatmaps": {name: _summary(heatmap) for name, heatmap in self.heatmaps.items()},
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Inspection:
    """What there is to say of a photo.

    Attributes:
        photo: The photo as it was read.
        faces: Its faces from left to right; empty if none was found.
        detector: The detector's version.
        notes: What a reader should know, in plain words.
    """

    photo: Photo
    faces: list[FaceInspection]
    detector: str
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Gives what can be written as JSON."""
        height, width = self.photo.pixels.shape[:2]
        return {
            "photo": {"width": width, "height": height, "sha256": self.photo.sha256},
            "detector": self.detector,
            "faces": [face.to_dict() for face in self.faces],
            "notes": list(self.notes),
        }

    def to_json(self) -> str:
        """Gives `to_dict` as JSON text."""
        return json.dumps(self.to_dict(), allow_nan=False)


def inspect_photo(
    source: str | os.PathLike | bytes | BinaryIO,
    methods: Iterable[str] = DEFAULT_METHODS,
    *,
    detector: Detector | None = None,
    layer: str = FEATURES_LAYER,
    report: Callable[[float], object] = lambda share: None,
) -> Inspection:
    """Finds the faces in a photo, scores each and draws the evidence.

    Args:
        source: A path, the file's bytes, or a binary file object.
        methods: Names of the heatmaps wanted, keys of `explain.METHODS`; may be empty.
        detector: The detector; the shipped one if None.
        layer: Name of the layer whose feature map the CAM methods explain, as `explain.layers.find_layer` takes it.
        report: Called with the share, 0..1, of the heatmaps that is done.

    Returns:
        The inspection. A photo without a face has no faces and no probability.

    Raises:
        PhotoError: If the photo can't be used; the message says why in plain words.
        ValueError: If a method or the layer is unknown.
        DetectorError: If the shipped detector can't be loaded.

    Example:
        >>> inspection = inspect_photo("examples/astronaut.jpg", methods=("grad-cam",))
        >>> inspection.faces[0].verdict
        'real'
    """
    methods = require_methods(methods)
    photo = read_photo(source)
    detector = detector or load_detector()
    require_layer(detector, layer)
    found = find_faces(photo)
    faces, notes = _largest(found), list(photo.notes)
    if not found:
        notes.append("No face was found in this photo.")
    elif len(found) > len(faces):
        notes.append(f"This photo shows {len(found)} faces; the {MAX_FACES} largest were looked at.")
    inspected = _inspect_faces(photo, faces, methods, detector, layer, report) if faces else []
    return Inspection(photo, inspected, detector.version, tuple(notes))


def _largest(faces: list[Face]) -> list[Face]:
    """Keeps the eight largest faces, still from left to right."""
    ranked = sorted(faces, key=lambda face: face.box[2] * face.box[3], reverse=True)
    kept = {id(face) for face in ranked[:MAX_FACES]}
    return [face for face in faces if id(face) in kept]


def _inspect_faces(
    photo: Photo,
    faces: list[Face],
    methods: tuple[str, ...],
    detector: Detector,
    layer: str,
    report: Callable[[float], object],
) -> list[FaceInspection]:
    cut = [crop_face(photo, face) for face in faces]
    crops = np.stack([crop for crop, _ in cut])
    probe = Probe(detector, crops, layer)
    # Where maps are wanted, the score is read off their pass; it costs nothing more then.
    scores = detector.read_logits(probe.gradients.logits if methods else detector.logits(crops))
    maps = compute_heatmaps(probe, methods, report)
    inspected = []
    for i, (face, (crop, crop_to_photo), score) in enumerate(zip(faces, cut, scores, strict=True)):
        small = max(face.box[2:]) < SMALL_FACE
        notes = ["This face is too small to judge."] if small else []
        if not math.isfinite(score.probability_fake):
            _logger.warning("Detector %s gave the logit %s for a face", detector.version, score.logit)
            notes.append(NO_NUMBER)
        inspected.append(
            FaceInspection(
                box=face.box,
                landmarks=face.landmarks,
                confidence=face.confidence,
                crop=crop,
                crop_to_photo=crop_to_photo,
                logit=score.logit,
                probability_fake=score.probability_fake,
                verdict="uncertain" if small else score.verdict,
                heatmaps=maps[i],
                notes=tuple(notes),
            )
        )
    return inspected


def compute_heatmaps(
    probe: Probe, methods: Iterable[str], report: Callable[[float], object] = lambda share: None
) -> list[dict[str, Heatmap]]:
    """Computes heatmaps of a batch of crops.

    Args:
        probe: A network put to the crops.
        methods: Keys of `METHODS`.
        report: Called with the share, 0..1, of the work that is done.

    Returns:
        For each crop its heatmaps by method.
    """
    heatmaps: list[dict[str, Heatmap]] = [{} for _ in probe.crops]
    names = list(methods)
    for done, name in enumerate(names):
        probe.report = lambda share, done=done: report((done + share) / len(names))
        method = METHODS[name]
        maps = method.compute(probe)
        for i, values in enumerate(maps.values):
            gap = None if maps.gaps is None else float(maps.gaps[i])
            heatmaps[i][name] = Heatmap(values, name, method.signed, maps.to_crop, method.spread, gap)
        report((done + 1) / len(names))
    return heatmaps


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _summary(heatmap: Heatmap) -> dict[str, Any]:
    """Cells in full; pixels would be megabytes of text, so only their extent."""
    values = heatmap.values
    summary = {
        "shape": list(values.shape),
        "signed": heatmap.signed,
        "minimum": _finite(float(values.min())),
        "maximum": _finite(float(values.max())),
        "sum": _finite(float(values.sum(dtype=np.float64))),
        "to_crop": heatmap.to_crop.tolist(),
    }
    if heatmap.gap is not None:
        summary["gap"] = _finite(heatmap.gap)
    if values.size <= 4096:
        summary["values"] = [[_finite(float(value)) for value in row] for row in values]
    return summary
