"""The corpus of bad input, as one table: what is sent, and the right answer to it at every door.

Numbers are those of the project's list of bad inputs, 1 to 32. `python -m tests.hostile.corpus DIR` writes the files.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from tests.conftest import EXAMPLES
from tests.hostile import files
from tests.hostile.files import face, jpeg, png, webp
from tests.model.pictures import encode, png_header

DAMAGED = "This picture is damaged or incomplete and can't be read. Please try another copy of it."
EMPTY = "This file is empty. Please choose a photo."
TOO_LARGE = "This file is larger than 8 MB. Please use a smaller copy of the photo."
TOO_MANY = "This picture has more than 24 million pixels. Please use a smaller copy of it."
TOO_LONG = (
    "This picture is stored in a way that would take very long to read. Please save it again as JPEG, PNG or WebP and "
    "try again."
)
NO_FACE = "No face was found in this photo."
NO_COLOUR = "This picture has no colour; the answer is less certain for such pictures."
OVER_WHITE = "Transparent parts of this picture were laid over white."
FIRST_FRAME = "This picture is animated; only its first frame was looked at."
TOO_SMALL = "This face is too small to judge."

CLEAN = "clean.png"


def kind(name: str) -> str:
    """How a file of another kind is refused."""
    return f"This file is {name}. Please save it as JPEG, PNG or WebP and try again."


def small(width: int, height: int) -> str:
    """How a picture without room for a face is refused."""
    return f"This picture is too small: {width} × {height} pixels. Both sides need at least 32 pixels."


@dataclass(frozen=True)
class Case:
    """One file and the right answer to it.

    Attributes:
        number: In the list of bad inputs; 0 for the clean picture that others are compared with.
        name: The file's name.
        make: Gives its bytes.
        refused: The whole message of the refusal; empty if there is an answer.
        faces: How many faces are found; None if that may differ.
        like: Name of the case whose answer it must have: the same box to 2 pixels, the same number to 2 points.
        notes: All that is said of the picture.
        of_face: All that is said of its faces.
        no_upload: Why the endpoint never gets to see it; empty if it does.
    """

    number: int
    name: str
    make: Callable[[], bytes]
    refused: str = ""
    faces: int | None = 1
    like: str = ""
    notes: tuple[str, ...] = ()
    of_face: tuple[str, ...] = ()
    no_upload: str = ""


def _refused(number: int, name: str, make: Callable[[], bytes] | bytes, message: str, **more: str) -> Case:
    return Case(number, name, make if callable(make) else lambda: make, message, 0, **more)


def _like(number: int, name: str, make: Callable[[], bytes], *notes: str, like: str = CLEAN) -> Case:
    return Case(number, name, make, like=like, notes=notes)


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_PALETTE = partial(Image.Image.quantize, colors=64)
_TWIN = "rgb_of_palette.png"

CASES = (
    Case(0, CLEAN, lambda: png(face())),
    _refused(1, "cut.jpg", lambda: jpeg(face())[:4000], DAMAGED),
    _refused(1, "cut_progressive.jpg", lambda: jpeg(face(), progressive=True)[:4000], DAMAGED),
    _refused(1, "cut.png", lambda: png(face())[:4000], DAMAGED),
    _refused(1, "cut.webp", lambda: webp(face())[:4000], DAMAGED),
    _refused(2, "empty.jpg", b"", EMPTY),
    _refused(3, "text.jpg", b"Just a letter to my aunt.\n" * 20, kind("not a photo")),
    _refused(3, "page.jpg", b"<!DOCTYPE html><html><script>alert(1)</script></html>", kind("not a photo")),
    _refused(4, "script.svg", _SVG, kind("not a photo")),
    _refused(4, "script.svg.jpg", _SVG, kind("not a photo")),
    _refused(5, "tiff.jpg", lambda: encode(face(), "TIFF"), kind("a TIFF picture")),
    _refused(5, "eps.jpg", lambda: encode(face(), "EPS"), kind("a PostScript document")),
    _refused(5, "psd.jpg", b"8BPS\0\1" + bytes(100), kind("a Photoshop document")),
    _refused(5, "bmp.jpg", lambda: encode(face(), "BMP"), kind("a BMP picture")),
    _refused(6, "heic.jpg", files.brand(b"heic"), kind("an HEIC photo")),
    _refused(6, "hevc.jpg", files.brand(b"hevc"), kind("an HEIC photo")),
    _refused(6, "mif1.jpg", files.brand(b"mif1"), kind("an HEIC photo")),
    _refused(6, "avif.jpg", files.brand(b"avif"), kind("an AVIF picture")),
    _refused(7, "animation.gif", partial(files.animation, "GIF"), kind("a GIF animation")),
    _like(8, "animation.webp", partial(files.animation, "WEBP"), FIRST_FRAME),
    _like(8, "animation.png", partial(files.animation, "PNG"), FIRST_FRAME),
    _like(9, "rgb.jpg", lambda: jpeg(face())),
    _like(9, "cmyk.jpg", lambda: jpeg(Image.fromarray(face()).convert("CMYK")), like="rgb.jpg"),
    _like(10, "sixteen_bits.png", files.sixteen_bit_colour),
    _like(10, "grey.png", lambda: png(Image.fromarray(face()).convert("L")), NO_COLOUR, like=""),
    _like(10, "sixteen_bits_grey.png", files.sixteen_bit_grey, NO_COLOUR, like="grey.png"),
    _like(11, _TWIN, lambda: png(_PALETTE(Image.fromarray(face())).convert("RGB")), like=""),
    _like(11, "palette.png", lambda: png(_PALETTE(Image.fromarray(face()))), like=_TWIN),
    _refused(11, "palette_left_out.png", files.without_palette, DAMAGED),
    _like(12, "opaque_alpha.png", partial(files.with_alpha, 255)),
    _like(12, "margin_see_through.png", partial(files.with_alpha, 0), OVER_WHITE, like=""),
    Case(12, "all_see_through.png", files.see_through, faces=0, notes=(OVER_WHITE, NO_FACE)),
    *(_like(13, f"turned_{number}.webp", partial(files.turned, number)) for number in range(1, 9)),
    _like(14, "grey.jpg", lambda: jpeg(Image.fromarray(face()).convert("L")), NO_COLOUR, like=""),
    _refused(15, "one_pixel.png", lambda: png(Image.new("RGB", (1, 1))), small(1, 1)),
    _refused(15, "thread.png", lambda: png(Image.new("RGB", (2, 6000))), small(2, 6000)),
    _refused(15, "wire.jpg", lambda: jpeg(Image.new("RGB", (6000, 2))), small(6000, 2)),
    Case(15, "ribbon.png", lambda: png(Image.new("RGB", (32, 6000), "brown")), faces=0, notes=(NO_FACE,)),
    Case(15, "smallest.png", lambda: png(Image.new("RGB", (32, 32), "brown")), faces=0, notes=(NO_FACE,)),
    _refused(16, "bomb.png", lambda: png_header(30_000, 30_000), TOO_MANY),
    _refused(16, "bomb.jpg", lambda: files.jpeg_stating(30_000, 30_000), TOO_MANY),
    _refused(16, "bomb.webp", lambda: files.webp_stating(30_000, 30_000), TOO_MANY),
    _refused(16, "thirty_six_megapixels.png", lambda: png(Image.new("1", (6000, 6000))), TOO_MANY),
    _refused(16, "thousand_scans.jpg", lambda: files.endless_scans(1000), TOO_LONG),
    _refused(
        16, "scans_behind_a_false_end.jpg",
        lambda: files.endless_scans(1000, between=b"\xff\xfe\0\x04\xff\xd9"), TOO_LONG,
    ),
    *(
        _refused(16, f"in_pieces.{form.lower()}", partial(files.in_pieces, form, 20_000), TOO_LONG)
        for form in ("JPEG", "PNG", "WEBP")
    ),
    _like(16, "film_behind_it.jpg", files.with_film, like="rgb.jpg"),
    _refused(
        17, "nine_megabytes.png", lambda: png(face()).ljust(9 * 2**20, b"\0"), TOO_LARGE,
        no_upload="the server refuses the upload itself, with status 413",
    ),
    _refused(18, "not_a_number.tif", files.not_a_number_tiff, kind("a TIFF picture")),
    Case(19, "colours.png", files.colours, faces=0, notes=(NO_FACE,)),
    Case(20, "three_faces.jpg", (EXAMPLES / "three_faces.jpg").read_bytes, faces=3),
    Case(
        20, "crowd.jpg", partial(files.crowd, 5, 2), faces=8,
        notes=("This photo shows 10 faces; the 8 largest were looked at.",),
    ),
    Case(21, "tiny_face.png", files.tiny_face, of_face=(TOO_SMALL,)),
    Case(22, "dark_glasses.png", files.dark_glasses, faces=None),
    Case(22, "cut_off.png", files.cut_off, faces=None),
    Case(23, "cat.jpg", (EXAMPLES / "cat.jpg").read_bytes, faces=0, notes=(NO_FACE,)),
    Case(23, "drawing.png", files.drawing, faces=0, notes=(NO_FACE,)),
    _like(26, "<img src=x onerror=alert(1)>.png", lambda: png(face())),
    _like(26, f"{'long' * 60}.png", lambda: png(face())),
)  # fmt: skip


def write_corpus(folder: Path) -> list[Path]:
    """Writes all files.

    Args:
        folder: Where to; made if it is not there.

    Returns:
        Their paths, in the order of `CASES`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / case.name for case in CASES]
    for case, path in zip(CASES, paths, strict=True):
        path.write_bytes(case.make())
    return paths


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line: writes the corpus and lists it."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.hostile.corpus",
        description="Writes files that are hard to read, each with what is right to say of it, to a folder.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write them; made if it is not there")
    options = parser.parse_args(arguments)
    for case, path in zip(CASES, write_corpus(options.folder), strict=True):
        expected = case.refused or f"{'some' if case.faces is None else case.faces} faces"
        print(f"{case.number:>2}  {path.name:<34.34}{path.stat().st_size:>9}  {expected}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
