"""What the XMP packet says, from a list of harmless properties.

Standard: ISO 16684-1; IPTC Photo Metadata 2025.1 for the properties about AI. The packet is a stranger's XML: it is
parsed as a stream, no further than its first mebibyte, and a packet that declares a document type is refused, since no
real one does and entities are how XML is made to explode or to fetch files.
"""

from __future__ import annotations

from collections import defaultdict
from xml.parsers import expat

from evidence.finding import Finding, ai, place, program
from evidence.marks import ai_program
from evidence.plain_text import plain, plain_date
from evidence.source_types import is_ai_source, source_words

MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 100
_MAX_VALUES = 50
_MAX_TEXT = 1000

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_XMP = "http://ns.adobe.com/xap/1.0/ "
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/ "
_IPTC_CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/ "
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/ "
_EXIF = "http://ns.adobe.com/exif/1.0/ "
_TIFF = "http://ns.adobe.com/tiff/1.0/ "
_STEP = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent# "

_PROPERTIES = {
    _XMP + "CreatorTool": "program",
    _TIFF + "Software": "program",
    _STEP + "softwareAgent": "editor",
    _STEP + "action": "step",
    _IPTC + "DigitalSourceType": "source",
    # The older spelling, in use until 2010.
    _IPTC + "DigitalSourcefileType": "source",
    _IPTC + "AISystemUsed": "ai",
    _PHOTOSHOP + "Credit": "credit",
    _TIFF + "Make": "make",
    _TIFF + "Model": "model",
    _EXIF + "DateTimeOriginal": "taken",
    _PHOTOSHOP + "DateCreated": "taken",
    _EXIF + "GPSLatitude": "place",
    _PHOTOSHOP + "City": "place",
    _IPTC_CORE + "Location": "place",
    _IPTC + "Sublocation": "place",
    _IPTC + "LocationName": "place",
    _IPTC + "City": "place",
}
# Inside a property these only structure its value.
_CONTAINERS = {_RDF + name for name in ("Bag", "Seq", "Alt", "li", "Description", "value")}
_ACTIONS = ("created", "opened", "edited", "cropped", "converted", "derived", "produced", "published", "saved")


def xmp_findings(packet: bytes) -> list[Finding]:
    """Reads an XMP packet.

    Args:
        packet: The packet, whatever it is.

    Returns:
        What it says, as far as it could be parsed.
    """
    values = _read(packet)
    found: list[Finding | None] = [program(text) for text in values["program"]]
    found += [_source(text) for text in values["source"]]
    found += [ai(text) for text in values["ai"] if plain(text)]
    # The credit line may name a person; of it only the name of an AI program is shown.
    found += [ai(name) for name in map(ai_program, values["credit"]) if name]
    camera = plain(" ".join(values["make"][:1] + values["model"][:1]))
    if camera and not ai_program(camera):
        found.append(Finding("Camera", camera, "camera"))
    found += [Finding("Taken on", date, "camera") for date in map(plain_date, values["taken"][:1]) if date]
    found += _steps(values["step"], values["editor"])
    if values["place"]:
        found.append(place())
    return [finding for finding in found if finding]


def _source(value: str) -> Finding | None:
    words = source_words(value)
    return Finding("How it was made", words, "ai" if is_ai_source(value) else "other") if words else None


def _steps(actions: list[str], programs: list[str]) -> list[Finding]:
    """Sums up the history that editors keep."""
    found = [ai(name) for name in map(ai_program, programs) if name]
    if actions:
        known = [action for action in _ACTIONS if action in actions]
        names = dict.fromkeys(plain(name, 40) for name in programs if not ai_program(name))
        count = f"at least {_MAX_VALUES}" if len(actions) == _MAX_VALUES else str(len(actions))
        text = f"{count} recorded" + (": " + ", ".join(known) if known else "")
        if names:
            text += ", with " + " and ".join(list(names)[:2])
        found.append(Finding("Editing steps", text, "edit"))
    return found


def _read(packet: bytes) -> defaultdict[str, list[str]]:
    collector = _Collector()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.text
    try:
        parser.Parse(packet[:MAX_BYTES], False)
    except _RefusedError:
        return defaultdict(list)
    except (expat.ExpatError, ValueError):  # what came before the fault is as good as ever
        pass
    return collector.values


class _RefusedError(Exception):
    """The packet holds what no real packet does."""


def _refuse(*_: object) -> None:
    raise _RefusedError


class _Collector:
    """Picks wanted properties out of a stream of XML, given as elements or as attributes."""

    def __init__(self) -> None:
        self.values: defaultdict[str, list[str]] = defaultdict(list)
        self._open: list[tuple[str, list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _MAX_DEPTH:
            _refuse()
        outer = self._open[-1][0] if self._open and name in _CONTAINERS else ""
        key = _PROPERTIES.get(name, outer)
        self._open.append((key, []))
        for attribute, value in attributes.items():
            # A property may be an attribute of its subject, or refer to its value.
            self._add(key if attribute == _RDF + "resource" else _PROPERTIES.get(attribute, ""), value)

    def text(self, text: str) -> None:
        if self._open and self._open[-1][0]:
            self._open[-1][1].append(text[:_MAX_TEXT])

    def end(self, name: str) -> None:
        key, parts = self._open.pop()
        self._add(key, "".join(parts).strip())

    def _add(self, key: str, value: str) -> None:
        if key and value and len(self.values[key]) < _MAX_VALUES:
            self.values[key].append(value[:_MAX_TEXT])
