"""What the EXIF block says, from a list of harmless entries: no place, no names of people, no serial numbers."""

from __future__ import annotations

import re

from evidence.finding import Finding, ai, ai_settings, place, program
from evidence.marks import ai_program, program_of_settings
from evidence.plain_text import decode, plain, plain_bytes, plain_date
from model.exif import read_exif, stores_place

_DESCRIPTION, _MAKE, _MODEL, _SOFTWARE, _ARTIST = 0x010E, 0x010F, 0x0110, 0x0131, 0x013B
_TAKEN, _COMMENT, _LENS = 0x9003, 0x9286, 0xA434
_TAGS = (_DESCRIPTION, _MAKE, _MODEL, _SOFTWARE, _ARTIST, _TAKEN, _COMMENT, _LENS)

# Grok signs its pictures so; the fields are read for this pattern alone and never shown.
_GROK_DESCRIPTION = re.compile(r"Signature: [A-Za-z0-9+/=]{40}")
_GROK_ARTIST = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def exif_findings(block: bytes) -> list[Finding]:
    """Reads an EXIF block.

    Args:
        block: The block from its byte order on, whatever it is.

    Returns:
        What it says.
    """
    values = read_exif(block, _TAGS)
    found = [_camera(values), program(decode(values.get(_SOFTWARE))), _settings(values)]
    if lens := plain_bytes(values.get(_LENS)):
        found.append(Finding("Lens", lens, "camera"))
    if taken := plain_date(decode(values.get(_TAKEN))):
        found.append(Finding("Taken on", taken, "camera"))
    if _GROK_DESCRIPTION.match(decode(values.get(_DESCRIPTION))) and _GROK_ARTIST.match(decode(values.get(_ARTIST))):
        found.append(ai("Grok"))
    if stores_place(block):
        found.append(place())
    return [finding for finding in found if finding]


def _camera(values: dict[int, int | bytes]) -> Finding | None:
    make, model = plain_bytes(values.get(_MAKE)), plain_bytes(values.get(_MODEL))
    # Many models begin with the maker's name.
    name = model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()
    if not name:
        return None
    if maker := ai_program(name):
        return ai(f"{maker} ({name})")
    return Finding("Camera", plain(name), "camera")


def _settings(values: dict[int, int | bytes]) -> Finding | None:
    name = program_of_settings(_comment(values.get(_COMMENT)))
    return ai_settings(name) if name else None


def _comment(value: object) -> str:
    """Decodes UserComment: eight bytes name the encoding (CIPA DC-008, table 9)."""
    if not isinstance(value, bytes):
        return ""
    encoding, text = value[:8], value[8:]
    if encoding != b"UNICODE\0":
        return decode(text)
    # The standard leaves the byte order open. In Latin text every other byte is zero, which tells it.
    little = text[1:200:2].count(0) > text[0:200:2].count(0)
    return text.decode("utf-16-le" if little else "utf-16-be", errors="replace")
