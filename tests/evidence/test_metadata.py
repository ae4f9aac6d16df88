"""The findings of a file together."""

from __future__ import annotations

import numpy as np

from evidence.finding import Finding
from evidence.metadata import read_metadata
from tests.evidence.files import jpeg, png, with_exif
from tests.evidence.signing import picture
from tests.evidence.test_xmp import packet
from tests.work import at_most_lines


def test_a_plain_picture_says_nothing():
    for kind in ("JPEG", "PNG", "WEBP"):
        assert read_metadata(picture(kind)) == ()


def test_what_is_said_twice_is_found_once_and_ai_comes_first():
    xmp = (
        b"http://ns.adobe.com/xap/1.0/\0"
        + packet("<photoshop:Credit>Made with Google AI</photoshop:Credit>", 'xmp:CreatorTool="GIMP 2.10"').encode()
    )
    data = with_exif(tag_305="GIMP 2.10", tag_272="Box")
    data = data[:2] + b"\xff\xe1" + (len(xmp) + 2).to_bytes(2) + xmp + data[2:]
    assert read_metadata(data) == (
        Finding("AI program", "Google AI", "ai"),
        Finding("Program", "GIMP 2.10", "edit"),
        Finding("Camera", "Box", "camera"),
    )


def test_at_most_thirty_findings():
    texts = [(b"tEXt", b"Software\0program %d" % number) for number in range(39)]
    assert len(read_metadata(png(*texts))) == 30


def test_thousands_of_blocks_are_quick():
    of_jpeg, of_png = jpeg(*[(0xFE, b"Steps: ")] * 200_000), png(*[(b"tEXt", b"a\0b")] * 100_000)
    with at_most_lines(2_000_000):
        read_metadata(of_jpeg)
        read_metadata(of_png)


def test_damaged_bytes_never_raise():
    generator = np.random.default_rng(0)
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + packet("<xmp:CreatorTool>GIMP</xmp:CreatorTool>").encode()
    originals = [
        with_exif(tag_271="Canon", tag_305="GIMP", details={0x9003: "2024:05:01 09:30:12"}),
        with_exif(kind="WEBP", tag_271="Canon", details={0x9286: b"UNICODE\0a\0b\0"}),
        jpeg((0xE1, xmp)),
        png((b"tEXt", b"Software\0GIMP"), (b"iTXt", b"parameters\0\0\0\0\0Steps: ")),
    ]
    for original in originals:
        for _ in range(200):
            data = np.frombuffer(original, np.uint8).copy()
            data[generator.integers(0, min(len(data), 600), 4)] = generator.integers(0, 256, 4)
            for finding in read_metadata(data[: generator.integers(0, len(data))].tobytes()):
                assert len(finding.text) <= 120
