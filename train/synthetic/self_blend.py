"""Fakes made from a single real face: self-blended images.

After Shiohara & Yamasaki 2022, "Detecting Deepfakes with Self-Blended Images" (written from the
paper): two slightly different copies of one face, one pasted onto the other under a soft mask, so
that the only difference between real and fake is the blend itself. The paper's masks come
from 81 landmarks; these come from the five that the face detector gives.
"""

from __future__ import annotations

import cv2
import numpy as np

from train.synthetic.blending import deform, paste, soften
from train.synthetic.changes import coarsen, sharpen, shift_colours
from train.synthetic.face_shape import draw_region, place_face

# The paper pastes whole faces. Single features are here for edits by hand.
_WIDE_SHARES = {"face": 0.3, "inner_face": 0.3, "lower_half": 0.08, "upper_half": 0.06, "eye_band": 0.06}
_FEATURE_SHARES = {"left_eye": 0.03, "right_eye": 0.03, "eyes": 0.04, "nose": 0.04, "mouth": 0.06}
_REGION_SHARES = _WIDE_SHARES | _FEATURE_SHARES
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
        The real and the fake of the pair, uint8 RGB (height, width, 3) each, and the mask of what was pasted, float32
        (height, width), 0..1; where it is 0 the two are equal. The real one may carry the same change of colour or
        detail as the copy below the paste: otherwise the change, not the blend, would tell the two apart.
    """
    changed = _change(crop, generator)
    target, source = (crop, changed) if generator.random() < 0.5 else (changed, crop)
    region = str(generator.choice(list(_REGION_SHARES), p=list(_REGION_SHARES.values())))
    shape = crop.shape[:2]
    mask = draw_region(region, place_face(landmarks, shape), shape, generator)
    source, mask = _displace(source, mask, generator)
    # A quarter of a nose is seen by nobody: a wrong label, not a hard one.
    ratio = 1.0 if region in _FEATURE_SHARES else generator.choice(_BLEND_RATIOS)
    mask = soften(deform(mask, generator), generator) * np.float32(ratio)
    return target.copy(), paste(source, target, mask), mask


def _change(crop: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Shifts colours and then either loses detail, two or four times, or sharpens."""
    crop = shift_colours(crop, generator)
    if generator.random() < 0.5:
        return coarsen(crop, int(generator.choice([2, 4])), cv2.INTER_NEAREST)
    return sharpen(crop, generator.uniform(0.05, 0.25))


def _displace(source: np.ndarray, mask: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Shifts the source by up to 3 % across and 1.5 % down and scales it by up to 5 %, its mask with it."""
    height, width = mask.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0, generator.uniform(0.95, 1 / 0.95))
    matrix[:, 2] += generator.uniform(-1, 1, 2) * (0.03 * width, 0.015 * height)
    source = cv2.warpAffine(source, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    return source, cv2.warpAffine(mask, matrix, (width, height))
