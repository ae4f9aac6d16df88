"""The codes by which a picture says how it was made."""

from __future__ import annotations

import c2pa
import pytest

from evidence.source_types import is_ai_source, source_words

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.mark.parametrize(
    "value",
    [
        IPTC + "trainedAlgorithmicMedia",
        "https://cv.iptc.org/newscodes/digitalsourcetype/TrainedAlgorithmicMedia/",
        "digsrctype:trainedAlgorithmicMedia",
        "trainedAlgorithmicMedia",
    ],
)
def test_a_code_is_known_in_every_spelling(value: str):
    assert source_words(value) == "made by generative AI"
    assert is_ai_source(value)


@pytest.mark.parametrize(
    ("code", "ai"),
    [
        ("compositeWithTrainedAlgorithmicMedia", True),
        ("compositeSynthetic", True),
        ("digitalCapture", False),
        ("computationalCapture", False),
        ("algorithmicallyEnhanced", False),
        ("algorithmicMedia", False),
        ("humanEdits", False),
    ],
)
def test_only_generative_ai_counts_as_ai(code: str, ai: bool):
    assert is_ai_source(IPTC + code) == ai
    assert ("AI" in source_words(IPTC + code) and "without" not in source_words(IPTC + code)) == ai


@pytest.mark.parametrize("value", [None, 7, "", "http://example.org/other", IPTC, "x" * 1_000_000])
def test_what_is_no_code_means_nothing(value: object):
    assert source_words(value) == ""
    assert not is_ai_source(value)


def test_every_code_that_the_c2pa_library_writes_is_known():
    names = {kind.name for kind in c2pa.C2paDigitalSourceType} - {"EMPTY"}
    assert [name for name in names if not source_words(name.replace("_", ""))] == []
