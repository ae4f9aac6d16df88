"""Numbers that know nothing of forgeries: size, colour, sharpness, noise, block borders of one picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from train.looks.spectra import radial_profile

# More of a large photo would cost time and tell nothing new; a multiple of 8, for the blocks of JPEG.
_DETAIL_SIDE = 512
_COLOUR_SIDE = 256
_BLOCK = 8
_NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


@dataclass(frozen=True)
class Feature:
    """How a number is called and read.

    Attributes:
        title: Its name with the unit.
        meaning: One sentence.
        logarithmic: Whether it is drawn on a logarithmic scale.
    """

    title: str
    meaning: str
    logarithmic: bool = False


FEATURES = {
    "width": Feature("width (pixels)", "Width of the upright picture."),
    "height": Feature("height (pixels)", "Height of the upright picture."),
    "bytes_per_pixel": Feature("file size (bytes a pixel)", "Size of the file divided by the number of pixels.", True),
    "brightness": Feature("brightness (0 to 255)", "Mean of the grey levels."),
    "contrast": Feature("contrast (0 to 128)", "Standard deviation of the grey levels."),
    "saturation": Feature("saturation (0 to 1)", "Mean saturation in HSV: 0 is grey, 1 is a pure colour."),
    "warmth": Feature("warmth (-255 to 255)", "Mean red less mean blue."),
    "sharpness": Feature(
        "sharpness (variance of the Laplacian)", "Variance of the Laplacian of the grey levels: low when blurred.", True
    ),
    "noise": Feature("noise (grey levels)", "Standard deviation of fine grain (Immerkær 1996).", True),
    "block_borders": Feature(
        "block borders (ratio)", "Steps at every eighth pixel against steps elsewhere; above 1 JPEG blocks show."
    ),
    "high_frequencies": Feature(
        "high frequencies (log10 of a share)", "Share of the power in the finer half of the frequencies."
    ),
}


def measure(pixels: np.ndarray, size: int, power: np.ndarray | None) -> dict[str, float]:
    """Measures one picture.

    Colour is measured on the whole picture, shrunk to at most 256 pixels a side; detail on the middle, at most 512
    pixels a side and never shrunk; the spectrum on the middle 128 pixels a side.

    Args:
        pixels: uint8 RGB (height, width, 3).
        size: Size of the file in bytes.
        power: What `spectra.power_spectrum` returned for the picture.

    Returns:
        The numbers by the names of `FEATURES`; `high_frequencies` is NaN for a picture without a spectrum.
    """
    height, width = pixels.shape[:2]
    small = shrink(pixels, _COLOUR_SIDE)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    red, _, blue = small.reshape(-1, 3).mean(0)
    detail = cv2.cvtColor(middle(pixels, _DETAIL_SIDE), cv2.COLOR_RGB2GRAY).astype(np.float32)
    return {
        "width": float(width),
        "height": float(height),
        "bytes_per_pixel": size / (height * width),
        "brightness": float(grey.mean()),
        "contrast": float(grey.std()),
        "saturation": float(cv2.cvtColor(small, cv2.COLOR_RGB2HSV)[..., 1].mean() / 255),
        "warmth": float(red - blue),
        "sharpness": float(cv2.Laplacian(detail, cv2.CV_32F).var()),
        "noise": noise_level(detail),
        "block_borders": block_borders(detail),
        "high_frequencies": float("nan") if power is None else high_frequencies(power),
    }


def noise_level(grey: np.ndarray) -> float:
    """Estimates the standard deviation of the noise.

    Immerkær 1996, "Fast Noise Variance Estimation": the mask takes out edges, what is left is grain.

    Args:
        grey: float32 (height, width), both at least 3.

    Returns:
        Standard deviation, in grey levels.
    """
    left = cv2.filter2D(grey, cv2.CV_32F, _NOISE_KERNEL)[1:-1, 1:-1]
    return float(np.sqrt(np.pi / 2) / 6 * np.abs(left).mean())


def block_borders(grey: np.ndarray) -> float:
    """Compares the steps between the 8 × 8 blocks of JPEG with those inside them.

    After Wang, Sheikh & Bovik 2002, "No-Reference Perceptual Quality Assessment of JPEG Compressed Images".

    Args:
        grey: float32 (height, width), starting at the border of a block, both at least 16.

    Returns:
        Mean step at the borders divided by the mean step elsewhere; 1 for a picture without steps.
    """
    borders, inside = [], []
    for steps in (np.abs(np.diff(grey, axis=1)), np.abs(np.diff(grey, axis=0)).T):
        at_border = np.arange(1, steps.shape[1] + 1) % _BLOCK == 0
        borders.append(steps[:, at_border].mean())
        inside.append(steps[:, ~at_border].mean())
    return float(np.mean(borders) / np.mean(inside)) if np.mean(inside) else 1.0


def high_frequencies(power: np.ndarray) -> float:
    """Gives log10 of the share of the power beyond half of the highest frequency.

    Args:
        power: What `spectra.power_spectrum` returned.

    Returns:
        From -12 to 0.
    """
    means, sizes = radial_profile(power)
    in_ring = means * sizes
    return float(np.log10(max(in_ring[len(in_ring) // 2 :].sum() / in_ring.sum(), 1e-12)))


def middle(pixels: np.ndarray, side: int) -> np.ndarray:
    """Cuts out the middle, at most `side` pixels a side, starting at the border of a JPEG block."""
    height, width = pixels.shape[:2]
    top, left = (max(0, length - side) // 2 // _BLOCK * _BLOCK for length in (height, width))
    return pixels[top : top + side, left : left + side]


def shrink(pixels: np.ndarray, side: int) -> np.ndarray:
    """Shrinks a picture, if it is larger, to `side` pixels on its longer side."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return pixels
    return cv2.resize(
        pixels, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )


def square(pixels: np.ndarray, side: int) -> np.ndarray:
    """Cuts the largest square out of the middle and brings it to `side` pixels a side."""
    height, width = pixels.shape[:2]
    length = min(height, width)
    top, left = (height - length) // 2, (width - length) // 2
    way = cv2.INTER_AREA if length > side else cv2.INTER_LINEAR
    return cv2.resize(pixels[top : top + length, left : left + length], (side, side), interpolation=way)
