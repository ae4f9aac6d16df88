from __future__ import annotations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from explain.colours import PALETTES, colour_map, tint
from explain.overlay import blend

# Machado, Oliveira & Fernandes 2009, table 1, severity 1.0; for linear RGB.
DEFICIENCIES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
SKIN = np.array([[255, 224, 196], [234, 192, 160], [198, 150, 116], [160, 110, 80], [110, 70, 48], [62, 40, 30]])


def as_seen(colours: np.ndarray, deficiency: str) -> np.ndarray:
    """sRGB, 0..1, as somebody with the deficiency sees it."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ np.array(DEFICIENCIES[deficiency]).T, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def difference(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return deltaE_ciede2000(rgb2lab(first), rgb2lab(second))


@pytest.fixture(params=PALETTES)
def palette(request) -> str:
    return request.param


def sides(signed: bool, palette: str) -> list[np.ndarray]:
    """Each side of the map from nothing outwards, sRGB 0..1."""
    colours = colour_map(signed, palette) / 255
    return [colours[127::-1], colours[128:]] if signed else [colours]


@pytest.mark.parametrize("signed", [True, False])
def test_equal_steps_of_heat_are_equal_steps_to_the_eye(signed, palette):
    for side in sides(signed, palette):
        chosen = side[np.linspace(0, len(side) - 1, 11).round().astype(int)]
        euclidean = np.linalg.norm(np.diff(rgb2lab(chosen), axis=0), axis=1)
        assert euclidean.std() / euclidean.mean() < 0.05
        # Published maps from white reach 0.12 to 0.36.
        ciede = difference(chosen[:-1], chosen[1:])
        assert ciede.std() / ciede.mean() < 0.2


@pytest.mark.parametrize("signed", [True, False])
def test_colours_get_darker_outwards_and_begin_with_white(signed, palette):
    for side in sides(signed, palette):
        lightness = rgb2lab(side)[:, 0]
        assert (np.diff(lightness) < 0.3).all()
        assert (np.diff(lightness[::8]) < 0).all()
        assert lightness[0] == pytest.approx(100, abs=0.1)


def test_neither_side_looks_stronger(palette):
    real, fake = (rgb2lab(side[-1])[0] for side in sides(True, palette))
    assert real == pytest.approx(fake, abs=3)


def test_the_ends_are_where_they_are_said_to_be(palette):
    assert tuple(colour_map(True, palette)[0]) == PALETTES[palette].for_real
    assert tuple(colour_map(True, palette)[255]) == PALETTES[palette].for_fake
    assert tuple(colour_map(False, palette)[255]) == PALETTES[palette].influence


def test_unless_asked_otherwise_red_speaks_for_fake_and_blue_for_real():
    red, _, blue = colour_map(True)[255]
    assert red > 2 * blue
    red, _, blue = colour_map(True)[0]
    assert blue > 2 * red


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_real_and_fake_stay_apart_for_every_colour_vision(deficiency, palette):
    real, fake = (as_seen(side, deficiency) for side in sides(True, palette))
    assert difference(real[-1], fake[-1]) > 40
    assert difference(real[64], fake[64]) > 25, "at half strength too"


@pytest.mark.parametrize("what", ["for_fake", "for_real", "influence"])
def test_full_colour_is_no_skin_tone(what, palette):
    assert difference(np.array(getattr(PALETTES[palette], what)) / 255, SKIN / 255).min() > 15


@pytest.mark.parametrize("signed", [True, False])
def test_over_white_heat_looks_as_the_map_says(signed, palette):
    heat = np.linspace(-1 if signed else 0, 1, 256)[None]
    white = np.full((1, 256, 3), 255, np.uint8)
    over_white = blend(white, tint(heat, signed, palette), strength=1.0)[0].astype(int)
    assert np.abs(over_white - colour_map(signed, palette)).max() <= 3


@pytest.mark.parametrize("signed", [True, False])
def test_opacity_is_in_proportion_to_heat(signed, palette):
    heat = np.array([[0.0, 0.2, 0.6, 1.0, 7.0, -0.6]])
    expected = [0, 51, 153, 255, 255, 153 if signed else 0]
    np.testing.assert_array_equal(tint(heat, signed, palette)[0, :, 3], expected)


def test_half_the_heat_is_clear_to_see_on_every_skin(palette):
    """A pale middle laid on half transparent would differ by 5 from light skin."""
    for heat in (0.5, -0.5):
        layer = tint(np.full((1, len(SKIN)), heat), True, palette)
        assert difference(blend(SKIN[None].astype(np.uint8), layer, 0.75)[0] / 255, SKIN / 255).min() > 9


def test_a_caller_cannot_spoil_the_map():
    with pytest.raises(ValueError, match="read-only"):
        colour_map(True)[0] = 0
