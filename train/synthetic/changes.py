"""Slight changes of colour and detail, as they tell two copies of one face apart."""

from __future__ import annotations

import cv2
import numpy as np


def shift_colours(picture: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Shifts red, green and blue, then hue, saturation and value, then brightness and contrast, all slightly.

    Args:
        picture: uint8 RGB (height, width, 3).
        generator: Source of chance.

    Returns:
        uint8 RGB of the same shape.
    """
    levels = np.arange(256.0)[:, None]
    contrast, brightness = generator.uniform(0.9, 1.1), generator.uniform(-0.1, 0.1) * 127
    shift = generator.uniform(-20, 20, 3) * (generator.random() < 0.3)
    table = (levels - 127) * contrast + 127 + brightness + shift
    picture = cv2.LUT(picture, _table(table))
    hue, saturation, value = generator.uniform((-2, 0.8, 0.9), (2, 1.25, 1.1))
    # OpenCV keeps hue as 0..179, two degrees a step.
    table = np.hstack([np.rint(levels + hue) % 180, levels * saturation, levels * value])
    hsv = cv2.LUT(cv2.cvtColor(picture, cv2.COLOR_RGB2HSV), _table(table))
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def coarsen(picture: np.ndarray, factor: float, interpolation: int) -> np.ndarray:
    """Shrinks and enlarges again with bilinear interpolation.

    Args:
        picture: uint8 RGB (height, width, 3).
        factor: How many times smaller in between, at least 1.
        interpolation: OpenCV's constant for the way down.

    Returns:
        uint8 RGB of the same shape.
    """
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (round(width / factor), round(height / factor)), interpolation=interpolation)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def sharpen(picture: np.ndarray, amount: float) -> np.ndarray:
    """Adds a part of the difference between each pixel and its eight neighbours.

    Args:
        picture: uint8 RGB (height, width, 3).
        amount: 0 for none, 1 for the whole difference.

    Returns:
        uint8 RGB of the same shape.
    """
    kernel = np.full((3, 3), -amount, np.float32)
    kernel[1, 1] = 1 + 8 * amount
    return cv2.filter2D(picture, -1, kernel)


def _table(levels: np.ndarray) -> np.ndarray:
    """Makes (256, 3) levels a look-up table for three channels."""
    return np.clip(np.rint(levels), 0, 255).astype(np.uint8)[None]
