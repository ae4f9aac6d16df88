"""Masks with random edges, and pasting one picture onto another under a mask: what all forgeries share."""

from __future__ import annotations

import cv2
import numpy as np

_ELASTIC_SIGMA = 7.0


def deform(mask: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Makes an outline wavy: the elastic deformation of Simard et al. 2003, strength 50 to 120 and sigma 7 pixels.

    Args:
        mask: float32 (height, width), 0..1.
        generator: Source of chance.

    Returns:
        float32 (height, width), 0..1.
    """
    height, width = mask.shape
    # A quarter of the resolution gives the same smooth field for a sixteenth of the work; the noise has to be
    # weaker by that factor, since the blur there averages over fewer values.
    noise = generator.uniform(-1, 1, (height // 4, width // 4, 2)).astype(np.float32)
    field = cv2.GaussianBlur(noise, (0, 0), _ELASTIC_SIGMA / 4) * np.float32(generator.uniform(50, 120) / 4)
    field = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
    field += np.dstack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)))
    return cv2.remap(mask, field, None, cv2.INTER_LINEAR)


def soften(mask: np.ndarray, generator: np.random.Generator, widths: tuple[int, int] = (5, 25)) -> np.ndarray:
    """Gives a mask an edge of random width: blurred, its core kept, blurred again (Shiohara & Yamasaki 2022).

    The edge so lies about the outline or inside of it. The blurs run at a random resolution of 3/4 to 1.

    Args:
        mask: float32 (height, width), 0..1.
        generator: Source of chance.
        widths: Smallest and largest width of the blurs in pixels, odd.

    Returns:
        float32 (height, width), 0..1, with 1 as its maximum; all 0 if the mask is empty.
    """
    height, width = mask.shape
    share = generator.uniform(0.75, 1)
    small = cv2.resize(mask, (round(width * share), round(height * share)), interpolation=cv2.INTER_LINEAR)
    erosion, feather = (2 * generator.integers(widths[0] // 2, widths[1] // 2 + 1, 2) + 1).tolist()
    # A wide blur would leave nothing of an eye.
    erosion = min(erosion, min(cv2.boundingRect((small > 0.5).astype(np.uint8))[2:]) // 4 | 1)
    blurred = cv2.GaussianBlur(small, (erosion, erosion), 0)
    core = (blurred >= 0.98 * blurred.max()).astype(np.float32) if blurred.max() > 0 else blurred
    soft = cv2.GaussianBlur(core, (feather, feather), generator.uniform(5, 45))
    soft = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    return soft / max(float(soft.max()), 1e-6)


def paste(source: np.ndarray, target: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Lays one picture over another.

    Args:
        source: uint8 RGB (height, width, 3), seen where the mask is 1.
        target: uint8 RGB of the same shape, seen where the mask is 0.
        mask: float32 (height, width), 0..1.

    Returns:
        uint8 RGB (height, width, 3).
    """
    weight = mask[..., None]
    return np.rint(source * weight + target * (1 - weight)).astype(np.uint8)
