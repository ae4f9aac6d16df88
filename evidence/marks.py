"""Programs that write their name into pictures, and the mark by which each is recognised.

The names are looked for in fields that programs fill in (EXIF Software, XMP CreatorTool and the like), never in
captions, where a person may have written about a program.
"""

from __future__ import annotations

import re

# Programs that make pictures with AI or redraw faces with it.
_AI_PROGRAMS = {
    "Adobe Firefly": r"\bfirefly\b",
    "Bing Image Creator": r"\bbing image creator\b|\bmicrosoft designer\b",
    "ComfyUI": r"\bcomfyui\b",
    "Craiyon": r"\bcraiyon\b",
    "Draw Things": r"\bdraw things\b",
    "DreamStudio": r"\bdreamstudio\b|\bstability\.ai\b|\bstability ai\b",
    "Easy Diffusion": r"\beasy diffusion\b",
    "FaceApp": r"\bfaceapp\b",
    # The network's own program writes the maker's name as the camera's.
    "Flux": r"\bblack forest labs\b|\bflux[.-]?[12]\b|;flux$",
    "Fooocus": r"\bfooocus\b",
    # "Imagen" and "Gemini" alone are a Spanish word and a common name.
    "Google AI": r"\bgoogle (?:ai|gemini|imagen)\b|\bnano banana\b",
    "Grok": r"\bgrok\b|\bx\.ai\b|\bxai\b",
    "Ideogram": r"\bideogram\b",
    "InvokeAI": r"\binvoke ?ai\b",
    "Leonardo.Ai": r"\bleonardo\.ai\b",
    "Meta AI": r"\bmade with meta ai\b|\bimagined with ai\b|\bmeta ai\b",
    "Midjourney": r"\bmidjourney\b",
    "NovelAI": r"\bnovelai\b",
    "OpenAI": r"\bopenai\b|\bdall[·-]?e\b|\bchatgpt\b|\bgpt-image\b|\bgpt-4o\b",
    "Recraft": r"\brecraft\b",
    "Remini": r"\bremini\b",
    "Runway": r"\brunwayml\b",
    "Stable Diffusion": r"\bstable ?diffusion\b|\bautomatic1111\b|\bsdxl\b|\bsd-webui\b",
    "StyleGAN": r"\bstylegan\d?\b",
    "SwarmUI": r"\bswarmui\b",
    "this-person-does-not-exist": r"\bthis-?person-?does-?not-?exist\b",
    "an AI program": r"\bai[- ]generated\b",
}

# Programs in which a person edits a picture.
_EDITORS = {
    "Adobe Lightroom": r"\blightroom\b",
    "Adobe Photoshop": r"\bphotoshop\b",
    "Affinity Photo": r"\baffinity\b",
    "Apple Photos": r"^photos \d",
    "Canva": r"\bcanva\b",
    "Capture One": r"\bcapture one\b",
    "darktable": r"\bdarktable\b",
    "DxO PhotoLab": r"\bdxo\b",
    "Facetune": r"\bfacetune\b",
    "GIMP": r"\bgimp\b",
    "ImageMagick": r"\bimagemagick\b",
    "Luminar": r"\bluminar\b",
    "Meitu": r"\bmeitu\b|\bbeautyplus\b",
    "Paint": r"\bmicrosoft paint\b|^paint\b",
    "paint.net": r"\bpaint\.net\b",
    "Photopea": r"\bphotopea\b",
    "PicsArt": r"\bpicsart\b",
    "Picasa": r"\bpicasa\b",
    "Pixelmator": r"\bpixelmator\b",
    "RawTherapee": r"\brawtherapee\b",
    "Snapseed": r"\bsnapseed\b",
    "VSCO": r"\bvsco\b",
}

# Libraries that write their name into a JPEG comment when a site or a program saves a picture again.
_SAVERS = {
    "a web server (gd-jpeg)": r"\bgd-jpeg\b",
    "FFmpeg, which takes pictures out of videos": r"^lavc\d",
    "Intel's JPEG library": r"^intel\(r\) jpeg\b",
    "LEADTOOLS": r"^lead technologies\b",
}

# Keywords of PNG texts that only these programs write; what they hold is the user's and is never shown.
_KEYWORDS = {
    "invokeai_metadata": "InvokeAI",
    "invokeai_graph": "InvokeAI",
    "sd-metadata": "InvokeAI",
    "dream": "InvokeAI",
    "fooocus_scheme": "Fooocus",
    "generation_data": "Stable Diffusion",
}


def ai_program(text: str) -> str:
    """Names the AI program that a program's field speaks of; empty if none."""
    return _first(_AI_PATTERNS, text)


def editor(text: str) -> str:
    """Names the editor that a program's field speaks of; empty if none."""
    return _first(_EDITOR_PATTERNS, text)


def saver(text: str) -> str:
    """Names the library that wrote a JPEG comment; empty if none."""
    return _first(_SAVER_PATTERNS, text)


def program_of_settings(text: str) -> str:
    """Names the AI program whose settings, often with the prompt, a text holds.

    Args:
        text: A PNG text, an EXIF comment or a JPEG comment, of any length.

    Returns:
        The program's name; empty if the text doesn't look like settings.
    """
    if '"sui_image_params"' in text:
        return "SwarmUI"
    if '"class_type"' in text and '"inputs"' in text:
        return "ComfyUI"
    # AUTOMATIC1111 and its followers write "Steps: 20, Sampler: Euler a, CFG scale: 7, ..." below the prompt.
    if "Steps: " in text and "Sampler: " in text:
        return "Stable Diffusion"
    return ""


def program_of_keyword(keyword: str) -> str:
    """Names the AI program that alone uses a PNG keyword; empty if none does."""
    return _KEYWORDS.get(keyword.lower(), "")


def _compile(table: dict[str, str]) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in table.items()]


def _first(patterns: list[tuple[str, re.Pattern[str]]], text: str) -> str:
    text = text[:1000]
    return next((name for name, pattern in patterns if pattern.search(text)), "")


_AI_PATTERNS, _EDITOR_PATTERNS, _SAVER_PATTERNS = _compile(_AI_PROGRAMS), _compile(_EDITORS), _compile(_SAVERS)
