"""Does the answer come from the face? The same detector on crops without the face, and on the face alone."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from model.detector import Detector
from train.evaluation.faces import Faces
from train.evaluation.scoring import score_crops
from train.evaluation.summary import summarise_auc

# Half axes in units of the distance between the eyes and of that from eyes to mouth: wide enough that no skin stays.
_ACROSS, _ALONG = 1.3, 1.6
_SOFTEN = 3.0
_FILL_SHRINK = 4
_FILL_SIGMA = 48.0


def face_mask(shape: tuple[int, int], landmarks: np.ndarray) -> np.ndarray:
    """Draws the face as an ellipse around eyes and mouth, from forehead to chin.

    Args:
        shape: Height and width of the crop in pixels.
        landmarks: (5, 2), x and y in crop pixels, in the order of `model.faces.LANDMARKS`.

    Returns:
        float32 (height, width), 1 on the face, 0 off it, with an edge some six pixels soft.
    """
    left_eye, right_eye, _, mouth_left, mouth_right = landmarks.astype(np.float64)
    eyes, mouth = (left_eye + right_eye) / 2, (mouth_left + mouth_right) / 2
    length = max(float(np.linalg.norm(mouth - eyes)), 8.0)
    # In profile the eyes are close together though the face is as broad as ever.
    across = max(float(np.linalg.norm(right_eye - left_eye)), 0.8 * length)
    # The angle from the axis eyes to mouth: in profile the eyes' own line says little.
    angle = np.degrees(np.arctan2(*(mouth - eyes)[::-1])) - 90
    centre = tuple(map(float, (eyes * 0.55 + mouth * 0.45)))
    mask = np.zeros(shape, np.float32)
    cv2.ellipse(mask, (centre, (2 * _ACROSS * across, 2 * _ALONG * length), float(angle)), 1.0, -1)
    return cv2.GaussianBlur(mask, (0, 0), _SOFTEN)


def fill(crop: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Replaces a part of a crop by the blurred colours of what is around it.

    Normalised convolution (Knutsson & Westin 1993) with a wide Gaussian: no pixel of the hidden part counts.

    Args:
        crop: uint8 RGB (height, width, 3).
        hidden: float32 (height, width), 1 where the crop is to be replaced, 0 where it is kept.

    Returns:
        uint8 RGB (height, width, 3); mid-grey if nothing is kept.
    """
    height, width = hidden.shape
    # Only what is wholly kept may colour the fill; a soft edge would carry some of the hidden part over.
    kept = (hidden < 0.01).astype(np.float32)
    size = (width // _FILL_SHRINK, height // _FILL_SHRINK)
    weight = cv2.resize(kept, size, interpolation=cv2.INTER_AREA)
    colours = cv2.resize(crop.astype(np.float32) * kept[..., None], size, interpolation=cv2.INTER_AREA)
    mean = colours.sum((0, 1)) / weight.sum() if weight.any() else np.full(3, 127.5, np.float32)
    sigma = _FILL_SIGMA / _FILL_SHRINK
    # Far from anything kept the mean colour stands in.
    tiny = 1e-4
    blurred = cv2.GaussianBlur(colours, (0, 0), sigma) + tiny * mean
    blurred /= (cv2.GaussianBlur(weight, (0, 0), sigma) + tiny)[..., None]
    blurred = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)
    mixed = crop * (1 - hidden[..., None]) + blurred * hidden[..., None]
    return np.rint(np.clip(mixed, 0, 255)).astype(np.uint8)


def background_only(crop: np.ndarray, landmarks: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Hides the face of a crop, uint8 RGB, behind the blurred colours of its surroundings."""
    return fill(crop, face_mask(crop.shape[:2], landmarks))


def face_only(crop: np.ndarray, landmarks: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Hides everything but the face of a crop, uint8 RGB, behind the blurred colours of the face."""
    return fill(crop, 1 - face_mask(crop.shape[:2], landmarks))


CONTROLS = {"face_only": face_only, "background_only": background_only}


def measure_controls(detector: Detector, faces: Faces, logits: np.ndarray, weights: np.ndarray) -> dict[str, Any]:
    """Measures how much of the ranking is left without background and without face; the detector stays as it is.

    Args:
        detector: The detector.
        faces: All faces of the evaluation.
        logits: (faces,), their logits untouched.
        weights: (resamples, faces), as `resample_groups` gives them.

    Returns:
        `face_share` (mean share of the crop that the ellipse covers) and `auc` by control, with "untouched" first.
        Far above 0.5 with the background only, the surroundings tell the class; far below the
        untouched figure with the face only, the face alone does not.
    """
    chosen = np.flatnonzero(faces.in_pool)
    part = faces.where(chosen)
    figures = {"untouched": summarise_auc(part, logits[chosen], weights[:, chosen])}
    with tqdm(total=len(CONTROLS) * len(chosen), desc="Hiding face or background", unit="face") as bar:
        for name, alter in CONTROLS.items():
            hidden = score_crops(detector, part.crops, bar, alter=alter)
            figures[name] = summarise_auc(part, hidden, weights[:, chosen])
    shape = part.crops.pixels.shape[1:3]
    share = np.mean([face_mask(shape, landmarks).mean() for landmarks in part.crops.landmarks])
    return {"face_share": round(float(share), 3), "auc": figures}
