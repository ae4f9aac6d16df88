"""Fakes made from a single real face: self-blended images.

After Shiohara & Yamasaki 2022, "Detecting Deepfakes with Self-Blended Images" (written from the
paper): two slightly different copies of one face, one pasted onto the other under a soft mask, so
that the only difference between real and fake is the blend itself. The paper's masks come
from 81 landmarks; these come from the five that the face detector gives.
"""

from __future__ import annotations

import cv2
import numpy as np

_BLEND_RATIOS = (0.25, 0.5, 0.75, 1.0, 1.0, 1.0)


def self_blend(
    crop: np.ndarray, landmarks: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Makes a fake from a real face.

    Args:
        crop: uint8 RGB (height, width, 3), a real face.
        landmarks: (5, 2), x and y in crop pixels, in the order of `model.faces.LANDMARKS`.
        generator: Source of chance.

    Returns:
        The real and the fake of the pair, uint8 RGB (height, width, 3) each, and the mask of what
        was pasted, float32 (height, width), 0..1. The real one may carry the same change of colour or detail
        as the copy below the paste: otherwise the change, not the blend, would tell the two apart.
    """
    changed = _change(crop, generator)
    target, source = (crop, changed) if generator.random() < 0.5 else (changed, crop)
    mask = _deform(_region(crop.shape[:2], landmarks, generator), generator)
    source, mask = _displace(source, mask, generator)
    mask = _soften(mask, generator) * generator.choice(_BLEND_RATIOS)
    weight = mask[..., None]
    fake = np.rint(source * weight + target * (1 - weight)).astype(np.uint8)
    return target, fake, mask


def _change(crop: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Shifts colours slightly and then either blurs by resampling or sharpens."""
    x = crop.astype(np.float32)
    if generator.random() < 0.3:
        x += generator.uniform(-20, 20, 3).astype(np.float32)
    contrast, brightness = generator.uniform(0.9, 1.1), generator.uniform(-0.1, 0.1) * 127
    x = np.clip((x - 127) * contrast + 127 + brightness, 0, 255).astype(np.uint8)
    hsv = cv2.cvtColor(x, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 1] *= generator.uniform(0.8, 1.25)
    hsv[..., 2] *= generator.uniform(0.9, 1.1)
    x = cv2.cvtColor(np.clip(hsv, 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)
    if generator.random() < 0.5:
        height, width = x.shape[:2]
        factor = int(generator.choice([2, 4]))
        small = cv2.resize(x, (width // factor, height // factor), interpolation=cv2.INTER_NEAREST)
        return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    amount = generator.uniform(0.3, 1.0)
    return cv2.addWeighted(x, 1 + amount, cv2.GaussianBlur(x, (0, 0), 2), -amount, 0)


def _region(shape: tuple[int, int], landmarks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draws the part to be pasted: the whole inner face, its lower or upper half, or one feature."""
    left_eye, right_eye, nose, mouth_left, mouth_right = landmarks.astype(np.float64)
    eyes, mouth = (left_eye + right_eye) / 2, (mouth_left + mouth_right) / 2
    length = max(float(np.linalg.norm(mouth - eyes)), 8.0)
    across = max(float(np.linalg.norm(right_eye - left_eye)), 0.6 * length)
    angle = np.degrees(np.arctan2(*(right_eye - left_eye)[::-1]))
    # Centre and half axes (across the face, along it) of each part, in pixels.
    part = generator.choice(["face", "lower", "upper", "mouth", "nose", "eye"], p=[0.5, 0.15, 0.15, 0.1, 0.05, 0.05])
    centre, axes = {
        "face": ((eyes + mouth) / 2, (across * 1.05, length * 1.25)),
        "lower": ((nose + mouth) / 2, (across * 0.9, length * 0.7)),
        "upper": (eyes, (across * 1.05, length * 0.55)),
        "mouth": (mouth, (across * 0.6, length * 0.35)),
        "nose": ((nose * 2 + eyes) / 3, (across * 0.4, length * 0.55)),
        "eye": (left_eye if generator.random() < 0.5 else right_eye, (across * 0.45, length * 0.35)),
    }[str(part)]
    axes = np.maximum(np.array(axes) * generator.uniform(0.85, 1.15, 2), 4)
    mask = np.zeros(shape, np.uint8)
    cv2.ellipse(mask, (tuple(map(float, centre)), tuple(map(float, 2 * axes)), float(angle)), 255, -1)
    return mask.astype(np.float32) / 255


def _deform(mask: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Elastic deformation: Simard et al. 2003, on a coarse grid since the field is smooth anyway."""
    height, width = mask.shape
    field = generator.uniform(-1, 1, (8, 8, 2)).astype(np.float32) * 0.04 * width
    field = cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return cv2.remap(mask, columns + field[..., 0], rows + field[..., 1], cv2.INTER_LINEAR)


def _displace(source: np.ndarray, mask: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Shifts the source by up to 3 % across and 1.5 % down and scales it by up to 5 %, its mask with it."""
    height, width = mask.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0, generator.uniform(0.95, 1 / 0.95))
    matrix[:, 2] += generator.uniform(-1, 1, 2) * (0.03 * width, 0.015 * height)
    source = cv2.warpAffine(source, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    return source, cv2.warpAffine(mask, matrix, (width, height))


def _soften(mask: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Blurs, keeps the core, blurs again: an edge of random width that lies inside the region."""
    first, second = 2 * generator.integers(2, 13, 2) + 1
    core = (cv2.GaussianBlur(mask, (int(first), int(first)), 0) > 0.98).astype(np.float32)
    soft = cv2.GaussianBlur(core, (int(second), int(second)), generator.uniform(3, 20))
    return soft / max(float(soft.max()), 1e-6)
