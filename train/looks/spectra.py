"""Power spectra: how much there is of each fineness of detail.

Networks that enlarge small feature maps leave too much or too little of the finest detail: Durall, Keuper & Keuper
2020, "Watch your Up-Convolution: CNN Based Generative Deep Neural Networks are Failing to Reproduce Spectral
Distributions".
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.fft import fft2, fftshift

SIDE = 128
"""Side of the window in pixels. It is never shrunk to: that would change the very spectrum."""
RADII = SIDE // 2
"""Number of radii, 0 to just below the Nyquist frequency."""
# Below this there is only the rounding error of the mean.
_LEAST_POWER = 1e-3
# A picture's borders don't fit together; without fading out, that shows as a bright cross.
_FADE = np.outer(np.hanning(SIDE), np.hanning(SIDE)).astype(np.float32)
_DISTANCE = np.rint(np.hypot(*np.meshgrid(*2 * [np.arange(SIDE) - SIDE // 2]))).astype(np.int64).ravel()


def power_spectrum(pixels: np.ndarray) -> np.ndarray | None:
    """Computes the power spectrum of the middle of a picture, the same for a pale and for a strong one.

    Args:
        pixels: uint8 RGB (height, width, 3).

    Returns:
        float32 (128, 128): squared magnitudes of the Fourier transform of the grey levels, less their mean and faded
        out towards the border, as shares of their sum; frequency zero is at (64, 64). None for a picture that is
        smaller than that or of one flat colour.
    """
    height, width = pixels.shape[:2]
    if min(height, width) < SIDE:
        return None
    top, left = (height - SIDE) // 2, (width - SIDE) // 2
    grey = cv2.cvtColor(pixels[top : top + SIDE, left : left + SIDE], cv2.COLOR_RGB2GRAY).astype(np.float32)
    power = np.abs(fftshift(fft2((grey - grey.mean()) * _FADE))) ** 2
    # Fading brings some of the mean back; brightness is no detail.
    power[SIDE // 2, SIDE // 2] = 0
    total = float(power.sum())
    return power / total if total > _LEAST_POWER else None


def radial_profile(power: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Averages a spectrum around its middle (the azimuthal integration of Durall et al. 2020, as a mean).

    Args:
        power: (128, 128), frequency zero at (64, 64).

    Returns:
        Mean of each radius from 0 to 63, float64 (64,), and the number of cells of each, int64 (64,). Radius 64
        would be the highest frequency that pixels can show.
    """
    sizes = np.bincount(_DISTANCE)[:RADII]
    return np.bincount(_DISTANCE, power.ravel())[:RADII] / sizes, sizes


def logarithm(power: np.ndarray) -> np.ndarray:
    """Gives log10, where nothing at all counts as 10^-12: below what 256 levels can show."""
    return np.log10(np.maximum(power, 1e-12))
