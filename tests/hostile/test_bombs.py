"""What small files may cost: measured in a process of its own, whose memory nothing else has used yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.photo import MAX_BYTES, PhotoError, read_photo
from tests.hostile import files
from tests.hostile.corpus import TOO_LONG, TOO_MANY
from tests.model.pictures import encode

ROOT = Path(__file__).resolve().parents[2]
# Of a refusal, and of the largest picture that is read: 24 million pixels, of which every copy takes 72 to 96 MB.
REFUSED, READ = 50, 600

# Decodes a small picture first, so that what Pillow and NumPy load once doesn't count.
_MEASURE = """
import sys
from pathlib import Path
from PIL import Image
from model import PhotoError, read_photo
from tests.model.pictures import colourful, encode

def highest():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

for kind in ("JPEG", "PNG", "WEBP"):
    read_photo(encode(colourful(), kind))
data = Path(sys.argv[1]).read_bytes()
before = highest()
try:
    said = "x".join(map(str, read_photo(data).pixels.shape))
except PhotoError as error:
    said = str(error)
print(round(highest() - before), said)
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="only Linux tells the highest use")


def cost(data: bytes, folder: Path) -> tuple[int, str]:
    """By how many MB the highest use of memory grew, and what was said or the shape of the photo."""
    path = folder / "picture"
    path.write_bytes(data)
    result = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    megabytes, said = result.stdout.strip().split(" ", 1)
    return int(megabytes), said


@pytest.mark.parametrize("name", ["bomb.png", "bomb.jpg", "bomb.webp", "thirty_six_megapixels.png"])
def test_a_bomb_is_refused_before_it_takes_memory(name, corpus, tmp_path):
    megabytes, said = cost(corpus[name].read_bytes(), tmp_path)
    assert said == TOO_MANY
    assert megabytes < REFUSED


def test_scans_without_end_are_refused_before_they_take_time_or_memory(tmp_path):
    megabytes, said = cost(files.endless_scans(5000, (6000, 4000)), tmp_path)
    assert said == TOO_LONG
    assert megabytes < REFUSED


@pytest.mark.parametrize("form, size", [("JPEG", 4), ("PNG", 12), ("WEBP", 8)])
def test_pieces_without_number_are_refused_before_anybody_looks_at_them_all(form, size, tmp_path, monkeypatch):
    data = files.in_pieces(form, (MAX_BYTES - 3000) // size)
    megabytes, said = cost(data, tmp_path)
    assert said == TOO_LONG
    assert megabytes < REFUSED
    monkeypatch.setattr(Image, "open", None)
    with pytest.raises(PhotoError, match="would take very long to read"):
        read_photo(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_as_many_pieces_as_programs_write_are_read(form, tmp_path):
    assert cost(files.in_pieces(form, 5000), tmp_path)[1] == "64x64x3"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_stands_behind_a_picture_is_no_piece_of_it(form, tmp_path):
    assert cost(files.in_pieces(form, 0).ljust(2**20, b"\0"), tmp_path)[1] == "64x64x3"


def test_as_many_scans_as_programs_write_are_read(tmp_path):
    # Pillow writes ten for a picture in colour; tools that optimise write up to a few dozen.
    assert cost(files.endless_scans(80), tmp_path)[1] == "512x512x3"


@pytest.mark.parametrize("kind", ["JPEG of inks", "16 bits", "transparent WebP"])
def test_the_largest_picture_that_is_read_takes_no_more_than_a_few_copies_of_it(kind, tmp_path):
    size = (6000, 4000)
    if kind == "JPEG of inks":
        data = encode(Image.new("CMYK", size), "JPEG", quality=30, progressive=True)
    elif kind == "16 bits":
        data = encode(Image.fromarray(np.full(size[::-1], 30_000, np.uint16)), "PNG", compress_level=1)
    else:
        data = encode(Image.new("RGBA", size, (200, 40, 0, 100)), "WEBP", method=0)
    megabytes, said = cost(data, tmp_path)
    assert said == "4000x6000x3"
    assert megabytes < READ
