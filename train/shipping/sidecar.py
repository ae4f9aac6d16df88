"""All that somebody needs to use an exported file without this project: a JSON beside it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from model.detector import CLASSES, Detector
from model.faces import CROP_MARGIN, CROP_SIZE, MIN_CONFIDENCE, SEARCH_SIDE
from train.files import describe_weights

FORMAT = 1

_CROP = (
    "Turn the photo upright (EXIF orientation) and bring it to sRGB. Find the face: MTCNN on a copy whose longer side "
    f"is at most {SEARCH_SIDE} pixels, confidence {MIN_CONFIDENCE} or more. Cut out the square around the middle of "
    f"its box whose side is {CROP_MARGIN} times the box's longer side, moved, and if need be shrunk, so that it lies "
    f"inside the photo: no padding. Resize it to {CROP_SIZE} x {CROP_SIZE} pixels, by area when shrinking, bicubic "
    "when enlarging (OpenCV: INTER_AREA, INTER_CUBIC). No normalisation: that is a layer of the network."
)


def describe_file(
    file: Path, detector: Detector, runtime: str, precision: str, check: dict[str, Any]
) -> dict[str, Any]:
    """Describes an exported file.

    Args:
        file: The file.
        detector: The detector it was made from.
        runtime: "onnx" or "litert".
        precision: "float32", "float16" or "int8".
        check: How it was compared with the detector, and what came out.

    Returns:
        What goes into the JSON beside the file.
    """
    batch = "batch" if runtime == "onnx" else 1
    return {
        "format": FORMAT,
        **describe_weights(file),
        "bytes": file.stat().st_size,
        "runtime": {"onnx": "ONNX Runtime", "litert": "LiteRT (TensorFlow Lite)"}[runtime],
        "precision": precision,
        "input": {
            "name": "pixels",
            "shape": [batch, CROP_SIZE, CROP_SIZE, 3],
            "type": "float32",
            "values": "RGB 0..255, height x width x colour, one face a crop",
            "crop": _CROP,
        },
        "output": {
            "name": "logit",
            "shape": [batch, 1],
            "type": "float32",
            "meaning": "positive speaks for fake; probability_fake = 1 / (1 + exp(-logit / temperature))",
        },
        "classes": CLASSES,
        "calibration": asdict(detector.calibration)
        | {"meaning": "real below real_below, fake above fake_above, between them can't tell"},
        "detector": {"version": detector.version, "weights_sha256": detector.description["weights"]["sha256"]},
        "check": check,
    }
