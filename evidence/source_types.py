"""IPTC digital source types: how a picture says it was made.

Vocabulary: https://cv.iptc.org/newscodes/digitalsourcetype/ and, for two codes more, C2PA 2.2, section 18.15.
"""

from __future__ import annotations

_BEGINNINGS = ("cv.iptc.org/newscodes/digitalsourcetype/", "c2pa.org/digitalsourcetype/", "digsrctype:")

# By code in lower case, since writers differ in that.
_WORDS = {
    "digitalcapture": "taken with a digital camera",
    "computationalcapture": "taken with a digital camera that merged several shots",
    "negativefilm": "scanned from a film negative",
    "positivefilm": "scanned from a film slide",
    "print": "scanned from a print",
    "minorhumanedits": "a photo with small edits by a person",
    "humanedits": "edited by a person, without generative AI",
    "algorithmicallyenhanced": "altered by software, without generative AI",
    "compositewithtrainedalgorithmicmedia": "edited with generative AI",
    "trainedalgorithmicmedia": "made by generative AI",
    "trainedalgorithmicdata": "data made by AI",
    "algorithmicmedia": "made by software, without AI",
    "datadrivenmedia": "drawn from data by software",
    "softwareimage": "made with software",
    "digitalart": "drawn by a person with software",
    "digitalcreation": "drawn by a person with software",
    "screencapture": "a screenshot",
    "virtualrecording": "recorded in a virtual world",
    "composite": "put together from several pictures",
    "compositecapture": "put together from several photos",
    "compositesynthetic": "put together from several pictures, some of them made by generative AI",
}
_AI = {
    "compositewithtrainedalgorithmicmedia",
    "trainedalgorithmicmedia",
    "trainedalgorithmicdata",
    "compositesynthetic",
}


def source_words(value: object) -> str:
    """Puts a digital source type in plain words.

    Args:
        value: Its address or code, as the file has it.

    Returns:
        Words that go on after "this picture was"; empty for an unknown code.

    Example:
        >>> source_words("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")
        'made by generative AI'
    """
    return _WORDS.get(_code(value), "")


def is_ai_source(value: object) -> bool:
    """Says whether a digital source type stands for a picture that AI made wholly or in part."""
    return _code(value) in _AI


def _code(value: object) -> str:
    text = value[:200].strip().lower() if isinstance(value, str) else ""
    beginning = next((mark for mark in _BEGINNINGS if mark in text), "")
    return text.partition(beginning)[2].rstrip("/") if beginning else text
