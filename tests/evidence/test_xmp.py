"""What XMP says, and that its XML can't hurt."""

from __future__ import annotations

import tracemalloc

import pytest

from evidence.finding import Finding
from evidence.metadata import read_metadata
from tests.evidence.files import decodes, jpeg, png, with_xmp
from tests.work import at_most_lines

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
GENERATED = Finding("How it was made", "made by generative AI", "ai")


def packet(inside: str = "", attributes: str = "", before: str = "") -> str:
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        f'{spaces}><rdf:Description rdf:about="" {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>'
        f'{" " * 200}<?xpacket end="w"?>'
    )


@pytest.mark.parametrize(
    "text",
    [
        packet(f"<Iptc4xmpExt:DigitalSourceType>{TRAINED}</Iptc4xmpExt:DigitalSourceType>"),
        packet(f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{TRAINED}"/>'),
        packet(attributes=f'Iptc4xmpExt:DigitalSourceType="{TRAINED}"'),
        packet(f"<Iptc4xmpExt:DigitalSourcefileType> {TRAINED}\n</Iptc4xmpExt:DigitalSourcefileType>"),
    ],
    ids=["element", "resource", "attribute", "older name"],
)
def test_the_source_type_is_read_in_every_form(text: str):
    assert read_metadata(with_xmp(text)) == (GENERATED,)


def test_a_packet_is_found_in_all_three_formats():
    text = packet(attributes=f'Iptc4xmpExt:DigitalSourceType="{TRAINED}"').encode()
    for data in (
        with_xmp(text),
        jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + text)),
        png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + text)),
        png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + text), at_end=True),
    ):
        assert decodes(data)
        assert read_metadata(data) == (GENERATED,)


def test_a_packet_in_sixteen_bits_is_read():
    assert read_metadata(
        with_xmp(packet(attributes=f'Iptc4xmpExt:DigitalSourceType="{TRAINED}"').encode("utf-16"))
    ) == (GENERATED,)


def test_programs_and_ai_systems_are_named():
    inside = (
        "<xmp:CreatorTool>Adobe Firefly</xmp:CreatorTool><Iptc4xmpExt:AISystemUsed>Imagine-3</Iptc4xmpExt:AISystemUsed>"
    )
    assert read_metadata(with_xmp(packet(inside))) == (
        Finding("AI program", "Adobe Firefly", "ai"),
        Finding("AI program", "Imagine-3", "ai"),
    )
    assert read_metadata(with_xmp(packet(attributes='xmp:CreatorTool="GIMP 2.10"'))) == (
        Finding("Program", "GIMP 2.10", "edit"),
    )


def test_the_credit_shows_only_where_it_names_an_ai_program():
    assert read_metadata(with_xmp(packet("<photoshop:Credit>Made with Google AI</photoshop:Credit>"))) == (
        Finding("AI program", "Google AI", "ai"),
    )
    assert read_metadata(with_xmp(packet("<photoshop:Credit>Ann Secret</photoshop:Credit>"))) == ()


def test_the_history_of_edits_is_summed_up():
    steps = "".join(
        f'<rdf:li stEvt:action="{action}" stEvt:softwareAgent="Adobe Photoshop 25.0" stEvt:instanceID="secret"/>'
        for action in ("created", "saved", "saved", "<nonsense>".replace("<", "&lt;"))
    )
    found = read_metadata(with_xmp(packet(f"<xmpMM:History><rdf:Seq>{steps}</rdf:Seq></xmpMM:History>")))
    assert found == (Finding("Editing steps", "4 recorded: created, saved, with Adobe Photoshop 25.0", "edit"),)


def test_an_ai_program_in_the_history_is_named():
    step = (
        "<rdf:li><stEvt:action>edited</stEvt:action><stEvt:softwareAgent>Adobe Firefly</stEvt:softwareAgent></rdf:li>"
    )
    assert read_metadata(with_xmp(packet(f"<xmpMM:History><rdf:Seq>{step}</rdf:Seq></xmpMM:History>"))) == (
        Finding("AI program", "Adobe Firefly", "ai"),
        Finding("Editing steps", "1 recorded: edited", "edit"),
    )


def test_camera_and_date_are_read():
    found = read_metadata(
        with_xmp(
            packet(attributes='tiff:Make="Leica" tiff:Model="Q2" exif:DateTimeOriginal="2024-05-01T09:30:00+02:00"')
        )
    )
    assert found == (Finding("Camera", "Leica Q2", "camera"), Finding("Taken on", "2024-05-01 09:30", "camera"))


@pytest.mark.parametrize(
    "text",
    [
        packet(attributes='exif:GPSLatitude="52,31.2N" exif:GPSLongitude="13,24.3E"'),
        packet("<photoshop:City>Secretville</photoshop:City>"),
        packet(
            "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li><Iptc4xmpExt:City>Secretville</Iptc4xmpExt:City></rdf:li>"
            "</rdf:Bag></Iptc4xmpExt:LocationShown>"
        ),
    ],
    ids=["coordinates", "city", "location"],
)
def test_of_a_place_it_is_said_only_that_it_is_stored(text: str):
    (found,) = read_metadata(with_xmp(text))
    assert (found.label, found.kind) == ("Place", "other")
    assert not [word for word in ("52", "13", "Secretville") if word in found.text]


def test_names_titles_and_prompts_never_show():
    inside = (
        "<dc:creator><rdf:Seq><rdf:li>Ann Secret</rdf:li></rdf:Seq></dc:creator>"
        "<dc:description><rdf:Alt><rdf:li>a red fox, masterpiece, Midjourney</rdf:li></rdf:Alt></dc:description>"
        "<Iptc4xmpExt:AIPromptInformation>a red fox</Iptc4xmpExt:AIPromptInformation>"
        "<photoshop:AuthorsPosition>Ann</photoshop:AuthorsPosition>"
    )
    assert read_metadata(with_xmp(packet(inside))) == ()


def test_hidden_characters_are_left_out():
    (found,) = read_metadata(
        with_xmp(packet("<xmp:CreatorTool>a\u202egpj&#x2066;\u200b\n" + "x" * 300 + "</xmp:CreatorTool>"))
    )
    assert found.text == "agpj " + "x" * 74 + "…"


BOMB = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
TOOL = f'Iptc4xmpExt:DigitalSourceType="{TRAINED}"'


@pytest.mark.parametrize(
    "text",
    [
        packet("<xmp:CreatorTool>&l9;</xmp:CreatorTool>", TOOL, f'<!DOCTYPE x [<!ENTITY l0 "lol">{BOMB}]>'),
        packet(
            "<xmp:CreatorTool>&f;</xmp:CreatorTool>", TOOL, '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        ),
        packet("", TOOL, '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'),
        packet("", TOOL, "<!DOCTYPE x>"),
    ],
    ids=["billion laughs", "file", "address", "empty"],
)
def test_a_packet_with_a_document_type_is_refused_at_once(text: str):
    data = with_xmp(text)
    with at_most_lines(1000):
        assert read_metadata(data) == ()


def test_five_megabytes_are_read_as_far_as_the_first():
    filling = "<dc:subject>x</dc:subject>" * 200_000
    source = f"<Iptc4xmpExt:DigitalSourceType>{TRAINED}</Iptc4xmpExt:DigitalSourceType>"
    assert len(filling) > 5_000_000
    early, late = with_xmp(packet(source + filling)), with_xmp(packet(filling + source))
    with at_most_lines(2_000_000):
        assert read_metadata(early) == (GENERATED,)
        assert read_metadata(late) == ()


@pytest.mark.parametrize(
    "text",
    [
        packet("<dc:a>" * 170_000),
        packet("<xmp:CreatorTool>" + "x" * 5_000_000 + "</xmp:CreatorTool>"),
        packet("<xmp:CreatorTool>x</xmp:CreatorTool>" * 25_000),
        packet("".join(f"<xmp:CreatorTool>tool {i}</xmp:CreatorTool>" for i in range(20_000))),
        packet(attributes=" ".join(f'dc:a{i}="1"' for i in range(60_000))),
    ],
    ids=["deep", "one long value", "one value often", "many values", "many attributes"],
)
def test_hostile_packets_are_quick_small_and_bounded(text: str):
    data = with_xmp(text)
    with at_most_lines(2_000_000):
        found = read_metadata(data)
    assert len(found) <= 30
    assert all(len(finding.text) <= 120 for finding in found)
    tracemalloc.start()
    read_metadata(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * 2**20


@pytest.mark.parametrize("text", ["", "rubbish", "<", "<a", "<a></b>", "\0\0\0", "<a>&undefined;</a>", "\ufffe<a/>"])
def test_broken_xml_says_nothing(text: str):
    assert read_metadata(with_xmp(text)) == ()


def test_what_stands_before_a_fault_still_counts():
    assert read_metadata(with_xmp(packet(attributes=TOOL).replace("</rdf:RDF>", "<broken"))) == (GENERATED,)
