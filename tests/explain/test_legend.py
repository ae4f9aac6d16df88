from __future__ import annotations

import numpy as np
import pytest

from explain.colours import PALETTES
from explain.legend import legend_stops, legend_words, scale_sentence, with_legend
from explain.lettering import font, wrap
from explain.methods import METHODS

FINDING = "What spoke for fake lies mostly around the mouth (46%) and the nose (24%)."

RED_BLUE = PALETTES["red-blue"]


def test_words_say_what_the_ends_mean():
    assert legend_words("grad-cam") == ("speaks for real", "speaks for fake")
    assert legend_words("saliency") == ("no influence", "most influence")


def test_stops_go_from_end_to_end_in_the_order_of_the_words():
    stops = legend_stops("grad-cam")
    assert len(stops) == 9
    assert (stops[0], stops[4], stops[8]) == (RED_BLUE.for_real, (255, 255, 255), RED_BLUE.for_fake)
    assert legend_stops("saliency", 2) == [(255, 255, 255), RED_BLUE.influence]


@pytest.mark.parametrize(
    ("method", "scale", "expected"),
    [
        ("grad-cam", 0.04123, "Full colour stands for 0.041 logits a patch. "),
        ("integrated-gradients", 1.5625e-05, "Full colour stands for 0.000016 logits a pixel. "),
        ("occlusion", 2.0, "Full colour stands for 2 logits when hidden. "),
        ("occlusion", 31.6, "Full colour stands for 32 logits when hidden. "),
    ],
)
def test_the_scale_is_said_in_plain_figures(method, scale, expected):
    assert scale_sentence(method, scale).startswith(expected)


def test_what_a_logit_is_worth_is_true():
    before, after = (1 / (1 + np.exp(-logit)) for logit in (0, 1))
    assert f"from {before:.0%} to about {after:.0%}" in scale_sentence("grad-cam", 0.1)


def test_the_legend_goes_below_and_leaves_the_picture_alone():
    picture = np.random.default_rng(0).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    result = with_legend(picture, "grad-cam", 0.1)
    assert result.shape[0] > 300
    assert result.shape[1] == 400
    np.testing.assert_array_equal(result[:300], picture)
    strip = result[300:].reshape(-1, 3).astype(int)
    for colour in (RED_BLUE.for_fake, RED_BLUE.for_real):
        assert (np.abs(strip - colour).sum(1) < 6).any(), "both ends of the scale are shown"


@pytest.mark.parametrize("width", [40, 256, 257, 1024])
@pytest.mark.parametrize("method", METHODS)
def test_no_text_is_cut_off(width, method):
    """Words that ran beyond an edge would leave ink in the margin."""
    result = with_legend(np.full((60, width, 3), 255, np.uint8), method, 1.5625e-05, finding=FINDING)
    assert result.shape[1] == max(width, 256)
    for margin in (result[:, :8], result[:, -8:], result[-4:]):
        assert (margin == 255).all()


def test_a_narrow_picture_stands_in_the_middle():
    result = with_legend(np.zeros((50, 100, 3), np.uint8), "grad-cam", 0.1)
    assert (result[:50, 78:178] == 0).all()
    assert (result[:50, :78] == 255).all()


def test_the_finding_is_written_out():
    picture = np.full((60, 256, 3), 255, np.uint8)
    without, with_it = (with_legend(picture, "grad-cam", 0.1, finding=finding) for finding in ("", FINDING))
    lines = len(wrap(FINDING, font(12), 256 - 24))
    assert lines > 1
    assert with_it.shape[0] == without.shape[0] + lines * 17
    assert (with_it < 128).sum() > (without < 128).sum() + 500, "there is ink"


def test_wrapped_lines_fit_and_lose_no_word():
    letters = font(12)
    lines = wrap(FINDING + " " + "m" * 60, letters, 150)
    assert max(letters.getlength(line) for line in lines) <= 150
    assert "".join(lines).replace(" ", "") == (FINDING + "m" * 60).replace(" ", "")
    assert wrap("", letters, 150) == []
