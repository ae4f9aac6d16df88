"""Hides pixels of a crop behind something that could have been there.

To learn what a region contributes, it has to go, but a picture can't have a hole, and a network that looks for traces
of editing may take whatever fills it for such a trace: a constant is a flat patch with a hard edge, a smooth filling
lacks grain as a retouched face does. So what is hidden is filled from the picture itself. Measured on real faces, a
smooth filling moves the shipped detector towards fake most, pixels from another part of the picture least. None is
neutral in every picture: use several, and compare each with itself elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

# Finer than this, in pixels, is texture; coarser is shape, which must not be copied elsewhere. Measured: with less,
# real faces move further towards fake; with twice as much, whole mouths are copied.
_GRAIN_SIZE = 8.0
# So many shifts leave next to nothing unfilled up to half of a picture hidden.
_SHIFTS = 16
# Coarse enough that eyes and mouth are gone. Measured: with half of it real faces move further towards fake.
_BLUR_SIZE = 24.0


@dataclass(frozen=True)
class Imputation:
    """A way to hide pixels.

    Attributes:
        name: Plain words, as users see them.
        hide: From pixels, float32 RGB (256, 256, 3), the mask of what to hide, bool (256, 256), and a generator of
            random numbers to the picture without them, float32 RGB (256, 256, 3), equal outside the mask.
    """

    name: str
    hide: Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]


def interpolate(pixels: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Fills hidden pixels smoothly from those around them.

    A pyramid of means of the known pixels is built; then each level, from the coarsest, fills the gaps of the next
    finer one: Gortler et al. 1996, "The Lumigraph" (push-pull). It stands in for the linear system of Rong et al.
    2022, "A Consistent and Efficient Evaluation Strategy for Attribution Methods" (ROAD), at a small part of the
    cost.

    Args:
        pixels: float32 RGB (height, width, 3), 0..255.
        hidden: bool (height, width), True where a pixel is to be replaced.

    Returns:
        float32 RGB (height, width, 3); equal to `pixels` where nothing is hidden, their mean if everything is.
    """
    if hidden.all():
        return np.full_like(pixels, pixels.mean(axis=(0, 1)))
    known = 1 - hidden.astype(np.float32)
    levels = [(pixels * known[..., None], known)]
    while max(levels[-1][1].shape) > 1:
        levels.append(_push(*levels[-1]))
    filled = levels.pop()[0]
    for sums, weights in reversed(levels):
        filled = sums + (1 - weights)[..., None] * _enlarge(filled, weights.shape)
    return np.where(hidden[..., None], filled, pixels)


def interpolate_with_grain(pixels: np.ndarray, hidden: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Fills hidden pixels smoothly and lays the texture of known pixels over it.

    Without it the filled area is smoother than any camera would leave it. The texture is what a Gaussian blur removes
    from the known pixels, shifted onto the hidden ones.

    Args:
        pixels: float32 RGB (height, width, 3), 0..255.
        hidden: bool (height, width), True where a pixel is to be replaced.
        generator: Where the shifts come from.

    Returns:
        float32 RGB (height, width, 3), may go beyond 0..255; equal to `pixels` where nothing is hidden.
    """
    filled = interpolate(pixels, hidden)
    # Of the filled picture, not of the given one: nothing of what is hidden may come back as texture.
    texture = filled - cv2.GaussianBlur(filled, (0, 0), _GRAIN_SIZE)
    return filled + _shift_in(np.zeros_like(pixels), texture, hidden, generator)


def transplant(pixels: np.ndarray, hidden: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Replaces hidden pixels by known ones from elsewhere in the picture, as large pieces as fit.

    Args:
        pixels: float32 RGB (height, width, 3), 0..255.
        hidden: bool (height, width), True where a pixel is to be replaced.
        generator: Where the shifts come from.

    Returns:
        float32 RGB (height, width, 3); equal to `pixels` where nothing is hidden.
    """
    return _shift_in(interpolate(pixels, hidden), pixels, hidden, generator)


def blur(pixels: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Replaces hidden pixels by a strongly blurred picture: Fong & Vedaldi 2017, "Interpretable Explanations".

    The edge of the hidden area is hard: measured, fading the blur in moves real faces further towards fake.

    Args:
        pixels: float32 RGB (height, width, 3), 0..255.
        hidden: bool (height, width), True where a pixel is to be replaced.

    Returns:
        float32 RGB (height, width, 3); equal to `pixels` where nothing is hidden.
    """
    return np.where(hidden[..., None], cv2.GaussianBlur(pixels, (0, 0), _BLUR_SIZE), pixels)


def _push(sums: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Halves a level: weighted sums and weights of 2 x 2 pixels, of which one that is known says enough."""
    size = tuple(max(1, side // 2) for side in reversed(weights.shape))
    sums, weights = (cv2.resize(level, size, interpolation=cv2.INTER_AREA) for level in (sums, weights))
    saturated = np.minimum(4 * weights, 1)
    return sums * (saturated / np.maximum(weights, 1e-12))[..., None], saturated


def _enlarge(picture: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return cv2.resize(picture, shape[::-1], interpolation=cv2.INTER_LINEAR).reshape(*shape, 3)


def _shift_in(
    picture: np.ndarray, source: np.ndarray, hidden: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Replaces hidden pixels of a picture by known ones of `source`, which is shifted around as on a torus."""
    shifts = generator.integers(0, hidden.shape, (_SHIFTS, 2)).tolist()
    shifted = {tuple(shift): np.roll(hidden, shift, (0, 1)) for shift in shifts}
    result, left = picture.copy(), hidden.copy()
    # Large pieces first: the fewer there are, the fewer seams.
    for shift, still_hidden in sorted(shifted.items(), key=lambda item: np.count_nonzero(hidden & item[1])):
        ready = left & ~still_hidden
        result[ready] = np.roll(source, shift, (0, 1))[ready]
        left &= still_hidden
        if not left.any():
            break
    return result


IMPUTATIONS: dict[str, Imputation] = {
    imputation.name: imputation
    for imputation in (
        Imputation("smooth fill", lambda pixels, hidden, generator: interpolate(pixels, hidden)),
        Imputation("smooth fill with grain", interpolate_with_grain),
        Imputation("another part of the picture", transplant),
        Imputation("blur", lambda pixels, hidden, generator: blur(pixels, hidden)),
    )
}
