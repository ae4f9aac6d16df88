"""What the texts of a PNG and the comments of a JPEG say about the program that made it.

Standard: PNG, third edition, section 11.3.3.
"""

from __future__ import annotations

import zlib

from evidence.finding import Finding, ai, ai_settings, program
from evidence.marks import ai_program, editor, program_of_keyword, program_of_settings, saver
from evidence.plain_text import decode

# A text may be compressed a thousandfold.
MAX_TEXT = 1024 * 1024

# Keywords under which programs give their name.
_PROGRAM_KEYWORDS = {"software", "creator tool", "creatortool"}
# Free words. Only the name of an AI program is taken from them, where that program is known to put it there.
_SOURCE_KEYWORDS = {"source", "title", "credit"}


def read_text(kind: str, body: bytes) -> tuple[str, bytes]:
    """Reads a chunk of text.

    Args:
        kind: `tEXt`, `zTXt` or `iTXt`.
        body: What the chunk holds.

    Returns:
        Its keyword, and its text in UTF-8, at most 1 MiB; nothing if it can't be decompressed.
    """
    name, _, rest = body.partition(b"\0")
    keyword = name[:79].decode("latin-1")
    if kind == "tEXt":
        return keyword, rest[:MAX_TEXT].decode("latin-1").encode()
    if kind == "zTXt":
        return keyword, _inflate(rest[1:]).decode("latin-1").encode()
    # Compression flag and method, then language and translated keyword, which end in zeros, then the text.
    _, _, text = [*rest[2:].split(b"\0", 2), b"", b""][:3]
    return keyword, _inflate(text) if rest[:1] == b"\1" else text[:MAX_TEXT]


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MAX_TEXT)
    except zlib.error:
        return b""


def text_findings(keyword: str, data: bytes) -> list[Finding]:
    """Reads one text of a PNG.

    Args:
        keyword: Its keyword.
        data: UTF-8, at most 1 MiB.

    Returns:
        What it says.
    """
    text, key = decode(data), keyword.lower()
    if key in _PROGRAM_KEYWORDS:
        found = program(text)
        return [found] if found else []
    if key in _SOURCE_KEYWORDS:
        name = ai_program(text)
        return [ai(name)] if name else []
    # Midjourney ends the description with the number of the job.
    if key == "description" and " Job ID: " in text:
        return [ai_settings("Midjourney")]
    name = program_of_keyword(key) or program_of_settings(text)
    if not name and key == "workflow" and '"nodes"' in text:
        name = "ComfyUI"
    return [ai_settings(name)] if name else []


def comment_findings(data: bytes) -> list[Finding]:
    """Reads one comment of a JPEG, of which nothing is shown but the name of a known program."""
    text = decode(data)
    if settings := program_of_settings(text):
        return [ai_settings(settings)]
    if name := ai_program(text):
        return [ai(name)]
    if name := editor(text):
        return [Finding("Program", name, "edit")]
    name = saver(text)
    return [Finding("Saved by", name, "other")] if name else []
