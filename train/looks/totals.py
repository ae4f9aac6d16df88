"""Sums over pictures: all that is kept of their pixels, however many there are."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from train.looks.features import shrink, square
from train.looks.spectra import RADII, SIDE, logarithm, radial_profile

FACE_SIDE = 128
BINS = 64
CHANNELS = ("red", "green", "blue", "hue", "saturation", "value")
_HUE, _SATURATION = 3, 4
_COLOUR_SIDE = 256


@dataclass
class Totals:
    """Sums over pictures; those of two parts add up to those of both.

    Attributes:
        pictures: Number of pictures.
        square: float64 (128, 128, 3), sum of the pictures' middle squares, RGB 0..255.
        colours: float64 (6, 64), sum of the pictures' histograms, each of sum 1, in the order of `CHANNELS`.
        spectra: Number of pictures that have a spectrum.
        spectrum: float64 (128, 128), sum of log10 of the normalised power spectra.
        profile: float64 (64,), sum of log10 of the azimuthal means.
        profile_squares: float64 (64,), sum of the squares of these.
    """

    pictures: int = 0
    square: np.ndarray = field(default_factory=lambda: np.zeros((FACE_SIDE, FACE_SIDE, 3)))
    colours: np.ndarray = field(default_factory=lambda: np.zeros((len(CHANNELS), BINS)))
    spectra: int = 0
    spectrum: np.ndarray = field(default_factory=lambda: np.zeros((SIDE, SIDE)))
    profile: np.ndarray = field(default_factory=lambda: np.zeros(RADII))
    profile_squares: np.ndarray = field(default_factory=lambda: np.zeros(RADII))

    def count(self, pixels: np.ndarray, power: np.ndarray | None) -> None:
        """Adds a picture.

        Args:
            pixels: uint8 RGB (height, width, 3).
            power: What `spectra.power_spectrum` returned for it.
        """
        self.pictures += 1
        self.square += square(pixels, FACE_SIDE)
        self.colours += colour_histograms(pixels)
        if power is not None:
            self.spectra += 1
            self.spectrum += logarithm(power)
            profile = logarithm(radial_profile(power)[0][1:])
            self.profile[1:] += profile
            self.profile_squares[1:] += profile**2

    def add(self, other: Totals) -> None:
        """Adds the sums of other pictures."""
        self.pictures += other.pictures
        self.square += other.square
        self.colours += other.colours
        self.spectra += other.spectra
        self.spectrum += other.spectrum
        self.profile += other.profile
        self.profile_squares += other.profile_squares

    @property
    def mean_face(self) -> np.ndarray | None:
        """Mean of the middle squares, float64 (128, 128, 3), RGB 0..255; None without pictures."""
        return self.square / self.pictures if self.pictures else None

    @property
    def mean_spectrum(self) -> np.ndarray | None:
        """Mean of the log10 spectra, float64 (128, 128); None if no picture has one."""
        return self.spectrum / self.spectra if self.spectra else None

    @property
    def mean_profile(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Mean and standard deviation over pictures of the azimuthal means, from radius 1; None if there is none."""
        if not self.spectra:
            return None
        mean, squares = self.profile[1:] / self.spectra, self.profile_squares[1:] / self.spectra
        return mean, np.sqrt(np.maximum(squares - mean**2, 0))

    @property
    def mean_colours(self) -> np.ndarray:
        """Share of each bin by channel, float64 (6, 64), each row of sum 1 where there is any."""
        sums = self.colours.sum(1, keepdims=True)
        return np.divide(self.colours, sums, out=np.zeros_like(self.colours), where=sums > 0)


def colour_histograms(pixels: np.ndarray) -> np.ndarray:
    """Counts a picture's colours; large pictures are shrunk to 256 pixels a side first.

    Args:
        pixels: uint8 RGB (height, width, 3).

    Returns:
        float64 (6, 64), shares of the pixels by channel, in the order of `CHANNELS`. Hue counts by saturation: grey
        has none. A picture without any colour has only zeros there.
    """
    small = shrink(pixels, _COLOUR_SIDE)
    # The FULL variants spread hue over 0..255, so all channels share their bins.
    channels = [*cv2.split(small), *cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2HSV_FULL))]
    rows = [np.bincount(channel.ravel() >> 2, minlength=BINS).astype(np.float64) for channel in channels]
    weights = channels[_SATURATION].ravel().astype(np.float64)
    rows[_HUE] = np.bincount(channels[_HUE].ravel() >> 2, weights, minlength=BINS)
    return np.stack([row / row.sum() if row.sum() else row for row in rows])
