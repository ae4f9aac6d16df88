"""Sums that are as good as the list of all pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from train.looks.spectra import logarithm, power_spectrum, radial_profile
from train.looks.totals import CHANNELS, Totals, colour_histograms


@pytest.fixture
def pictures() -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.integers(0, 256, (128, 128, 3), dtype=np.uint8) for _ in range(5)]


def total(pictures: list[np.ndarray]) -> Totals:
    totals = Totals()
    for pixels in pictures:
        totals.count(pixels, power_spectrum(pixels))
    return totals


def test_means_and_deviations_are_those_of_the_list(pictures: list[np.ndarray]):
    totals = total(pictures)
    np.testing.assert_allclose(totals.mean_face, np.mean(pictures, 0))
    spectra = [logarithm(power_spectrum(pixels)) for pixels in pictures]
    np.testing.assert_allclose(totals.mean_spectrum, np.mean(spectra, 0), atol=1e-5)
    profiles = [logarithm(radial_profile(power_spectrum(pixels))[0])[1:] for pixels in pictures]
    mean, deviation = totals.mean_profile
    np.testing.assert_allclose(mean, np.mean(profiles, 0), atol=1e-6)
    np.testing.assert_allclose(deviation, np.std(profiles, 0), atol=1e-6)
    histograms = [colour_histograms(pixels) for pixels in pictures]
    np.testing.assert_allclose(totals.mean_colours, np.mean(histograms, 0))


def test_parts_add_up_to_the_whole(pictures: list[np.ndarray]):
    whole, first = total(pictures), total(pictures[:2])
    first.add(total(pictures[2:]))
    assert (first.pictures, first.spectra) == (5, 5)
    for name in ("square", "colours", "spectrum", "profile", "profile_squares"):
        np.testing.assert_allclose(getattr(first, name), getattr(whole, name))


def test_a_picture_without_a_spectrum_counts_for_all_else(pictures: list[np.ndarray]):
    totals = total([*pictures, np.full((60, 60, 3), 9, np.uint8)])
    assert (totals.pictures, totals.spectra) == (6, 5)
    np.testing.assert_allclose(totals.mean_spectrum, total(pictures).mean_spectrum)


def test_without_pictures_there_are_no_means():
    assert Totals().mean_face is Totals().mean_spectrum is Totals().mean_profile is None
    assert not Totals().mean_colours.any()


def test_the_histograms_are_opencvs(pictures: list[np.ndarray]):
    rows = dict(zip(CHANNELS, colour_histograms(pictures[0]), strict=True))
    expected = cv2.calcHist([pictures[0]], [1], None, [64], [0, 256]).ravel() / 128**2
    np.testing.assert_allclose(rows["green"], expected, atol=1e-7)
    for row in rows.values():
        assert row.sum() == pytest.approx(1)


def test_grey_has_no_hue_and_red_has_its_own():
    picture = np.full((64, 64, 3), 128, np.uint8)
    assert not colour_histograms(picture)[CHANNELS.index("hue")].any()
    picture[0, 0] = (0, 0, 255)
    assert colour_histograms(picture)[CHANNELS.index("hue")].argmax() == 42  # 240 of 360 degrees, of 64 bins
